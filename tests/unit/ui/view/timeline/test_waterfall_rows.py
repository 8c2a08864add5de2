"""The lines of the waterfall, column by column."""

from __future__ import annotations

import pytest

from inspector.capture.model import Outcome, Usage
from inspector.ui.view.rows import Tone
from inspector.ui.view.text import glyphs
from inspector.ui.view.timeline.axis import Axis, Fold
from inspector.ui.view.timeline.parts import Part, parts_of
from inspector.ui.view.timeline.waterfall_rows import (
    Columns,
    Drawing,
    exchange_line,
    legend_line,
    ruler_line,
    turn_line,
)
from inspector.ui.view.wrap import cells

TEN = Drawing(Axis(0.0, 10.0), 10.0)


def line(exchange, total=80, **more):
    columns = Columns.of(total)
    return exchange_line(exchange, parts_of(exchange, 9.0), TEN, columns, total - 4, 9.0, **more)


def test_columns_come_with_the_width(ask):
    narrow, usual, wide = (line(ask(1, 0.0), total).text for total in (50, 80, 160))
    assert "12k→310" not in narrow
    assert "12k→310 75%" in usual
    assert "my-gpt5" not in usual
    assert "my-gpt5" in wide
    assert ":00:0" in wide


@pytest.mark.parametrize("total", [30, 50, 80, 100, 160, 200])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": 429, "error": "slow \u202e down " * 30, "usage": None},
        {"request_kind": "\x1b[2J 漢字漢字漢字", "model": "漢字" * 20},
        {"took": None},
        {"usage": Usage(123_456, 123_000, 99_999, None)},
    ],
)
def test_a_line_is_as_wide_as_it_may_be(ask, total, changes):
    row = line(ask(1, 0.0, **changes), total)
    assert sum(cells(text) for span in row.left for text, _ in glyphs(span.text)) == max(
        total - 4, Columns.of(total).lead - 4 + Columns.of(total).bar
    )
    assert "\x1b" not in row.text
    assert "\u202e" not in row.text


def test_what_went_wrong_stands_behind_the_bar(ask):
    row = line(ask(1, 0.0, 2.0, status=429, first_event=None, error="too many"), is_retry=True)
    assert "✗ too many" in row.text
    assert "429 ↻" in row.text
    assert {span.tone for span in row.left if "▒" in span.text} == {Tone.BAD}
    assert "✗ 500 Internal Server Error" in line(ask(1, 0.0, 1.0, status=500)).text
    assert "the client left" in line(ask(1, 0.0, 1.0, outcome=Outcome.CLIENT_GONE)).text


def test_what_runs_has_an_arrow_at_its_end(ask):
    assert "█▊▶ " in line(ask(1, 0.0, None, ended=None)).text


@pytest.mark.parametrize(
    ("changes", "label"),
    [({"request_kind": "compact"}, "compact"), ({"parent": 3}, "replay"),
     ({"operation": "chat.create"}, "chat"), ({"operation": "models.list"}, "list"),
     ({"request_kind": "turn"}, "         4.00 s")],
)  # fmt: skip
def test_what_it_was_for(ask, changes, label):
    assert label in line(ask(1, 0.0, **changes)).text


def test_a_retry_that_went_well_is_told(ask):
    assert "↻ retry" in line(ask(1, 0.0), is_retry=True).text


def test_a_turn_tells_the_longest_parts_where_there_is_no_room_for_all(ask):
    stretches = parts_of(ask(1, 0.0), 9.0)

    def told(width: int) -> str:
        return turn_line(2, "go on, please", [ask(1, 0.0)], stretches, None, Columns.of(width), width).text

    assert "░ 1.00 s  ▒ 1.00 s  █ 2.00 s  1 request  4.00 s" in told(80)
    assert "█ 2.00 s  1 request" in told(48)
    assert "░" not in told(48)
    assert turn_line(2, "", [ask(1, 0.0)], stretches, None, Columns.of(80), 80).text.startswith("turn 2")


def test_the_ruler_has_ticks_and_folds():
    axis = Axis(0.0, 100.0, (Fold(20.0, 80.0, 10.0),))
    text = ruler_line(Drawing(axis, axis.length), Columns.of(100), "session").text
    assert text.startswith("  scale: session")
    assert "╷0" in text
    assert "≈" in text
    assert "╷1m30s" in text
    assert ruler_line(Drawing(Axis(0.0, 0.0), 0.0), Columns.of(80), "turn").text.strip() == "scale: turn"


def test_the_legend_gives_up_the_sums_first():
    sums = {Part.SENDING: 0.1, Part.WAITING: 2.0, Part.STREAMING: 4.0, Part.TOOLS: 1.0}
    assert "░ waiting 2.00 s" in legend_line(sums, 120, folds=True).text
    assert legend_line(sums, 50, folds=True).text == "░ waiting  █ streaming  ─ tools  ≈ folded"


def test_in_a_narrow_screen_the_legend_is_whole_with_short_names():
    sums = {part: 2.0 for part in Part if part is not Part.WHOLE}  # which no recording has
    shown = legend_line(sums, 52, folds=True).text
    assert shown == "░ wait ▒ first █ stream ─ tools ┉ backoff ┄ turns ≈"
    assert len(shown) <= 52
