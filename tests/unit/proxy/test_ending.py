"""How an exchange broke off, in the cases that mitmproxy's flows tell apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.connection import ConnectionState
from mitmproxy.flow import Error
from mitmproxy.http import HTTPFlow, Response

from inspector.capture.model import Outcome
from inspector.proxy.ending import ending_of

RESET = "HTTP/1 protocol error: peer closed connection without sending complete message body (received 1)"


def _flow(make_flow: Callable[..., HTTPFlow], said: str, *, connected: bool, answered: bool) -> HTTPFlow:
    flow = make_flow()
    flow.error = Error(said)
    flow.response = Response.make(200) if answered else None
    flow.server_conn.timestamp_start = 1.0 if connected else None
    flow.server_conn.tls = True
    flow.server_conn.timestamp_tls_setup = 2.0 if connected else None
    return flow


@pytest.mark.parametrize(
    ("said", "connected", "answered", "outcome", "words"),
    [
        (
            "[Errno 111] Connect call failed ('127.0.0.1', 9)",
            False,
            False,
            Outcome.UNREACHABLE,
            "my-res.openai.azure.com:443 could not be reached: connection refused.",
        ),
        (
            "[Errno -2] Name or service not known",
            False,
            False,
            Outcome.UNREACHABLE,
            "my-res.openai.azure.com:443 could not be reached: Name or service not known.",
        ),
        (
            "server closed connection",
            True,
            False,
            Outcome.UPSTREAM_GONE,
            "my-res.openai.azure.com:443 gave no answer: it closed the connection.",
        ),
        (
            RESET,
            True,
            True,
            Outcome.UPSTREAM_GONE,
            "my-res.openai.azure.com:443 broke off in the middle of the response: it closed the connection.",
        ),
        (
            "stream reset by client (INTERNAL_ERROR)",
            True,
            True,
            Outcome.UPSTREAM_GONE,
            "my-res.openai.azure.com:443 broke off in the middle of the response: "
            "stream reset (INTERNAL_ERROR).",
        ),
        ("stream reset by client (CANCEL)", True, True, Outcome.CLIENT_GONE, None),
        ("Client disconnected.", True, True, Outcome.CLIENT_GONE, None),
    ],
)
def test_endings(
    make_flow: Any, said: str, connected: bool, answered: bool, outcome: Outcome, words: str | None
) -> None:
    assert ending_of(_flow(make_flow, said, connected=connected, answered=answered)) == (outcome, words)


def test_a_closed_client_is_told_by_its_connection(make_flow: Any) -> None:
    flow = _flow(make_flow, "peer closed connection", connected=True, answered=True)
    flow.client_conn.state = ConnectionState.CAN_WRITE
    assert ending_of(flow)[0] is Outcome.CLIENT_GONE


def test_a_failed_handshake_is_no_connection(make_flow: Any) -> None:
    flow = _flow(make_flow, "Certificate verify failed: self-signed", connected=True, answered=False)
    flow.server_conn.timestamp_tls_setup = None
    assert ending_of(flow)[0] is Outcome.UNREACHABLE
