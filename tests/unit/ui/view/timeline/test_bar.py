"""Stretches of time as cells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.ui.view.rows import Span, Tone
from inspector.ui.view.timeline.bar import bar, spans
from inspector.ui.view.timeline.parts import Part, Stretch


def drawn(*stretches: Stretch, width: int = 10, **more) -> str:
    return "".join(glyph for glyph, _ in bar(stretches, lambda moment: moment, width, **more))


def test_each_part_has_its_cells():
    found = drawn(
        Stretch(Part.TOOLS, 0, 2), Stretch(Part.WAITING, 2, 4), Stretch(Part.OPENING, 4, 5),
        Stretch(Part.STREAMING, 5, 8),
    )  # fmt: skip
    assert found == "──░░▒███  "


def test_a_stream_ends_within_a_cell():
    assert drawn(Stretch(Part.STREAMING, 0, 2.5)) == "██▌       "
    assert drawn(Stretch(Part.STREAMING, 0, 0.01)) == "▏         "


def test_the_longer_part_has_the_cell_and_a_gap_gives_way():
    assert drawn(Stretch(Part.WAITING, 0.0, 0.7), Stretch(Part.OPENING, 0.7, 1.0)) == "░         "
    assert drawn(Stretch(Part.TOOLS, 0.0, 0.9), Stretch(Part.WAITING, 0.9, 1.0)) == "░         "


@pytest.mark.parametrize("moment", [-3.0, 0.0, 4.0, 10.0, 99.0])
def test_what_ran_is_seen_wherever_it_is(moment):
    assert drawn(Stretch(Part.WAITING, moment, moment)).strip() == "░"


def test_a_folded_gap_is_marked():
    assert drawn(Stretch(Part.IDLE, 0, 5), is_folded=lambda _: True) == "┄┄≈┄┄     "


def test_a_tone_for_all_but_the_gaps():
    cells = bar(
        [Stretch(Part.TOOLS, 0, 1), Stretch(Part.WAITING, 1, 2)], lambda moment: moment, 2, tone=Tone.BAD
    )
    assert spans(cells) == [Span("─", Tone.DIM), Span("░", Tone.BAD)]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from(list(Part)), st.floats(-9, 99), st.floats(0, 99))), st.integers(-1, 30)
)
def test_a_bar_is_as_wide_as_asked_for(stretches, width):
    made = [Stretch(part, begin, begin + seconds) for part, begin, seconds in stretches]
    assert len(drawn(*made, width=width)) == max(0, width)
