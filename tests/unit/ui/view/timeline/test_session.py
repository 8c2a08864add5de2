"""The exchanges of a session in order, and the gaps between them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.timeline.parts import Part
from inspector.ui.view.timeline.session import SessionTimes, same_session


def times(exchanges) -> SessionTimes:
    found = SessionTimes()
    found.take(exchanges)
    return found


def gaps(found: SessionTimes) -> list[tuple[Part, float] | None]:
    return [None if gap is None else (gap.part, gap.seconds) for gap in found.gaps]


def test_gaps_are_told_by_what_is_on_both_sides(session):
    assert gaps(times(session)) == [
        None,
        (Part.TOOLS, 2.0),
        (Part.BACKOFF, 2.0),
        (Part.IDLE, 87.5),
        None,
    ]


def test_a_retry_repeats_the_body_of_one_that_went_wrong(session, ask):
    found = times(session)
    assert [found.is_retry(index) for index in range(5)] == [False, False, True, False, False]
    again = times([ask(1, 0.0), ask(2, 9.0, request_digest="digest 1")])
    assert not again.is_retry(1)  # the first went well: asked twice, not tried again


def test_what_overlaps_leaves_no_gap(ask):
    assert gaps(times([ask(1, 0.0, 20.0), ask(2, 5.0, 2.0), ask(3, 10.0, 2.0), ask(4, 21.0)])) == [
        None,
        None,
        None,
        (Part.TOOLS, 1.0),
    ]


def test_nothing_is_a_gap_while_one_runs(ask):
    found = times([ask(1, 0.0, None), ask(2, 5.0)])
    assert gaps(found) == [None, None]
    assert found.is_open
    assert found.end(30.0) == 30.0


def test_between_exchanges_of_no_turn_the_time_is_the_persons(ask):
    assert gaps(times([ask(1, 0.0, turn=None), ask(2, 5.0, turn=None)]))[1] == (Part.IDLE, 1.0)


def test_take_tells_whether_rows_came_or_went(session):
    found = SessionTimes()
    assert found.take(session)
    assert not found.take([replace(session[-1], ended=9.0)])
    assert found.get(5).ended == 9.0
    assert found.end(0.0) == 213.0
    assert found.take([replace(session[-1], turn=3)])
    assert list(found.turns()) == [1, 2, 3]


def test_one_that_is_another_sessions_after_all_is_left_out(session):
    found = times(session)
    belongs = same_session(session[0])
    assert found.take([replace(session[1], session="thread-2")], belongs)
    assert [exchange.id for exchange in found.exchanges] == [1, 3, 4, 5]
    assert gaps(found)[1] == (Part.TOOLS, 4.5)
    assert 2 not in found
    with pytest.raises(KeyError):
        found.index(2)


def test_without_a_session_the_connection_is_one(ask):
    here = same_session(ask(1, 0.0, session=None, connection="a"))
    assert here(ask(2, 0.0, session=None, connection="a"))
    assert not here(ask(3, 0.0, session=None, connection="b"))
    assert not here(ask(4, 0.0, connection="a"))


def test_an_empty_session_has_no_end_of_its_own():
    found = SessionTimes()
    assert (len(found), found.is_open, found.end(7.0), found.turns()) == (0, False, 7.0, {})


def made(number: int, started: float, ended: float | None, digest: str) -> Exchange:
    return Exchange(
        number, 1, "POST", "", "responses.create", "observe", started,
        Outcome.OPEN if ended is None else Outcome.COMPLETE,
        ended=ended, turn=number % 3 or None, status=429 if number % 2 else 200, request_digest=digest,
    )  # fmt: skip


exchanges = st.builds(
    made, st.integers(1, 8), st.floats(0, 50), st.none() | st.floats(0, 20), st.sampled_from(["a", "b"])
)


@settings(max_examples=50)
@given(st.lists(st.lists(exchanges, max_size=4), max_size=5))
def test_bit_by_bit_comes_to_the_same_as_at_once(batches):
    grown = SessionTimes()
    for batch in batches:
        grown.take(batch)
    latest = {exchange.id: exchange for batch in batches for exchange in batch}
    whole = times(latest.values())
    assert grown.exchanges == whole.exchanges
    assert grown.gaps == whole.gaps
    assert grown.end(99.0) == whole.end(99.0)


def test_replays_are_no_part_of_the_time_line(ask):
    here = same_session(ask(1, 0.0))
    assert here(ask(2, 0.0))
    assert not here(ask(3, 0.0, parent=1))
