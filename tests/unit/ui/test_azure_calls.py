"""What a person says to a question about a stored response, and where a stream can go on."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.events import TimedEvent
from inspector.replay.boundary import BuildProblem
from inspector.ui.azure_calls import Asked, Question, goes_on_after, question


@pytest.mark.parametrize(
    ("what", "line", "asked"),
    [
        (Asked.INCLUDE, " a.b, c  d", Question(Asked.INCLUDE, ("a.b", "c", "d"))),
        (Asked.INCLUDE, "", Question(Asked.INCLUDE)),
        (Asked.STREAM, "", Question(Asked.STREAM)),
        (Asked.STREAM, " 12 ", Question(Asked.STREAM, after=12)),
    ],
)
def test_a_line_says_more_of_it(what: Asked, line: str, asked: Question) -> None:
    assert question(what, line) == asked


@pytest.mark.parametrize("line", ["-1", "x", "1 2", "٣", "1.5", "9" * 5000])
def test_what_is_no_number_is_told(line: str) -> None:
    with pytest.raises(BuildProblem, match="is no event's number"):
        question(Asked.STREAM, line)


@pytest.mark.parametrize(
    ("kind", "data", "number"),
    [
        ("response.output_text.delta", {"sequence_number": 7}, 7),
        ("response.completed", {"sequence_number": 7}, None),
        ("response.failed", {"sequence_number": 7}, None),
        ("x", {"sequence_number": True}, None),
        ("x", {}, None),
        ("", "[DONE]", None),
    ],
)
def test_a_stream_goes_on_where_it_did_not_end(kind: str, data: Any, number: int | None) -> None:
    assert goes_on_after([TimedEvent(0, 0.0, kind, data)]) == number
    assert goes_on_after([]) is None
