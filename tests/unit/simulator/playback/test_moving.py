"""Recorded answers in another folder: whole, in pieces, in their chunks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol import sse
from inspector.simulator.playback.moving import Move, move_between, moved

MOVE = Move("/home/you/greeting", "/tmp/x")


def stream(*events: dict[str, Any]) -> bytes:
    return b"".join(sse.encode(json.dumps(event), event=event.get("type")) for event in events)


def said(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(event.data) for event in sse.Decoder().feed(body) if event.has_data]


def delta(text: str, kind: str = "response.output_text.delta", item: str = "m") -> dict[str, Any]:
    return {"type": kind, "item_id": item, "content_index": 0, "delta": text}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("cd /home/you/greeting && ls", "cd /tmp/x && ls"),
        ("/home/you/greeting/a.py:3 /home/you/greeting.", "/tmp/x/a.py:3 /tmp/x."),
        (r'{"cmd":"cat <<E\n/home/you/greeting\nE"}', r'{"cmd":"cat <<E\n/tmp/x\nE"}'),
        ("/home/you/greetings /home/you/greeting-2 /home/you/greeting.py", None),
        ("/mnt/home/you/greeting ~/home/you/greeting ./home/you/greeting", None),
    ],
)
def test_the_folder_and_no_other(text: str, made: str | None) -> None:
    assert MOVE.text(text) == (text if made is None else made)


@pytest.mark.parametrize(
    ("recorded", "live"), [("/a", "/a"), ("", "/a"), ("/a", ""), ("/a b", "/c"), ("/a", "/"), ("C:\\a", "/a")]
)
def test_what_is_not_moved(recorded: str, live: str) -> None:
    assert move_between(recorded, live) is None


def test_bytes_that_are_no_text_stay() -> None:
    assert moved([b"\xff /home/you/greeting"], MOVE, is_stream=False) == [b"\xff /tmp/x"]


def test_a_path_in_pieces_is_moved_as_one_and_as_the_whole_is() -> None:
    done = {"type": "response.output_text.done", "text": "in /home/you/greeting, and"}
    body = stream(delta("in /ho"), delta("no", item="other"), delta("me/you/greet"), delta("ing, and"), done)
    made = said(b"".join(moved([body], MOVE, is_stream=True)))
    assert [each["delta"] for each in made[:-1]] == ["in /tmp/x", "no", "", ", and"]
    assert made[-1]["text"] == "in /tmp/x, and"


def test_pieces_of_a_chat() -> None:
    def chunk(arguments: str) -> dict[str, Any]:
        call = {"index": 0, "function": {"arguments": arguments}}
        return {"choices": [{"index": 0, "delta": {"role": "assistant", "tool_calls": [call]}}]}

    body = stream(chunk('{"cmd":"ls /home/you'), chunk('/greeting"}')) + b"data: [DONE]\n\n"
    made = b"".join(moved([body], MOVE, is_stream=True))
    assert made == stream(chunk('{"cmd":"ls /tmp/x'), chunk('"}')).replace(b": ", b":").replace(
        b"data:", b"data: "
    ).replace(b", ", b",") + (b"data: [DONE]\n\n")


def test_chunks_end_where_they_did() -> None:
    events = [stream(delta("/home/you/greeting")), stream(delta("a")), b": wait\n\n", stream(delta("b"))]
    assert [said(each) for each in moved(events, MOVE, is_stream=True)] == [
        [delta("/tmp/x")],
        [delta("a")],
        [],
        [delta("b")],
    ]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.booleans())
def test_any_cut_gives_the_same_in_as_many_chunks(data: st.DataObject, is_stream: bool) -> None:
    whole = {"type": "x", "cwd": "/home/you/greeting"}
    body = stream(delta("/home/you/greet"), whole, delta("ingü")) + b"da"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    chunks = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    made = moved(chunks, MOVE, is_stream=is_stream)
    assert len(made) == len(chunks)
    assert b"".join(made) == b"".join(moved([body], MOVE, is_stream=is_stream))
    nothing = Move("/nowhere", "/tmp/x")
    assert moved(chunks, nothing, is_stream=is_stream) == chunks
