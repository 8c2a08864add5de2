"""Two exchanges: which bodies are compared, and as what."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from inspector.capture.compared import body_of, compare_exchanges, response_of
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome, Usage
from inspector.protocol.compare.change import Change

EVENTS = {"content-type": "text/event-stream"}
JSON = {"content-type": "application/json"}


def wire(*events: dict[str, Any]) -> bytes:
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)


def detail(
    request: bytes | None = b'{"model": "m"}',
    response: bytes | None = None,
    *,
    kind: dict[str, str] = EVENTS,
    status: int = 200,
    **more: Any,
) -> ExchangeDetail:
    told: dict[str, Any] = {
        "id": 1, "revision": 1, "method": "POST", "url": "https://a.b", "operation": "responses.create",
        "mode": "observe", "started": 1.0, "outcome": Outcome.COMPLETE,
    }  # fmt: skip
    legs, chunks = {}, []
    for leg, body, headers, said in (
        (Leg.REQUEST, request, JSON, None),
        (Leg.RESPONSE, response, kind, status),
    ):
        if body is not None:
            legs[leg] = Message(tuple(headers.items()), body, said)
            chunks.append(Chunk(leg, 0, 0.1, body))
    return ExchangeDetail(Exchange(**{**told, **more}), legs, tuple(chunks))


def said(text: str) -> dict[str, Any]:
    item = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {"type": "response.completed", "response": {"status": "completed", "output": [item]}}


def chat(text: str) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return wire({"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]})


def test_a_stream_is_compared_as_the_response_that_it_makes() -> None:
    found = compare_exchanges(detail(response=wire(said("One."))), detail(response=wire(said("Two."))))
    [item] = found.responses.items
    assert item.change is Change.CHANGED
    assert [(part.before, part.after) for part in item.parts] == [("One.", "Two.")]


def test_a_chat_answer_too_whether_it_streamed_or_not() -> None:
    whole = {
        "object": "chat.completion",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "One."}, "finish_reason": "stop"}
        ],
    }
    streamed = detail(response=chat("One."), operation="chat.create")
    at_once = detail(response=json.dumps(whole).encode(), kind=JSON, operation="chat.create")
    found = compare_exchanges(streamed, at_once)
    assert [item.change for item in found.responses.items] == [Change.KEPT]
    assert response_of(streamed)["output"][0]["content"][0]["text"] == "One."


@pytest.mark.parametrize("operation", ["responses.create", "chat.create"])
@pytest.mark.parametrize("body", [b'{"error": {"message": "no"}}', b"<html>gone</html>"])
def test_an_error_is_compared_as_it_came(body: bytes, operation: str) -> None:
    refused = detail(response=body, kind=JSON, status=502, operation=operation)
    assert response_of(refused) == (json.loads(body) if body.startswith(b"{") else body.decode())


def test_what_has_not_come_yet_is_nothing() -> None:
    assert response_of(detail()) is None
    assert body_of(detail(request=None), Leg.REQUEST) is None
    assert body_of(detail(request=b""), Leg.REQUEST) is None
    found = compare_exchanges(detail(request=None), detail(request=None))
    assert found.requests.is_empty
    assert found.responses.is_empty


def test_a_compressed_body_is_read() -> None:
    packed = detail(response=gzip.compress(wire(said("One."))), kind={**EVENTS, "content-encoding": "gzip"})
    assert response_of(packed)["output"][0]["content"][0]["text"] == "One."


def test_bytes_that_are_no_text_are_compared_and_no_error() -> None:
    assert body_of(detail(request=b"\xff{"), Leg.REQUEST) == "\udcff{"
    found = compare_exchanges(detail(request=b"\xff{"), detail(request=b"\xfe{"))
    assert [one.before for one in found.requests.settings] == ["\udcff{"]


def test_the_usage_of_the_new_exchange_tells_what_was_cached() -> None:
    body = json.dumps({"model": "m", "input": "word " * 2000}).encode()
    old = detail(body, usage=Usage(2048, 0, 1, 0))
    new = detail(body, usage=Usage(2048, 1920, 1, 0))
    prefix = compare_exchanges(old, new).requests.prefix
    assert (prefix.cached, prefix.measured) == (1920, True)


def test_as_json() -> None:
    told = compare_exchanges(detail(), detail(b'{"model": "n"}')).to_json()
    assert (told["old"], told["new"]) == ("1", "1")
    assert [one["new"] for one in told["request"]["settings"]] == ["/model"]
    assert told["response"]["items"] == []


def test_what_went_upstream_is_compared_where_both_were_sent_on_otherwise() -> None:
    def bridged(text: str) -> ExchangeDetail:
        made = detail(request=json.dumps({"input": text}).encode())
        sent = json.dumps({"messages": [{"role": "user", "content": text}]}).encode()
        made.legs[Leg.UPSTREAM_REQUEST] = Message((), sent)
        return made

    found = compare_exchanges(bridged("a"), bridged("b"))
    assert found.upstream is not None
    assert [(item.change, item.new) for item in found.upstream.items] == [(Change.CHANGED, "/messages/0")]
    assert found.requests.items[0].new == "/input"
    assert found.to_json()["upstream"]["dialect"] == "chat"
    plain = compare_exchanges(detail(), bridged("b"))
    assert plain.upstream is None
    assert "upstream" not in plain.to_json()
