"""Rules as they are written, and as they are shown."""

from __future__ import annotations

import pytest

from inspector.capture.filter.language import parse
from inspector.capture.holds import App, Point, Rule
from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.hold.rules import Wanted, likely, read_seconds, read_types, rule_row, wanted_of


def exchange(session: str | None, model: str | None) -> Exchange:
    return Exchange(1, 1, "POST", "https://a/responses", "responses.create", "observe", 0.0, Outcome.COMPLETE,
                    session=session, model=model)  # fmt: skip


@pytest.mark.parametrize(
    ("session", "model", "filter_text"),
    [
        ("01a-b", "gpt-5.5", "session:01a-b"),
        ('a "b"', None, 'session:"a \\"b\\""'),
        (None, "my gpt", 'model:"my gpt"'),
        (None, None, ""),
    ],
)
def test_the_likely_rule_holds_more_of_the_same(session: str | None, model: str | None, filter_text: str):
    found = exchange(session, model)
    assert likely(found).filter == filter_text
    assert parse(filter_text).matches(found)
    assert likely(None) == Wanted()


def test_rows():
    rule = Rule(1, "model:gpt", Point.EVENT, ("a.*", "b"), 90.0, 0.0, App("inspector hold", 12, "here"))
    wanted = wanted_of(rule)
    assert wanted == Wanted("model:gpt", Point.EVENT, ("a.*", "b"), 90.0)
    assert rule_row(wanted, rule).text == (
        "● event     model:gpt  a.* b  of inspector hold (process 12)  1:30 at most"
    )
    mine = Rule(1, "", Point.REQUEST, (), 120.0, 0.0, App("inspector", 12, "here"), mine=True)
    assert rule_row(wanted_of(mine), mine).text == "● request   everything  of this app  2:00 at most"
    assert rule_row(Wanted(), None).text == "○ request   everything  off  2:00 at most"


def test_types_and_seconds_are_read():
    assert read_types(" a.*, b  c,") == ("a.*", "b", "c")
    assert [read_seconds(text) for text in ("120", "1.5", "0.5", "3601", "soon", "nan", "")] == [
        *(120.0, 1.5),
        *[None] * 5,
    ]
