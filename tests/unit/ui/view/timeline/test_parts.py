"""What an exchange did with its time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Exchange, Outcome, Source, Timing
from inspector.ui.view.timeline.parts import LOOKS, Part, end_of, parts_of, totals


def told(exchange: Exchange, now: float = 1000.0) -> list[tuple[str, float, float]]:
    return [(stretch.part.name, stretch.begin, stretch.end) for stretch in parts_of(exchange, now)]


def test_the_four_parts_of_a_stream(ask):
    assert told(ask(1, 100.0, request_done=0.25)) == [
        ("SENDING", 100.0, 100.25),
        ("WAITING", 100.25, 101.0),
        ("OPENING", 101.0, 102.0),
        ("STREAMING", 102.0, 104.0),
    ]


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"request_done": None, "first_byte": None, "first_event": None}, "SENDING"),
        ({"first_byte": None, "first_event": None}, "WAITING"),
        ({"first_event": None}, "OPENING"),
        ({"first_event": None, "stream": False}, "STREAMING"),
        ({"first_byte": None}, "STREAMING"),
    ],
)
def test_what_was_not_seen_did_not_happen(ask, changes, last):
    assert told(ask(1, 100.0, **changes))[-1] == (last, told(ask(1, 100.0, **changes))[-1][1], 104.0)


def test_times_of_a_file_that_has_few_or_none(ask):
    def of(timing):
        return Source("a.har", "har", "entry 1", timing)

    whole = ask(1, 100.0, source=of(Timing.WHOLE))
    assert [part for part, _, _ in told(whole)] == ["WAITING", "STREAMING"]
    undivided = ask(1, 100.0, first_byte=None, source=of(Timing.WHOLE))
    assert told(undivided) == [("WHOLE", 100.0, 104.0)]
    even = ask(1, 100.0, source=of(Timing.EVEN))
    assert (told(even), end_of(even, 1000.0)) == ([], 100.0)


def test_what_runs_ends_now(ask):
    running = ask(1, 100.0, None, first_byte=None, first_event=None)
    assert told(running, 107.0) == [("WAITING", 100.0, 107.0)]
    assert end_of(running, 50.0) == 100.0  # a clock that was set back


def test_what_was_cut_off_ends_with_the_last_that_is_known(ask):
    assert end_of(ask(1, 100.0, None, outcome=Outcome.INTERRUPTED), 1000.0) == 102.0


moments = st.none() | st.floats(-5, 50)


@settings(max_examples=50)
@given(
    moments, moments, moments, moments, st.sampled_from([True, False, None]), st.sampled_from(list(Outcome))
)
def test_parts_follow_each_other_whatever_the_file_says(sent, head, event, ended, stream, outcome):
    exchange = Exchange(
        1, 1, "POST", "", "responses.create", "observe", 100.0, outcome,
        request_done=sent, first_byte=head, first_event=event, ended=ended, stream=stream,
    )  # fmt: skip
    found = parts_of(exchange, 120.0)
    assert all(stretch.seconds > 0 for stretch in found)
    assert all(one.end == other.begin for one, other in pairwise(found))
    assert sum(stretch.seconds for stretch in found) == pytest.approx(end_of(exchange, 120.0) - 100.0)


def test_totals_leave_out_what_was_not(ask):
    both = [*parts_of(ask(1, 0.0), 0.0), *parts_of(ask(2, 10.0), 0.0)]
    assert totals(both) == {Part.WAITING: 2.0, Part.OPENING: 2.0, Part.STREAMING: 4.0}


def test_no_two_parts_have_one_shape():
    assert len({glyph for glyph, _ in LOOKS.values()}) == len(Part) == len(LOOKS)


def test_a_handshake_takes_until_it_is_agreed_to(ask):
    shake = {"operation": "responses.connect", "status": 101, "request_done": 0.25, "first_event": None}
    assert told(ask(1, 100.0, **shake)) == [("SENDING", 100.0, 100.25), ("WAITING", 100.25, 101.0)]
    assert end_of(ask(1, 100.0, **shake, outcome=Outcome.OPEN, ended=None), 1000.0) == 101.0
    assert end_of(ask(1, 100.0, **{**shake, "status": 426}), 1000.0) == 104.0
