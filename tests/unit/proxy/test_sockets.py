"""Messages of WebSockets, as mitmproxy tells of them: what is recorded, and what is kept in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.flow import Error
from mitmproxy.http import HTTPFlow, Response
from mitmproxy.websocket import WebSocketData, WebSocketMessage
from wsproto.frame_protocol import Opcode

from inspector.capture.model import Leg, Outcome
from inspector.proxy.inspection import Inspection
from inspector.proxy.recorder import Recorder
from inspector.proxy.routing import OpenedHosts

CREATE = json.dumps({"type": "response.create", "input": "hi"}).encode()
CREATED, DONE = (json.dumps({"type": f"response.{each}"}).encode() for each in ("created", "completed"))


class Open:
    """A flow whose WebSocket is open."""

    def __init__(self, notebook: Any, flow: HTTPFlow, *, alone: bool) -> None:
        self.inspection = Inspection(Recorder(notebook), hosts=OpenedHosts(), alone=alone)
        self.flow = flow
        self.inspection.requestheaders(flow)

    async def begin(self) -> None:
        flow = self.flow
        await self.inspection.request(flow)
        flow.response = Response.make(101, b"", {"upgrade": "websocket"})
        self.inspection.responseheaders(flow)
        flow.websocket = WebSocketData()
        self.inspection.response(flow)

    def pass_on(self, from_client: bool, content: bytes, kind: Opcode = Opcode.TEXT) -> None:
        assert self.flow.websocket is not None
        self.flow.websocket.messages.append(WebSocketMessage(kind, from_client, content))
        self.inspection.websocket_message(self.flow)

    def close(self, *, by_client: bool, code: int, reason: str = "") -> None:
        assert self.flow.websocket is not None
        self.flow.websocket.closed_by_client = by_client
        self.flow.websocket.close_code, self.flow.websocket.close_reason = code, reason
        self.inspection.websocket_end(self.flow)


@pytest.fixture
async def socket(notebook: Any, make_flow: Callable[..., HTTPFlow], request: pytest.FixtureRequest) -> Open:
    flow = make_flow(method="GET", body=b"", upgrade="websocket")
    opened = Open(notebook, flow, alone=getattr(request, "param", True))
    await opened.begin()
    return opened


async def test_each_request_is_an_exchange(socket: Open, notebook: Any) -> None:
    socket.pass_on(True, CREATE)
    socket.pass_on(False, CREATED)
    socket.pass_on(False, DONE)
    socket.pass_on(True, b"\x00", Opcode.BINARY)
    opened, created = notebook.begun
    assert (opened["method"], created["method"]) == ("GET", "WEBSOCKET")
    assert created["url"] == "wss://my-res.openai.azure.com/openai/v1/responses"
    assert (created["operation"], created["headers"]) == ("responses.create", opened["headers"])
    assert notebook.messages == [
        (Leg.REQUEST, CREATE, False),
        (Leg.RESPONSE, CREATED, False),
        (Leg.RESPONSE, DONE, False),
        (Leg.REQUEST, b"\x00", True),
    ]
    assert notebook.finished == [(Outcome.COMPLETE, None)]
    socket.close(by_client=True, code=1006)
    assert notebook.finished[1:] == [(Outcome.COMPLETE, None)]
    assert notebook.tracebacks == []


@pytest.mark.parametrize(("socket", "left"), [(True, 1), (False, 3)], indirect=["socket"])
async def test_what_has_passed_is_kept_for_others_only(socket: Open, left: int) -> None:
    for content in (CREATE, CREATED, DONE):
        socket.pass_on(content == CREATE, content)
    assert socket.flow.websocket is not None
    assert len(socket.flow.websocket.messages) == left
    assert socket.flow.websocket.messages[-1].content == DONE


async def test_an_answer_that_is_not_over_ends_with_the_socket(socket: Open, notebook: Any) -> None:
    socket.pass_on(True, CREATE)
    socket.pass_on(False, CREATED)
    socket.close(by_client=False, code=1011, reason="oops")
    words = "upstream closed the WebSocket: 1011 internal error: oops"
    assert notebook.finished == [(Outcome.UPSTREAM_GONE, words)] * 2


async def test_a_flow_that_breaks_off_and_a_proxy_that_ends(socket: Open, notebook: Any) -> None:
    socket.pass_on(True, CREATE)
    socket.inspection.done()
    assert notebook.finished == [(Outcome.INTERRUPTED, "The proxy was stopped.")] * 2
    socket.pass_on(False, CREATED)  # nothing more is recorded, and nothing fails
    assert len(notebook.messages) == 1


async def test_an_error_of_the_flow_ends_all_of_it(socket: Open, notebook: Any) -> None:
    socket.pass_on(True, CREATE)
    socket.flow.error = Error("Client disconnected.")
    socket.inspection.error(socket.flow)
    assert notebook.finished == [(Outcome.CLIENT_GONE, None)] * 2


async def test_a_failure_of_ours_is_told_once_and_the_messages_pass(socket: Open, notebook: Any) -> None:
    notebook.broken = True
    for content in (CREATE, CREATED, DONE):
        socket.pass_on(content == CREATE, content)
    socket.close(by_client=True, code=1000)
    assert len(notebook.tracebacks) == 1


async def test_a_socket_that_is_none_of_ours_is_left_alone(
    notebook: Any, make_flow: Callable[..., HTTPFlow]
) -> None:
    flow = make_flow("/chat", method="GET", body=b"", host="example.com", upgrade="websocket")
    other = Open(notebook, flow, alone=False)
    await other.begin()
    other.pass_on(True, CREATE)
    other.close(by_client=True, code=1000)
    assert notebook.calls == []
