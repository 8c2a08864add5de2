"""pydantic's findings by pointer and in words."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from inspector.protocol.validation import Shape, shape_problems


class Inner(Shape):
    kind: Literal["a", "b"]


class Outer(Shape):
    name: str | int
    inner: Inner | None = None
    many: list[Inner] | None = None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "x", "extra": 1}, []),
        ({}, [("/at/name", "is required", "missing_required_parameter")]),
        ({"name": []}, [("/at/name", "must be a string or an integer", "invalid_type")]),
        ({"name": 1, "inner": {"kind": "c"}}, [("/at/inner/kind", "must be 'a' or 'b'", "invalid_value")]),
        ({"name": 1, "inner": {}}, [("/at/inner/kind", "is required", "missing_required_parameter")]),
        ({"name": 1, "many": [{"kind": "a"}, 5]}, [("/at/many/1", "must be an object", "invalid_type")]),
        (5, [("/at", "must be an object", "invalid_type")]),
    ],
)
def test_problems(value: Any, expected: list[tuple[str, str, str]]) -> None:
    found = [
        (problem.pointer, problem.message, problem.code) for problem in shape_problems(Outer, value, "/at")
    ]
    assert found == expected
