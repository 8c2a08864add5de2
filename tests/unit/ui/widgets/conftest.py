"""An app with nothing in it but the widgets of a test, in our colours and styles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

import inspector.ui
from inspector.ui.themes import DARK, LIGHT, further_variables
from inspector.ui.widgets.pane import PaneTitle
from inspector.ui.widgets.row_list import RowList
from inspector.ui.widgets.tones import TONE_CLASSES

STYLES = sorted((Path(inspector.ui.__file__).parent / "widgets").glob("*.tcss"))


class Host(App[None]):
    """Shows `widgets`, and keeps what they told."""

    COMPONENT_CLASSES: ClassVar[set[str]] = TONE_CLASSES

    def __init__(self, *widgets: Widget) -> None:
        super().__init__(css_path=list(STYLES))
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self.widgets = widgets
        self.told: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return further_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_row_list_cursor_moved(self, message: RowList.CursorMoved) -> None:
        self.told.append(message)

    def on_row_list_entered(self, message: RowList.Entered) -> None:
        self.told.append(message)

    def on_pane_title_clicked(self, message: PaneTitle.Clicked) -> None:
        self.told.append(message)


@pytest.fixture(autouse=True)
def seldom_drawn() -> None:
    """Here every frame is drawn, in the place of the other fixture of that name: widgets are what draws."""


@pytest.fixture
def host() -> Callable[..., Any]:
    """Makes the app."""
    return Host
