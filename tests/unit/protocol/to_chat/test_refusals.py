"""Refusals and the errors that clients see."""

from __future__ import annotations

import pytest

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.refusals import Refusals, error_body, parameter


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", None),
        ("/model", "model"),
        ("/input/0/content/12/file_id", "input[0].content[12].file_id"),
        ("/a~1b/~0", "a/b.~"),
        ("/0", "[0]"),
    ],
)
def test_pointers_in_the_spelling_of_errors(pointer: str, expected: str | None) -> None:
    assert parameter(pointer) == expected


def test_an_error_body() -> None:
    assert error_body("/input/1", "invalid_type", "is wrong") == {
        "error": {
            "type": "invalid_request_error",
            "param": "input[1]",
            "code": "invalid_type",
            "message": "input[1]: is wrong",
        }
    }


def test_without_a_reason_there_is_no_error() -> None:
    rows: list[Row] = []
    refusals = Refusals(rows)
    assert refusals.error() is None
    refusals.add_unseen("", "x", "not there")
    assert rows == []
    refusals.add("/a", "y", "there", ("/b",))
    assert rows == [Row(Kind.REJECTED, "/a", ("/b",), "there", True)]
    error = refusals.error()
    assert error is not None
    assert (error["error"]["code"], error["error"]["message"]) == ("x", "not there (and 1 more)")
