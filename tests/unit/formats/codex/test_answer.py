"""When an answer is all that it will be."""

from __future__ import annotations

import pytest

from inspector.formats.codex import answer, retold
from inspector.formats.codex.answer import Answer
from inspector.formats.codex.lines import Line


def test_it_is_full_by_bytes_or_by_items(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answer, "LARGEST", 10)
    monkeypatch.setattr(retold, "MOST", 3)
    large, many = Answer(), Answer()
    large.said(b"0" * 10)
    many.said(b"0")
    many.said(b"0")
    assert (large.is_full, many.is_full) == (False, False)
    large.said(b"0")
    many.said(b"0")
    assert (large.is_full, many.is_full) == (True, True)


def test_it_goes_on_until_it_is_counted_or_said_to_be_over():
    begun = Answer(line=Line(1, 0, {}))
    assert begun.goes_on
    assert not any(
        each.goes_on
        for each in (Answer(), Answer(line=begun.line, tokens={}), Answer(line=begun.line, is_over=True))
    )
