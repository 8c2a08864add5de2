"""Rows of the queue: the three clocks, and the marks of what is about to happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.capture.holds import Act, Decision, Held, Point, State
from inspector.ui.view.hold.queue import About, clock, ended_row, look_line, queue_heading, queue_row
from inspector.ui.view.hold.waits import Waits
from inspector.ui.view.rows import Tone

HELD = Held(3, 7, Point.EVENT, 1, "", "inspector (process 5)", 100.0, 220.0, State.HELD,
            event_type="response.output_text.delta", size=84, silent_since=90.0)  # fmt: skip
ABOUT = About("fix the flaky test", 2, "gpt-5.5")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-3, "0:00"), (7.9, "0:07"), (108, "1:48"), (3600, "1:00:00"), (7325, "2:02:05")]
)
def test_clocks(seconds: float, shown: str):
    assert clock(seconds) == shown


def test_a_row_has_what_it_is_of_what_and_the_clocks_below_their_names():
    words = queue_row(Waits(HELD, preview="Is anybody"), ABOUT, 112.0, 120).text
    names = queue_heading(120).text
    assert words.startswith("⏸   3 output_text.delta            turn 2 · gpt-5.5 · fix the flaky te…")
    for name, shown in (("held", "0:12"), ("goes on", "1:48"), ("idle", "4:38")):
        end = names.index(name) + len(name)
        assert words[end - 4 : end] == shown
    assert words[names.index("beginning") :] == "Is anybody"
    narrow = queue_row(Waits(HELD), ABOUT, 112.0, 76).text
    assert "output_text.del…" in narrow
    assert "fix the flaky tes…" in narrow, "what tells it apart stands first"
    assert narrow.rstrip().endswith("0:12     1:48     4:38")


def test_what_is_about_to_happen_is_marked_and_not_by_its_colour_alone():
    def marked(now: float, held: Held = HELD) -> list[str]:
        spans = queue_row(Waits(held), ABOUT, now, 120).left
        return [span.text.strip() for span in spans[1:] if span.tone is Tone.WARN]

    assert marked(112.0) == []
    assert marked(211.0) == ["⚠ 0:09"]
    assert marked(211.0, replace(HELD, deadline=900.0)) == []
    assert marked(340.0, replace(HELD, deadline=900.0)) == ["⚠ 0:50"]


def test_codex_waits_for_ever_until_the_head_of_an_answer_has_gone_out():
    waits = Waits(replace(HELD, silent_since=None))
    assert queue_row(waits, ABOUT, 112.0, 120).text.rstrip().endswith("1:48        -")
    assert look_line(waits, 112.0).text.endswith("its idle timeout does not run yet")
    assert look_line(Waits(HELD), 112.0).text == (
        "output_text.delta  of exchange 7, 84 B  Codex gives up in 4:38"
    )
    assert look_line(Waits(HELD), 380.0).text.endswith("⚠ Codex gives up in 0:10")
    assert look_line(Waits(HELD), 391.0).text.endswith("⚠ silent for 5:00: Codex gives up")


def test_what_has_ended_says_how():
    ended = replace(
        HELD, state=State.DECIDED, decision=Decision(Act.DROP), decided_by="inspector (process 9)"
    )
    assert ended_row(ended, ABOUT, 120).text.rstrip().endswith("dropped by inspector (process 9)")
    assert look_line(Waits(HELD), 112.0, ended).text.endswith("dropped by inspector (process 9)")


def test_an_exchange_of_which_nothing_is_known_yet_is_named_by_its_number():
    assert "exchange 7" in queue_row(Waits(HELD), About(), 112.0, 120).text
