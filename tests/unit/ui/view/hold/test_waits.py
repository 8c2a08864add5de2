"""What is held, made ready: the beginning on one line, and all of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.capture.holds import Held, Point, State
from inspector.ui.view.hold.waits import waits_of, what
from inspector.ui.view.outline import Outline
from inspector.ui.view.text import plain


def held(point: Point, **more: Any) -> Held:
    return Held(1, 1, point, 1, "", "inspector (process 5)", 0.0, 120.0, State.HELD, **more)


def seen(nodes: Any) -> str:
    outline = Outline(nodes)
    return "\n".join(outline.row(number)[0].text for number in range(len(outline)))


CALL = {"type": "function_call", "call_id": "c", "name": "shell", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "1 failed"}
REQUEST = {"model": "gpt-5.5", "input": [CALL, OUTPUT]}
CHAT = {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hello."}]}
DONE = {"type": "response.output_item.done", "sequence_number": 3, "item": {**CALL, "arguments": '{"a": 1}'}}


@pytest.mark.parametrize(
    ("one", "body", "preview", "word"),
    [
        (held(Point.REQUEST), json.dumps(REQUEST).encode(), "output shell 1 failed", "gpt-5.5"),
        (held(Point.REQUEST), json.dumps(CHAT).encode(), "user Hello.", "Hello."),
        (held(Point.REQUEST), b'{"model": "m", "input": "Hi"}', "user Hi", "Hi"),
        (held(Point.REQUEST), b'{"model": "m"}', '{"model": "m"}', "model"),
        (held(Point.REQUEST), b"\xff\x1b[2J", "⟨FF⟩␛[2J", "␛[2J"),
        (held(Point.REQUEST), b"", "", "headers"),
        (held(Point.EVENT), b'{"type": "x", "delta": "Is any\\nbody"}', "Is any body", "delta"),
        (held(Point.EVENT), json.dumps(DONE).encode(), 'call shell {"a": 1}', "output_item"),
        (held(Point.EVENT), b'{"type": "x", "sequence_number": 1, "n": 2}', '{"n": 2}', "sequence_number"),
        (held(Point.EVENT), b"[DONE]", "[DONE]", "[DONE]"),
        (held(Point.RESPONSE, status=429, headers=(("retry-after", "2"),)), b"",
         "429 Too Many Requests · 1 header field", "retry-after"),
        (held(Point.RESPONSE, status=400, headers=(("Content-Type", "application/json"),)), b'{"error": {}}',
         '400 Bad Request · application/json · 1 header field · {"error": {}}', "error"),
    ],
)  # fmt: skip
def test_beginning_and_whole(one: Held, body: bytes, preview: str, word: str):
    made = waits_of(one, body)
    assert plain(made.preview) == preview
    assert word in plain(seen(made.nodes))
    assert made.body == body


def test_a_look_goes_to_the_last_item_of_a_request():
    assert waits_of(held(Point.REQUEST), json.dumps(REQUEST).encode()).newest == "/input/1"
    assert waits_of(held(Point.EVENT), b"{}").newest is None


def test_the_name_of_what_is_held():
    assert what(held(Point.REQUEST)) == "request"
    assert what(held(Point.RESPONSE, status=429)) == "response 429"
    assert what(held(Point.EVENT, event_type="response.output_text.delta")) == "output_text.delta"
    assert what(held(Point.EVENT)) == "event"
