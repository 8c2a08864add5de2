"""What becomes of a recorded request by the options of its recorder, whatever a file holds for them."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.translated import asked, chat_request, options_of, repaired_request

REQUEST: dict[str, Any] = {
    "model": "blue",
    "input": [{"role": "user", "content": "hi"}],
    "temperature": 1,
    "metadata": {"a": "b"},
    "prompt_cache_key": "k",
}


def detail(body: bytes, *, operation: str = "responses.create", **options: Any) -> ExchangeDetail:
    exchange = Exchange(
        id=1, revision=1, method="POST", url="https://r.openai.azure.com/openai/v1/responses",
        operation=operation, mode="observe", started=0.0, outcome=Outcome.COMPLETE,
    )  # fmt: skip
    return ExchangeDetail(exchange, {Leg.REQUEST: Message((), body)}, (), (), options)


BODY = json.dumps(REQUEST).encode()


def test_the_options_of_then():
    plain = chat_request(detail(BODY))
    assert plain is not None
    assert (plain.payload["model"], plain.payload["temperature"]) == ("blue", 1)
    assert "metadata" not in plain.payload
    assert plain.payload["prompt_cache_key"] == "k"
    told = chat_request(
        detail(
            BODY,
            families={"blue": "gpt-5"},
            deployments={"blue": "blue-2"},
            send_metadata=True,
            leave_out=["prompt_cache_key", 3],
        )
    )
    assert told is not None
    assert told.payload["model"] == "blue-2"
    assert "temperature" not in told.payload
    assert "prompt_cache_key" not in told.payload
    assert told.payload["metadata"] == {"a": "b"}


def test_repair_by_the_options_of_then():
    plain = repaired_request(detail(BODY))
    assert plain is not None
    assert plain.changes == ()
    known = repaired_request(detail(BODY, families={"blue": "gpt-5"}))
    assert known is not None
    assert [change.rule for change in known.changes] == ["sampling-fields"]
    off = repaired_request(detail(BODY, families={"blue": "gpt-5"}, without=["sampling-fields", 3]))
    assert off is not None
    assert off.changes == ()
    stored = json.dumps({**REQUEST, "store": False, "input": [{"id": "msg_1", "role": "user"}]}).encode()
    dated = detail(stored)
    url = "https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview"
    turned = repaired_request(replace(dated, exchange=replace(dated.exchange, url=url)))
    assert turned is not None
    assert turned.body["store"] is True


def test_descriptions_are_as_long_as_they_were_then():
    tool = {"type": "function", "name": "f", "description": "d" * 2000}
    body = json.dumps({**REQUEST, "tools": [tool]}).encode()
    for recorded, length in (({}, 2000), ({"tool_description": 100}, 100), ({"tool_description": "x"}, 2000)):
        done = chat_request(detail(body, **recorded))
        assert done is not None
        assert len(done.payload["tools"][0]["function"]["description"]) == length


@pytest.mark.parametrize("odd", [None, 3, "x", ["x"], {"blue": 3, "x": None}, {3: "x"}])
def test_options_of_any_shape_count_as_unset(odd: Any):
    recorded = dict.fromkeys(
        ("deployments", "families", "send_metadata", "reasoning_content", "leave_out"), odd
    )
    options = options_of(recorded, "blue")
    assert (options.model, options.send_metadata, options.reasoning_content) == (None, False, False)
    assert chat_request(detail(BODY, **recorded)) is not None
    assert repaired_request(detail(BODY, without=odd, families=odd)) is not None


@pytest.mark.parametrize("body", [b"", b"[]", b"{cut o", b"\xff"])
def test_what_is_no_request_becomes_nothing(body: bytes):
    assert chat_request(detail(body)) is None
    assert repaired_request(detail(body)) is None


def test_only_responses_requests_become_something():
    assert chat_request(detail(BODY, operation="chat.create")) is None
    assert repaired_request(detail(BODY, operation="responses.get")) is None
    assert chat_request(replace(detail(BODY), legs={})) is None


def test_a_compressed_request_is_read():
    packed = Message((("content-encoding", "gzip"),), gzip.compress(BODY))
    assert asked(replace(detail(BODY), legs={Leg.REQUEST: packed})) == REQUEST
