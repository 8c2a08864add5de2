"""The keys at the foot: whole ones only, and always those that lead on; a click is as good as the key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from inspector.ui.themes import DARK
from inspector.ui.widgets import keys_line
from inspector.ui.widgets.keys_line import EDGE, KeysLine

Until = Callable[[Any, Callable[[], object]], Awaitable[None]]


class Host(App[None]):
    CSS_PATH = Path(keys_line.__file__).with_suffix(".tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("d", "first", "Diff"),
        ("x", "last", "Raw"),
        ("question_mark", "help", "Help"),
        ("q", "quit", "Quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.raw: bool | None = True  # whether there is something to be raw

    def compose(self) -> ComposeResult:
        yield Input()
        yield KeysLine()

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.raw if action == "last" else True

    def action_first(self) -> None:
        self.done.append("first")

    def action_last(self) -> None:
        self.done.append("last")

    def action_help(self) -> None:
        self.done.append("help")

    @property
    def line(self) -> KeysLine:
        return self.query_one(KeysLine)

    @property
    def drawn(self) -> str:
        return self.line.render_line(0).text


@pytest.mark.parametrize(
    ("width", "keys"),
    [(80, ["first", "last", "help", "quit"]), (42, ["first", "help", "quit"]), (20, ["help", "quit"])],
)
async def test_what_has_no_room_goes_and_comes_back_with_it(
    width: int, keys: list[str], until: Until
) -> None:
    app = Host()
    async with app.run_test(size=(60, 5)) as pilot:
        app.set_focus(None)
        await pilot.resize_terminal(width, 5)
        await until(pilot, lambda: [key.action for key in app.line.shown] == keys)
        assert len(app.drawn) == width
        assert app.drawn.endswith(" ▏^p palette ")
        assert all(f" {key.sign} {key.word} " in app.drawn for key in app.line.shown) or width == 20


async def test_other_keys_where_the_focus_is_another(until: Until) -> None:
    app = Host()
    async with app.run_test(size=(80, 5)) as pilot:
        await until(pilot, lambda: "palette" in app.drawn)
        assert "Raw" not in app.drawn  # x is a letter in the input
        app.set_focus(None)
        await until(pilot, lambda: "x Raw" in app.drawn)
        app.raw = False
        app.refresh_bindings()
        await until(pilot, lambda: "Raw" not in app.drawn)


async def test_a_click_is_as_good_as_the_key_and_what_is_below_the_mouse_is_told(until: Until) -> None:
    app = Host()
    async with app.run_test(size=(80, 5), tooltips=True) as pilot:
        app.set_focus(None)
        await until(pilot, lambda: "Raw" in app.drawn)
        for word, done in {"Raw": ["last"], "? Help": ["last", "help"]}.items():
            await pilot.click(app.line, offset=(app.drawn.index(word), 0))
            assert app.done == done
        at = app.drawn.index("Help")
        await pilot.hover(app.line, offset=(at, 0))
        segments = {segment.text: segment.style for segment in app.line.render_line(0)}
        lit, plain = segments["Help "], segments["Diff "]
        assert lit is not None
        assert plain is not None
        assert lit.bgcolor != plain.bgcolor
        assert app.line.tooltip == "Help"
        await pilot.hover(Input)
        assert app.line.tooltip is None
        await pilot.click(app.line, offset=(app.drawn.index(EDGE) - 1, 0))  # between the keys and the palette
        assert app.done == ["last", "help"]
        app.raw = None  # told, but without effect now
        app.refresh_bindings()
        await until(pilot, lambda: not next(key for key in app.line.shown if key.word == "Raw").enabled)
        style = next(segment.style for segment in app.line.render_line(0) if segment.text == "Raw ")
        assert style is not None
        assert style.dim
        await pilot.click(app.line, offset=(app.drawn.index("Raw"), 0))
        assert app.done == ["last", "help"]
        await pilot.click(app.line, offset=(app.drawn.index("palette"), 0))
        assert len(app.screen_stack) == 2
