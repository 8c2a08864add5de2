"""The keys at the foot: whole ones only, and always those that lead on."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import BindingType

from inspector.ui.widgets.keys_line import KeysLine


class Host(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        ("d", "first", "Diff"),
        ("x", "last", "Raw"),
        ("question_mark", "help", "Help"),
        ("q", "quit", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        yield KeysLine()

    def action_first(self) -> None: ...

    def action_last(self) -> None: ...

    def action_help(self) -> None: ...


@pytest.mark.parametrize(
    ("width", "keys"),
    [(80, ["first", "last", "help", "quit"]), (42, ["first", "help", "quit"]), (20, ["help", "quit"])],
)
async def test_what_has_no_room_goes_and_comes_back_with_it(width: int, keys: list[str]) -> None:
    app = Host()
    async with app.run_test(size=(60, 5)) as pilot:
        await pilot.resize_terminal(width, 5)
        await pilot.pause()
        await pilot.pause()
        shown = [key for key in app.query("FooterKey") if not key.has_class("-command-palette")]
        assert [key.action for key in shown] == keys  # type: ignore[attr-defined]  # Textual's own widget
        assert all(key.region.right <= width for key in shown) or width == 20
