"""Names that stand twice in one object: found wherever they are, and told at the one that counts."""

from __future__ import annotations

import pytest

from inspector.replay.edits.remarks import remarks
from inspector.replay.edits.repeated import repeated


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ('{"a": 1, "b": {"a": 2}}', []),
        ('{"a": 1, "a": 2}', ["/a"]),
        ('{"a": [{"b": 1}, {"x/y": 1, "c": 1, "x/y": 2, "c": 3, "x/y": 3}], "d": {"e": 1, "e": 1}}',
         ["/a/1/x~1y", "/a/1/c", "/d/e"]),
        ('{"a": 1, "a": {"b": 1, "b": 2}}', ["/a", "/a/b"]),
        ('{"a": {"b": 1, "b": 2}, "a": 1}', ["/a"]),  # what does not count repeats nothing
        ('{"a": 1, "a"', []),
        ("[" * 100_000, []),
        ("1", []),
    ],
)  # fmt: skip
def test_what_is_repeated(text: str, pointers: list[str]) -> None:
    assert list(repeated(text)) == pointers


def test_it_is_a_remark_at_the_last_one() -> None:
    (found,) = remarks('{"model": "m",\n "input": "a",\n "input": "b"}')
    assert (found.pointer, found.line, found.column) == ("/input", 3, 11)
    assert found.sentence == "input stands more than once here, and only this last one counts."
