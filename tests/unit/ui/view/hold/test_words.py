"""How a hold ended."""

from __future__ import annotations

from dataclasses import replace

from inspector.capture.holds import Act, Decision, Held, Point, State
from inspector.ui.view.hold.words import end_of, too_late

HELD = Held(3, 7, Point.REQUEST, 1, "", "inspector (process 5)", 0.0, 120.0, State.HELD)


def test_every_end_has_words():
    assert end_of(HELD) == ""
    told = {end_of(replace(HELD, state=state)) for state in State if state not in (State.HELD, State.DECIDED)}
    assert len(told) == len(State) - 2
    assert all(told)
    for act in Act:
        by = replace(
            HELD, state=State.DECIDED, decision=Decision(act), decided_by="inspector hold (process 9)"
        )
        assert end_of(by).endswith(" by inspector hold (process 9)")


def test_who_comes_too_late_is_told_of_whom_or_what():
    ended = replace(HELD, state=State.TIME_UP)
    assert too_late(ended) == "Too late for number 3: its time was up, it went on as it was."
