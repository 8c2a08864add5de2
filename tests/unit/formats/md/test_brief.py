"""JSON made short stays JSON, and says what it left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.formats.md.brief import brief, cut


def test_what_is_short_stays_as_it_is() -> None:
    value = {"model": "m", "input": [{"role": "user"}], "none": None, "é": 1.5}
    text, is_all = brief(value, 1000)
    assert (json.loads(text), is_all) == (value, True)


def test_the_middle_goes() -> None:
    value = {"text": "a" * 500 + "b" * 500, "list": list(range(30)), "empty": [{}, []]}
    text, is_all = brief(value, 1500)
    short = json.loads(text)
    assert not is_all
    assert short["text"] == f"{'a' * 200} … 600 characters … {'b' * 200}"
    assert short["list"] == [0, 1, 2, 3, 4, 5, "… 18 more entries", 24, 25, 26, 27, 28, 29]
    assert short["empty"] == [{}, []]


def test_what_was_said_stays_longer_than_what_could_be_called() -> None:
    tool = {
        "type": "function",
        "name": "exec",
        "parameters": {"type": "object", "properties": {"a": {"b": 1}}},
    }
    said = {"role": "user", "content": [{"type": "input_text", "text": "x" * 300}]}
    text, _ = brief({"input": [said] * 3, "tools": [tool] * 9}, 1500)
    short = json.loads(text)
    assert short["input"][0]["content"][0]["text"].startswith("x" * 30)
    assert short["tools"][0]["parameters"] == "… 2 members"


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (
            [{"type": "function", "function": {"name": name}} for name in "abbcd"],
            "… 5 more entries: a, b \u00d72, c, d",
        ),
        ([{"role": "user", "type": "message"}], "… 1 more entry: user"),
        ([{"type": "reasoning"}, {"name": "x" * 900}], "… 2 more entries"),
        ([{"type": str(n)} for n in range(13)], "… 13 more entries"),
        ([1, None], "… 2 more entries"),
    ],
)
def test_what_is_left_out_says_its_name(pieces: list[Any], told: str) -> None:
    text, _ = brief([0] * 6 + pieces + [0] * 6, 10_000)
    assert json.loads(text) == [0] * 6 + [told] + [0] * 6


def test_many_members_are_counted() -> None:
    text, _ = brief({f"{n:05}": n for n in range(10_000)}, 10_000)
    short = json.loads(text)
    assert len(short) == 49
    assert short["…"] == "9,952 more members"


def _deep(levels: int) -> Any:
    return {"a": _deep(levels - 1), "b": [1]} if levels else 1


@pytest.mark.parametrize("value", [_deep(100), [["x" * 90] * 50] * 50, {str(n): n for n in range(5000)}])
def test_it_fits(value: Any) -> None:
    text, is_all = brief(value, 700)
    assert len(text) <= 740
    assert not is_all


def test_a_text_is_cut_at_a_line() -> None:
    assert cut("one\ntwo\nthree", 9) == "one\ntwo\n… (6 more characters)"
    assert cut("abc", 3) == "abc"
