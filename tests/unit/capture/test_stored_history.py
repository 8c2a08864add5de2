from __future__ import annotations

import gzip
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from inspector.capture.model import Leg, Outcome
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.stored_history import _output, history_of

JSON = (("content-type", "application/json"),)


def said(role: str, text: str) -> dict[str, Any]:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def call(call_id: str, status: str = "completed") -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": "f", "arguments": "{}", "status": status}


def response(response_id: str, *output: dict[str, Any], status: str = "completed") -> dict[str, Any]:
    return {"id": response_id, "object": "response", "status": status, "output": list(output)}


@pytest.fixture
def talk(studio):
    """Records an exchange: what was asked, and the response that came back as an event stream."""
    writer = studio.writer()

    def talk(request: dict[str, Any], answer: dict[str, Any], **told: Any) -> None:
        created = studio.event(type="response.created", response={**answer, "output": []})
        ended = studio.event(type=f"response.{answer['status']}", response=answer)
        studio.exchange(writer, request, [created, ended], **told)
        assert writer.flush()

    talk.writer = writer
    return talk


def test_a_chain_is_read_from_its_beginning(studio, talk):
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"}
    talk(
        {"instructions": "not carried over", "input": "one", "tools": []},
        response("r1", reasoning, call("c1")),
    )
    output = {"type": "function_call_output", "call_id": "c1", "output": ""}
    talk({"previous_response_id": "r1", "input": [output]}, response("r2", said("assistant", "two")))
    talk({"previous_response_id": "r2", "input": "three"}, response("r3", said("assistant", "four")))
    expected = [
        said("user", "one"),
        reasoning,
        call("c1"),
        output,
        said("assistant", "two"),
        said("user", "three"),
        said("assistant", "four"),
    ]
    assert history_of(studio.path, "r3") == expected
    with closing(Reader(studio.path)) as reader:
        assert history_of(reader, "r2") == expected[:5]
        assert history_of(reader, "r9") is None
        assert history_of(reader, "\ud800") is None


def test_the_last_whole_one_of_several_counts(studio, talk):
    talk({"input": "a"}, response("r", said("assistant", "first")))
    talk({"input": "b"}, response("r", said("assistant", "second")))
    broken = studio.event(type="response.created", response={"id": "r"})
    studio.exchange(talk.writer, {"input": "c"}, [broken], outcome=Outcome.UPSTREAM_GONE)
    assert talk.writer.flush()
    assert history_of(studio.path, "r") == [said("user", "b"), said("assistant", "second")]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("streamed", [True, False])
def test_bodies_may_be_encoded(studio, encoding: str, streamed: bool):
    pack = {"identity": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}[encoding]
    answer = response("r", said("assistant", "hi"))
    plain = (
        studio.event(type="response.completed", response=answer) if streamed else json.dumps(answer).encode()
    )
    writer = studio.writer()
    coded = (("Content-Encoding", encoding),)
    studio.exchange(
        writer, pack(b'{"input": "hello"}'), [pack(plain)], headers=coded, response_headers=(*JSON, *coded)
    )
    assert writer.flush()
    assert history_of(studio.path, "r") == [said("user", "hello"), said("assistant", "hi")]


def test_a_terminal_event_without_output_is_made_up_for_by_the_others(studio):
    item = said("assistant", "")
    done = said("assistant", "hello")
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": {"id": "r", "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "hello"},
        {"type": "response.output_item.done", "output_index": 0, "item": done},
        {"type": "response.completed", "response": {"id": "r", "output": []}},
    ]
    writer = studio.writer()
    studio.exchange(writer, {"input": []}, [studio.event(**event) for event in events])
    assert writer.flush()
    assert history_of(studio.path, "r") == [done]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "after", ["", ": bye\n\n", "data: [DONE]\n\n", 'data: {"type":"x"}\n\n', "data: cut"]
)
@pytest.mark.parametrize("before", ["", ": hello\n\n", 'data: {"type":"response.created"}\n\n'])
def test_the_terminal_event_is_found_wherever_it_stands(before: str, after: str, line_end: str):
    answer = response("r", said("assistant", "hi"))
    event = f"data: {json.dumps({'type': 'response.completed', 'response': answer})}\n\n"
    stream = f"{before}{event}{after}".replace("\n", line_end).encode()
    assert _output(stream) == [said("assistant", "hi")]


@pytest.mark.parametrize("status", ["failed", "in_progress", "queued", "cancelled"])
def test_what_did_not_end_well_cannot_be_continued(studio, status: str):
    writer = studio.writer()
    answer = json.dumps(response("r", said("assistant", "x"), status=status)).encode()
    studio.exchange(writer, {"input": "x"}, [answer], response_headers=JSON)
    assert writer.flush()
    assert history_of(studio.path, "r") is None


def test_a_call_that_a_limit_cut_off_is_left_out(studio, talk):
    cut = said("assistant", "so f")
    talk({"input": "x"}, response("r", cut, call("whole"), call("cut", "incomplete"), status="incomplete"))
    assert history_of(studio.path, "r") == [said("user", "x"), cut, call("whole")]


def test_half_a_conversation_is_none(studio, talk):
    talk({"input": "x", "previous_response_id": "never seen"}, response("r1"))
    talk({"input": "x", "conversation": "conv_1"}, response("r2"))
    talk({"input": "x", "previous_response_id": "r4"}, response("r3"))
    talk({"input": "x", "previous_response_id": "r3"}, response("r4"))
    talk({"input": "x", "previous_response_id": 7}, response("r5"))
    talk({"input": "x"}, response("r6"), status=500)
    for response_id in ("r1", "r2", "r3", "r4", "r5", "r6"):
        assert history_of(studio.path, response_id) is None, response_id


def test_one_made_in_the_background_is_fetched_later(studio):
    writer = studio.writer()
    for operation, sent, status, output in (
        ("responses.create", {"input": "x", "background": True}, "queued", []),
        ("responses.get", b"", "in_progress", []),
        ("responses.get", b"", "completed", [said("assistant", "y")]),
    ):
        answer = json.dumps(response("r", *output, status=status)).encode()
        studio.exchange(writer, sent, [answer], operation=operation, response_headers=JSON)
    assert writer.flush()
    assert history_of(studio.path, "r") == [said("user", "x"), said("assistant", "y")]


def test_one_that_ended_a_moment_ago_is_found(studio):
    """The client has its terminal event and asks on, before the exchange has been finished."""
    writer = studio.writer()
    handle = studio.begin(writer)
    writer.chunk(handle, Leg.REQUEST, b'{"input": "x"}', time.monotonic())
    writer.end_leg(handle, Leg.REQUEST, time.monotonic())
    writer.head(handle, Leg.RESPONSE, (), status=200, at=time.monotonic())
    ended = studio.event(type="response.completed", response=response("r", said("assistant", "y")))
    writer.chunk(handle, Leg.RESPONSE, ended, time.monotonic())
    assert writer.flush()
    assert history_of(studio.path, "r") == [said("user", "x"), said("assistant", "y")]


def test_a_capture_that_is_none_is_said(tmp_path: Path):
    with pytest.raises(CaptureError, match="There is no file"):
        history_of(tmp_path / "none.db", "r")
