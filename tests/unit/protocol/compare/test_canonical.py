"""Equal values are equal texts, and no others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.protocol.compare.canonical import canonical, same, size, verbatim


def nested(levels: int, value: Any) -> Any:
    for n in range(levels):
        value = {"b": 1, "a": value} if n % 2 else [value, None]
    return value


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (1, 1.0), (0, False), (0.0, -0.0), ("1", 1), (None, "null"), ([], {}), ("\ud83d", "?")],
)
def test_python_calls_more_values_equal_than_json_does(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert canonical([one]) != canonical([other])


def test_members_may_come_in_any_order_and_nan_is_itself() -> None:
    one, other = {"a": float("nan"), "b": [1]}, {"b": [1], "a": float("nan")}
    assert same(one, other)
    assert canonical(one) == '{"a":NaN,"b":[1]}'
    assert verbatim(other).startswith('{"b"')


def test_no_depth_and_no_number_is_too_much() -> None:
    deep = nested(20_000, [10**5000])
    text = canonical(deep)
    assert text.startswith('{"a":[{"a":[')
    assert f"[{hex(10**5000)}]" in text
    assert text == canonical(nested(20_000, [10**5000]))
    assert verbatim(deep) == text


def test_without_recursion_the_text_is_the_encoders() -> None:
    value = {"b": [1, "\u00e9\n", {}, [], None, True, 1.5], "a": {"": {"z": 0, "y": [[]]}}}
    expected = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical(value) == expected
    assert canonical({"x": value, "n": 10**5000}) == f'{{"n":{hex(10**5000)},"x":{expected}}}'


def test_sizes_are_bytes() -> None:
    assert [size(text) for text in ("ab", "\u00e9", "\ud83d", "")] == [2, 2, 3, 0]
