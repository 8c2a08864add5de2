from __future__ import annotations

import pytest

from inspector.capture.model import Outcome
from inspector.ui.view.diff.content import Side, diff_content
from inspector.ui.view.diff.heading import heading, waiting


def test_which_exchanges_and_which_half(compared):
    content = diff_content(compared({"model": "a"}, {"model": "b"}))
    assert heading(content, Side.REQUEST, 80).text.split() == (
        [
            "diff",
            "#1",
            "turn",
            "1",
            "✓",
            "200",
            "→",
            "#2",
            "turn",
            "1",
            "✓",
            "200",
            "▸request",
            "1",
            "response",
            "0",
        ]
    )
    assert "▸response 0" in heading(content, Side.RESPONSE, 80).text


@pytest.mark.parametrize(
    ("width", "model", "turn"), [(120, True, True), (80, False, True), (50, False, False)]
)
def test_more_of_it_where_there_is_more_room(compared, width, model, turn):
    shown = heading(diff_content(compared()), Side.REQUEST, width).text
    assert ("gpt-5.5" in shown, "turn" in shown) == (model, turn)


def test_an_answer_that_still_comes_in(compared, exchange):
    ends = exchange(1), exchange(2, outcome=Outcome.OPEN, status=None, turn=None)
    shown = heading(diff_content(compared(exchanges=ends)), Side.REQUEST, 80).text
    assert "#2 ▶ ··· so far" in shown


def test_before_anything_is_there():
    assert waiting(1, 2).text == "diff  #1  →  #2  reading …"
    assert waiting(1, 2, "It is\x1b damaged.").text.endswith("damaged.")
    assert "\x1b" not in waiting(1, 2, "It is\x1b damaged.").text


def test_how_far_a_comparison_is():
    shown = waiting(1, 2, progress=(50, 200)).text
    assert shown == "diff  #1  →  #2  comparing items  ━━━━━───────────────  25 %  escape stops it"
    assert waiting(1, 2).text.endswith("reading …")
    assert waiting(1, 2, "gone", (1, 2)).text.endswith("gone")
