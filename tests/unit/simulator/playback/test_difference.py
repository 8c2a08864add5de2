"""What differs between two requests that do not mean the same, in words."""

from __future__ import annotations

import json
from typing import Any

from inspector.protocol.azure import Operation
from inspector.simulator.playback.difference import MOST, differences, in_short
from inspector.simulator.playback.meaning import Asked, Meaning, meaning_of

CALL = {"type": "function_call", "name": "ls", "arguments": '{"a": 1}'}
OUTPUT = {"type": "function_call_output", "output": "one two three four five"}


def meant(*items: Any, **more: Any) -> Meaning:
    said = [{"role": "user", "content": item} if isinstance(item, str) else item for item in items]
    body = {"stream": True, **more, "input": said}
    return meaning_of(Asked(Operation.CREATE, "", (), json.dumps(body).encode()))


def test_nothing() -> None:
    assert differences(meant("a", CALL), meant("a", {**CALL, "call_id": "c"})) == []


def test_each_kind_of_change() -> None:
    assert differences(meant("a"), meant("a", "b")) == ['message user at /input/1 was not recorded: "b"']
    assert differences(meant("a", CALL), meant("a")) == [
        'function_call ls at /input/1 of the recording is missing: "ls 1"'
    ]
    other = {**OUTPUT, "output": "one two three four six"}
    assert differences(meant("a", OUTPUT), meant("a", other)) == [
        'tool result at /input/1 was "one two three four five", now "one two three four six"'
    ]
    moved = differences(meant("a", "b", CALL), meant(CALL, "a", "b"))
    assert moved == ["function_call ls at /input/0 stands elsewhere in the recording"]
    assert differences(meant("a"), meant("a", stream=False, background=True)) == [
        "a stream was asked for, now one with background"
    ]


def test_long_texts_are_shown_where_they_part() -> None:
    same = "word " * 100
    [told] = differences(
        meant({**OUTPUT, "output": same + "old"}), meant({**OUTPUT, "output": same + "new\nx"})
    )
    assert told.endswith('word word word word old", now "…word word word word new⏎x"')


def test_a_prewarm_asks_for_nothing_yet() -> None:
    told = differences(meant(type="response.create", generate=False), meant())
    assert told == ["nothing yet (generate: false) was asked for, now a stream"]


def test_of_very_many_pieces_some_are_told() -> None:
    asked = [str(n) for n in range(3000)]
    told = differences(meant(*asked), meant(*asked[:100], *(f"x{n}" for n in range(2500))))
    assert 'message user at /input/100 of the recording is missing: "100"' in told
    assert len(told) == 4000


def test_in_short() -> None:
    assert in_short(["a", "b"]) == "a; b"
    assert in_short([str(n) for n in range(MOST + 2)]) == "0; 1; 2; and 2 more"
