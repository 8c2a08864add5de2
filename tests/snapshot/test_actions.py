"""Actions as they look: search, copies, a command, help, palette, a note; beside marked exchanges."""

from __future__ import annotations

from contextlib import closing

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList

from inspector.capture.marks import put_mark, put_note
from inspector.capture.reader import Reader
from inspector.ui.screens.help import HelpScreen
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.text import TextScreen

COMMAND = r"printf '[b]\033[2J \302\240x\n'; echo oh >&2; false"


def test_a_search_beside_a_marked_exchange(snap_compare, app, after, turn):
    with closing(Reader(turn)) as reader:
        exchange = reader.exchanges()[0]
    put_mark(turn, exchange, True)
    put_note(turn, exchange, "the last one that went well")

    def found(app) -> bool:
        return "1 of " in app.main.panes.pane("request").title_row(60).text and app.screen is app.main

    run = after("1", "s", *"fail", "enter", so=found)
    assert snap_compare(app(turn), terminal_size=(120, 40), run_before=run)


def test_the_forms_of_a_copy(snap_compare, app, after, turn):
    run = after("1", "j", "y", so=lambda app: isinstance(app.screen, MenuScreen))
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=run)


def test_what_a_command_said(snap_compare, app, after, turn):
    run = after("1", "vertical_line", *COMMAND, "enter", so=lambda app: isinstance(app.screen, TextScreen))
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=run)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_keys_that_work_here(snap_compare, app, after, turn, size):
    run = after("3", "question_mark", so=lambda app: isinstance(app.screen, HelpScreen))
    assert snap_compare(app(turn), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_palette_finds_by_words(snap_compare, app, after, turn, size):
    def found(app):
        shown = app.screen.query(OptionList) if isinstance(app.screen, CommandPalette) else ()
        return any(
            "Timeline" in str(each.get_option_at_index(0).prompt) for each in shown if each.option_count == 1
        )

    run = after("ctrl+p", *"where the time", so=found)
    assert snap_compare(app(turn), terminal_size=size, run_before=run)


def test_a_note_being_written(snap_compare, app, after, turn):
    run = after("apostrophe", *"slow", so=lambda app: isinstance(app.screen, LineScreen))
    assert snap_compare(app(turn), terminal_size=(80, 24), run_before=run)
