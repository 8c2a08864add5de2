"""How an exchange broke off, told from what mitmproxy leaves on the flow."""

from __future__ import annotations

from mitmproxy.connection import ConnectionState
from mitmproxy.http import HTTPFlow

from inspector.capture.endings import ending
from inspector.capture.model import Outcome


def ending_of(flow: HTTPFlow) -> tuple[Outcome, str | None]:
    """The outcome of a flow with an error, and the error in words: see endings.ending."""
    server = flow.server_conn
    return ending(
        flow.error.msg if flow.error else "unknown error",
        f"{flow.request.host}:{flow.request.port}",
        client_left=not flow.client_conn.state & ConnectionState.CAN_READ,
        reached=server.timestamp_start is not None and (server.tls_established or not server.tls),
        answered=flow.response is not None,
    )
