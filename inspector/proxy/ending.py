"""How an exchange broke off, told from what mitmproxy leaves on the flow."""

from __future__ import annotations

import re

from mitmproxy.connection import ConnectionState
from mitmproxy.http import HTTPFlow

from inspector.capture.model import Outcome


def ending_of(flow: HTTPFlow) -> tuple[Outcome, str | None]:
    """The outcome of a flow with an error, and the error in words.

    A client that left has no words: whether that is an error depends on what it had got by then.

    mitmproxy says "stream reset by client" for either side of an HTTP/2 exchange, so a reset counts as
    the client's when it says CANCEL, which is what clients send, and as upstream's otherwise.
    """
    said = flow.error.msg if flow.error else "unknown error"
    if _client_left(flow, said):
        return Outcome.CLIENT_GONE, None
    authority = f"{flow.request.host}:{flow.request.port}"
    if not _reached(flow):
        return Outcome.UNREACHABLE, f"{authority} could not be reached: {_cause(said)}."
    if flow.response is None:
        return Outcome.UPSTREAM_GONE, f"{authority} gave no answer: {_cause(said)}."
    return Outcome.UPSTREAM_GONE, broke_off(authority, said)


def broke_off(authority: str, said: str) -> str:
    """A response that ended in the middle, in words; `said` are mitmproxy's."""
    return f"{authority} broke off in the middle of the response: {_cause(said)}."


_CAUSES = (
    (r"^Connect call failed \(.*\)$", "connection refused"),
    (r"^HTTP/1 protocol error: peer closed connection .*$", "it closed the connection"),
    (r"^(server closed connection|peer closed connection)$", "it closed the connection"),
    (r"stream reset by client", "stream reset"),
)
"""mitmproxy's texts, and what they mean to a person."""


def _client_left(flow: HTTPFlow, said: str) -> bool:
    if not flow.client_conn.state & ConnectionState.CAN_READ:
        return True
    return "Client disconnected" in said or ("stream reset" in said and "CANCEL" in said)


def _reached(flow: HTTPFlow) -> bool:
    server = flow.server_conn
    return server.timestamp_start is not None and (server.tls_established or not server.tls)


def _cause(said: str) -> str:
    text = re.sub(r"^\[Errno -?\d+\] ", "", said.strip()).rstrip(".")
    for pattern, words in _CAUSES:
        text = re.sub(pattern, words, text)
    return text
