"""A file of another program: while it is read in, what of it nobody can read, where an exchange is from."""

from __future__ import annotations

import pytest

from inspector.settings import Settings

SIZES = [(80, 24), (120, 40)]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr("inspector.ui.widgets.pane.AFTER", 0.0)  # the bar is there from the first look on


@pytest.mark.parametrize("size", SIZES)
def test_a_file_that_is_being_read_in(snap_compare, app, after, read_in, size):
    run = after("j", so=lambda app: app.main.selected == 2, then=2)
    assert snap_compare(app(read_in.path), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_what_could_not_be_read(snap_compare, app, after, damaged, size):
    run = after("I", so=lambda app: app.screen.name is None and app.screen is not app.main)
    assert snap_compare(app(damaged), terminal_size=size, run_before=run)


def test_where_an_exchange_is_from_on_a_light_screen(snap_compare, app, after, damaged):
    shown = app(damaged, settings=Settings(theme="inspector-light"))
    assert snap_compare(shown, terminal_size=(200, 60), run_before=after())


def test_the_timeline_of_times_that_are_not_recorded(snap_compare, app, after, damaged):
    run = after("t", so=lambda app: app.screen is app.main.timeline and app.screen.moments is not None)
    assert snap_compare(app(damaged), terminal_size=(120, 40), run_before=run)
