"""One exchange in one row."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome, Usage
from inspector.ui.view.exchange_row import exchange_row, group_row
from inspector.ui.view.text import clean, glyphs


def exchange(**changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": 1, "revision": 1, "method": "POST", "url": "https://a",
        "operation": "responses.create",
        "mode": "observe", "started": 0.0, "outcome": Outcome.COMPLETE, "status": 200, "model": "my-gpt5",
        "ended": 1.9, "event_count": 12, "usage": Usage(12_000, 9_000, 310, 0),
    }  # fmt: skip
    return Exchange(**{**told, **changes})


def test_columns_come_with_the_width():
    row = exchange_row(exchange(), 100, 60.0).text
    for words in ("✓ 200", "my-gpt5", "1.90 s", "12 ev", "12k →   310", "75%"):
        assert words in row
    assert exchange_row(exchange(), 50, 60.0).text == "✓ 200  1.90 s  my-gpt5  12k→310 75%"
    assert exchange_row(exchange(), 36, 60.0).text == "✓ 200  1.90 s  my-gpt5  12k→310"


@pytest.mark.parametrize("width", [36, 50, 100])
def test_an_error_takes_the_place_of_figures(width: int):
    row = exchange_row(exchange(status=429, error="slow\x1b down", usage=None), width, 60.0).text
    assert "✗ 429" in row
    assert "slow" in row
    assert "\x1b" not in row


def test_a_clock_runs_while_it_is_open():
    assert "5.00 s" in exchange_row(exchange(outcome=Outcome.OPEN, ended=None, usage=None), 50, 5.0).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"request_kind": "compact"}, "compact"), ({"operation": "chat.create"}, "chat"),
     ({"operation": "responses.get"}, "get"), ({"operation": "models"}, "models")],
)  # fmt: skip
def test_what_is_asked_where_it_is_not_the_plain_case(changes: dict[str, Any], words: str):
    assert words in exchange_row(exchange(**changes), 100, 60.0).text


def test_groups_tell_the_worst_and_how_long_ago():
    group = [exchange(), exchange(id=2, status=429), exchange(id=3, outcome=Outcome.OPEN)]
    assert group_row("turn 2", "Fix it.", group, True, 80, 60.0).text == "2 Fix it.  ✗ ▶ 3"
    assert group_row("thread-1", None, group, False, 100, 60.0).text == "thread-1  3 exchanges  ✗ ▶ 1m"


def test_a_cleaned_title_is_not_cleaned_again():
    title = group_row("turn 1", clean("\x1b[2J"), [exchange()], True, 80, 0.0).left[1].text
    assert "".join(piece for piece, _ in glyphs(title)) == "␛[2J"
