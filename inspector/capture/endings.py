"""How an exchange broke off, in words, told from what mitmproxy says of it: live, and in its files."""

from __future__ import annotations

import re

from inspector.capture.model import Outcome


def ending(
    said: str, authority: str, *, client_left: bool, reached: bool, answered: bool
) -> tuple[Outcome, str | None]:
    """The outcome of what ended with mitmproxy's words `said`, and the error in ours.

    `authority` is upstream's. A client that left has no words: whether that is an error depends on what it
    had got by then.

    mitmproxy says "stream reset by client" for either side of an HTTP/2 exchange, so a reset counts as
    the client's when it says CANCEL, which is what clients send, and as upstream's otherwise.
    """
    if client_left or "Client disconnected" in said or ("stream reset" in said and "CANCEL" in said):
        return Outcome.CLIENT_GONE, None
    if not reached:
        return Outcome.UNREACHABLE, f"{authority} could not be reached: {_cause(said)}."
    if not answered:
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


def _cause(said: str) -> str:
    text = re.sub(r"^\[Errno -?\d+\] ", "", said.strip()).rstrip(".")
    for pattern, words in _CAUSES:
        text = re.sub(pattern, words, text)
    return text or "nobody says why"
