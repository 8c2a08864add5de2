"""A WebSocket's flow as exchanges."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.websocket import WebSocketData, WebSocketMessage
from wsproto.frame_protocol import Opcode

from inspector.capture.model import Leg, Outcome, Timing
from inspector.formats.mitm import sockets, tnetstring

BEGUN = 1_790_000_000.0
URL = "wss://my-res.openai.azure.com/openai/v1/responses"
Told = Callable[..., list[Any]]


def text(kind: str, **members: Any) -> bytes:
    return json.dumps({"type": kind, **members}).encode()


CREATE, CREATED, DONE = (
    text("response.create", model="m"),
    text("response.created"),
    text("response.completed"),
)


@pytest.fixture
def socket(flow: Callable[..., Any]) -> Callable[..., Any]:
    """The flow of a WebSocket with such messages, a second apart: (from the client, content, binary)."""

    def make(*messages: tuple[bool, bytes] | tuple[bool, bytes, bool], code: int | None = 1006) -> Any:
        one = flow(b"", b"")
        one.request.method, one.response.status_code = "GET", 101
        kinds = [Opcode.BINARY if len(each) > 2 and each[2] else Opcode.TEXT for each in messages]
        one.websocket = WebSocketData(
            messages=[
                WebSocketMessage(kind, each[0], each[1], BEGUN + 1 + n)
                for n, (kind, each) in enumerate(zip(kinds, messages, strict=True))
            ],
            closed_by_client=True, close_code=code, close_reason="", timestamp_end=BEGUN + 60,
        )  # fmt: skip
        return one

    return make


def test_each_request_is_an_exchange(socket: Any, flow: Any, told: Told) -> None:
    one = socket(
        (False, b"hello"),
        (True, CREATE),
        (False, CREATED),
        (False, DONE),
        (True, CREATE),
        (False, b"\0", True),
    )
    opened, first, second, other = told(one, flow())
    assert [each.exchange.id for each in (opened, first, second, other)] == [1, 2, 3, 4]
    assert (opened.exchange.operation, opened.exchange.status) == ("responses.connect", 101)
    assert (opened.exchange.outcome, opened.exchange.ended) == (Outcome.COMPLETE, 60.0)
    assert (opened.exchange.source.timing, opened.exchange.source.place) == (Timing.RECORDED, "byte 0")
    assert opened.legs[Leg.RESPONSE].body == b"hello"
    assert (first.exchange.socket, first.exchange.url, first.exchange.method) == (1, URL, "WEBSOCKET")
    assert (first.exchange.started, first.exchange.ended) == (BEGUN + 2, 2.0)
    assert [(chunk.leg, chunk.at, chunk.data) for chunk in first.chunks] == [
        (Leg.REQUEST, 0.0, CREATE), (Leg.RESPONSE, 1.0, CREATED), (Leg.RESPONSE, 2.0, DONE),
    ]  # fmt: skip
    assert first.legs[Leg.RESPONSE].binary_messages == frozenset()
    assert second.legs[Leg.RESPONSE].binary_messages == frozenset({0})
    assert second.exchange.outcome is Outcome.CLIENT_GONE


def test_large_messages_and_many(socket: Any, told: Told) -> None:
    large = text("response.create", input="x" * 200_000)
    events = [(False, b'{"type":"response.output_text.delta"}')] * 3000
    _, first = told(socket((True, large), *events, (False, DONE)))
    assert first.legs[Leg.REQUEST].body == large
    assert len(first.chunks) == 3002


def test_messages_that_are_too_much_together(
    socket: Any, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LARGEST", len(CREATE) + len(CREATED))
    opened, first = told(socket((True, CREATE), (False, CREATED), (False, DONE), (False, DONE)))
    assert [chunk.data for chunk in first.chunks] == [CREATE, CREATED]
    assert "Its last 2 messages are left out" in opened.exchange.source.remarks[0]


def test_what_was_dropped_or_put_in_is_told(socket: Any, told: Told) -> None:
    one = socket((True, CREATE), (False, CREATED), (False, DONE))
    one.websocket.messages[1].dropped = True
    one.websocket.messages[2].injected = True
    opened, _ = told(one)
    assert [remark[:15] for remark in opened.exchange.source.remarks] == ["1 of its messag"] * 2


def test_one_that_was_still_open(socket: Any, told: Told) -> None:
    one = socket((True, CREATE))
    one.websocket.closed_by_client = one.websocket.timestamp_end = one.websocket.close_code = None
    opened, first = told(one)
    assert [opened.exchange.outcome, first.exchange.outcome] == [Outcome.INTERRUPTED] * 2


@pytest.mark.parametrize("version", [14, 12])
def test_messages_of_older_files(socket: Any, tmp_path: Any, read: Any, version: int) -> None:
    state = socket((True, CREATE), (False, DONE)).get_state()
    state["version"] = version
    state["websocket"]["messages"] = [list(each)[:5] for each in state["websocket"]["messages"]]
    path = tmp_path / "old"
    path.write_bytes(tnetstring.encode(state))
    _, first = read(path)
    assert first.exchange.outcome is Outcome.COMPLETE
