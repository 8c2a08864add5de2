"""What a person has set holds in the app, and what is wrong with it is told there."""

from __future__ import annotations

from pathlib import Path

from inspector.settings import Settings
from inspector.ui.app import InspectorApp
from inspector.ui.screens.help import HelpScreen


async def test_theme_and_keys(turn: Path) -> None:
    settings = Settings.model_validate(
        {"theme": "nord", "keys": {"pane.events": ["f5"], "list.down": ["n"], "app.help": "ctrl+g"}}
    )
    app = InspectorApp(turn, settings=settings)
    async with app.run_test(size=(160, 45)) as pilot:
        assert app.theme == "nord"
        await pilot.press("3")
        assert app.focused is app.main.list
        await pilot.press("f5")
        assert app.focused is app.main.panes.pane("events").list
        await pilot.press("ctrl+g")
        assert isinstance(app.screen, HelpScreen)


async def test_what_is_wrong_with_the_settings_is_told_as_text(turn: Path) -> None:
    app = InspectorApp(turn, complaint="c.toml: line 1: [b]no\x1b[2J[/b]\nc.toml: line 2: neither")
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.pause()
        [told] = app._notifications
    assert told.message == "c.toml: line 1: [b]no␛[2J[/b]\nc.toml: line 2: neither"
