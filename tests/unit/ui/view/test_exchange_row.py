"""One exchange in one row."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome, Usage
from inspector.prices.costs import Costs
from inspector.settings import Column, Price, Settings, Sort
from inspector.ui.view.columns import Look
from inspector.ui.view.exchange_row import column_at, exchange_row, group_row, heading_row
from inspector.ui.view.order import AS_THEY_CAME
from inspector.ui.view.tally import tally
from inspector.ui.view.text import clean, glyphs
from inspector.ui.view.wrap import cells


def exchange(**changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": 1, "revision": 1, "method": "POST", "url": "https://a",
        "operation": "responses.create",
        "mode": "observe", "started": 0.0, "outcome": Outcome.COMPLETE, "status": 200, "model": "my-gpt5",
        "ended": 1.9, "event_count": 12, "usage": Usage(12_000, 9_000, 310, 0),
    }  # fmt: skip
    return Exchange(**{**told, **changes})


LOOK = Look(Settings().columns)


def test_columns_come_with_the_width():
    row = exchange_row(exchange(), 100, 60.0, LOOK).text
    for words in ("✓ 200", "my-gpt5", "1.90 s", "    12 ", "12k ", " 310", "75%"):
        assert words in row
    assert (
        " ".join(exchange_row(exchange(), 50, 60.0, LOOK).text.split()) == "✓ 200 my-gpt5 1.90 s 12k 75% 310"
    )
    assert " ".join(exchange_row(exchange(), 32, 60.0, LOOK).text.split()) == "✓ 200 1.90 s 12k 75% 310"
    assert " ".join(exchange_row(exchange(), 16, 60.0, LOOK).text.split()) == "✓ 200 1.90 s"


@pytest.mark.parametrize(
    ("width", "words"), [(30, "get my-gpt5"), (46, "get my-gpt5"), (60, "get"), (140, "get")]
)
def test_a_call_that_makes_no_answer_says_what_it_is(width: int, words: str):
    row = exchange_row(exchange(operation="responses.get"), width, 60.0, LOOK).text
    assert words in row
    assert (row.count("get"), row.count("my-gpt5")) == (1, 1)
    assert cells(row) <= width
    gone = exchange(operation="responses.get", status=404, error="404 gone")
    assert "404 gone" in exchange_row(gone, width, 60.0, LOOK).text
    assert "create" not in exchange_row(exchange(), width, 60.0, LOOK).text


@pytest.mark.parametrize("width", [30, 46, 90, 140])
def test_rows_and_the_line_of_names_are_aligned_however_deep(width: int):
    look = Look(tuple(Column), Costs({"my-gpt5": Price(input=1, output=8)}))
    heading = heading_row(width, look, Sort(Column.DURATION)).text
    outer, inner = (exchange_row(exchange(), width - aside, 60.0, look, aside=aside).text for aside in (0, 2))
    if "model" in heading:
        assert outer[-4:].strip()
        assert len(outer) == len(inner) + 2
    assert len(outer) == len(heading)
    assert "took▴" in heading


@pytest.mark.parametrize("width", [34, 38, 44, 60, 100])
@pytest.mark.parametrize("aside", [2, 4])
def test_one_that_stands_aside_has_its_last_figures_below_those_of_the_others(width: int, aside: int):
    outer, inner = (exchange_row(exchange(), width - by, 60.0, LOOK, aside=by).text for by in (0, aside))
    assert outer[-8:] == inner[-8:]
    assert "310" in inner[-8:]
    assert len(outer) == len(inner) + aside


@pytest.mark.parametrize("width", [30, 34, 46, 60, 100])
@pytest.mark.parametrize("aside", [0, 2])
def test_a_sign_keeps_the_status_apart_and_the_figures_where_they_are(width: int, aside: int):
    plain, signed = (
        exchange_row(exchange(marked=marked), width - aside, 60.0, LOOK, aside=aside).text
        for marked in (False, True)
    )
    assert plain.startswith("✓ 200 ")
    assert signed.startswith("✓◆ 200 ")
    assert (signed[-8:], len(signed)) == (plain[-8:], len(plain))


def test_the_line_of_names_tells_the_order():
    assert "started▾" in heading_row(120, LOOK, Sort(Column.TIME, descending=True)).text


def test_only_chosen_columns_are_there_in_their_order():
    costs = Costs({"my-gpt5": Price(input=1, cached=0.1, output=8)})
    look = Look((Column.COST, Column.ID, Column.STATUS), costs)
    assert exchange_row(exchange(), 60, 0.0, look).text.split() == ["✓", "0.0064", "1", "200"]


def test_marks_of_a_compaction_of_a_person_and_of_retries():
    assert exchange_row(exchange(request_kind="compact"), 60, 0.0, LOOK).text.startswith("✓⊟ 200")
    assert exchange_row(exchange(marked=True), 60, 0.0, LOOK).text.startswith("✓◆ 200")
    row = exchange_row(exchange(note="x"), 32, 0.0, LOOK, folded=[exchange(), exchange(status=429)])
    assert "".join(span.text for span in row.right) == " ✎ ↻2 ✗"
    assert len("".join(span.text for span in row.left)) <= 32 - len(" ✎ ↻2 ✗")


@pytest.mark.parametrize("width", [36, 50, 100])
def test_an_error_takes_the_place_of_figures(width: int):
    row = exchange_row(exchange(status=429, error="slow\x1b down", usage=None), width, 60.0, LOOK).text
    assert "✗ 429" in row
    assert "slow" in row
    assert "\x1b" not in row


def test_a_clock_runs_while_it_is_open():
    assert (
        "5.00 s" in exchange_row(exchange(outcome=Outcome.OPEN, ended=None, usage=None), 50, 5.0, LOOK).text
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"request_kind": "compact"}, "compact"), ({"operation": "chat.create"}, "chat"),
     ({"operation": "responses.get"}, "get"), ({"operation": "models"}, "models")],
)  # fmt: skip
def test_what_is_asked_where_it_is_not_the_plain_case(changes: dict[str, Any], words: str):
    assert words in exchange_row(exchange(**changes), 100, 60.0, LOOK).text


def test_groups_tell_the_worst_and_how_long_ago():
    group = [exchange(), exchange(id=2, status=429), exchange(id=3, outcome=Outcome.OPEN)]
    assert group_row("turn 2", "Fix it.", tally(group), True, 80, 60.0).text == "2 Fix it.  ✗ ▶ 3"
    assert group_row("thread-1", None, tally(group), False, 100, 60.0).text == "thread-1  3 exchanges  ✗ ▶ 1m"


def test_a_cleaned_title_is_not_cleaned_again():
    title = group_row("turn 1", clean("\x1b[2J"), tally([exchange()]), True, 80, 0.0).left[1].text
    assert "".join(piece for piece, _ in glyphs(title)) == "␛[2J"


@pytest.mark.parametrize("note", ["the one that broke", "\x1b[2J", "早い " * 80, "x" * 300])
def test_a_note_is_read_where_there_is_room_for_it(note: str):
    for width in range(20, 160):
        with_note, without = (exchange_row(exchange(note=each), width, 0.0, LOOK) for each in (note, ""))
        assert cells("".join(span.text for span in (*with_note.left, *with_note.right))) <= max(
            width, cells(without.text)
        )
    assert clean(note)[:18] in exchange_row(exchange(note=note), 140, 0.0, LOOK).text


def test_a_cell_of_the_heading_is_a_columns():
    look = LOOK
    text = heading_row(100, look, AS_THEY_CAME).text
    assert column_at(text.index("took"), 100, look) is Column.DURATION
    assert column_at(text.index("started"), 100, look) is Column.TIME
    assert column_at(0, 100, look) is None
    assert column_at(99, 100, look) is None


def test_columns_are_as_wide_as_ever_whatever_the_model_is_called():
    plain, wide, tall = (
        exchange_row(exchange(model=model), 100, 60.0, LOOK).text
        for model in ("gpt-5", "漢字" * 20, "e\u0301" * 6)
    )
    at = [cells(text[: text.index("1.90 s")]) for text in (plain, wide, tall)]
    assert at[0] == at[1] == at[2]
