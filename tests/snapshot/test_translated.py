"""Exchanges that were, or would be, translated: in Chat Completions, bridged, repaired, broken off."""

from __future__ import annotations

import pytest

from inspector.settings import Settings

NEXT = "right_curly_bracket"


@pytest.mark.parametrize(("size", "keys"), [((80, 24), ("3",)), ((120, 40), ())])
def test_a_chat_exchange_and_what_it_amounts_to(snap_compare, app, after, four, size, keys):
    assert snap_compare(app(four), terminal_size=size, run_before=after(*keys))


def test_a_bridged_exchange_and_the_chunks_behind_it(snap_compare, app, after, four):
    assert snap_compare(app(four), terminal_size=(140, 40), run_before=after(NEXT, "u", then=2))


@pytest.mark.parametrize(("size", "keys"), [((80, 24), ("2",)), ((120, 40), ())])
def test_a_repaired_request(snap_compare, app, after, four, size, keys):
    run = after(NEXT, NEXT, *keys, then=3)
    theme = "inspector-light" if size[0] == 120 else "inspector-dark"
    assert snap_compare(app(four, settings=Settings(theme=theme)), terminal_size=size, run_before=run)


def test_a_stream_that_broke_off(snap_compare, app, after, four):
    run = after(NEXT, NEXT, NEXT, "2", "G", then=4)
    assert snap_compare(app(four), terminal_size=(120, 40), run_before=run)
