"""The application: what a person has set, themes, the main screen, and what happens on the way out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.screen import Screen

from inspector.settings import Settings
from inspector.ui.actions.screenshot import PicturedApp
from inspector.ui.commands import Command, Commands, commands
from inspector.ui.key_by_key import KeyByKeyApp
from inspector.ui.proxy_control import ProxyControl
from inspector.ui.screens.help import HelpScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.quit import QuitChoice, QuitScreen
from inspector.ui.screens.sessions import SessionsScreen
from inspector.ui.signals import leave_on_signals
from inspector.ui.themes import DARK, LIGHT, further_variables
from inspector.ui.view.order import spoken
from inspector.ui.view.text import glyphs, lines
from inspector.ui.widgets.tones import TONE_CLASSES

COMPLAINT_SECONDS = 20.0
"""How long stands on screen what is wrong with the settings file."""


class InspectorApp(KeyByKeyApp[QuitChoice], PicturedApp[QuitChoice]):
    """Shows the capture at `capture`, which may still be growing; `proxy` is what makes it grow, if that is
    known.

    `run` returns what became of the proxy: QuitChoice.LEAVE or STOP, None when there was none of ours.
    """

    TITLE = "inspector"
    COMPONENT_CLASSES: ClassVar[set[str]] = TONE_CLASSES
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        "widgets/tones.tcss",
        "widgets/row_list.tcss",
        "widgets/pane.tcss",
        "widgets/filter_box.tcss",
        "widgets/sessions_pane.tcss",
        "widgets/exchange_panes.tcss",
        "widgets/keys_line.tcss",
        "widgets/json_editor.tcss",
        "screens/sessions.tcss",
        "screens/quit.tcss",
        "app.tcss",
    ]
    STEADY = frozenset(
        f"{group}.{action}"
        for group, actions in {
            "list": ("down", "up", "page-down", "page-up", "top", "bottom", "fold", "unfold"),
            "events": ("on", "back"),
            "search": ("next", "back"),
        }.items()
        for action in actions
    )
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = App.COMMANDS | {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", id="app.help", tooltip="All keys"),
        Binding("ctrl+p", "command_palette", "palette", id="app.palette", show=False, priority=True,
                tooltip="Find any of these by its words"),  # Textual's own, so that its key can be set
        Binding("q", "quit", "Quit", id="app.quit", tooltip="Leave; asks what is to become of the proxy"),
    ]  # fmt: skip

    def __init__(
        self,
        capture: Path,
        *,
        proxy: ProxyControl | None = None,
        settings: Settings | None = None,
        complaint: str = "",
        now: Callable[[], float] = time.time,
        when_read: Callable[[], object] = lambda: None,
    ) -> None:
        """`complaint`: what is wrong with the settings file, a line each; it is told on screen.

        `when_read` is called once, when all of the capture is in the list and drawn.
        """
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.settings = settings or Settings()
        self.theme = self.settings.theme
        self.set_keymap(self.settings.keymap)
        if keys := self.settings.keys.get("app.palette"):
            self.COMMAND_PALETTE_BINDING = keys[0]  # type: ignore[misc]  # the foot of a screen looks there
        self.complaint = complaint
        self._proxy = proxy
        home = os.environ.get("CODEX_HOME", "~/.codex")
        self.main = SessionsScreen(
            capture,
            proxy,
            now=now,
            codex_home=f"{home}/config.toml",
            settings=self.settings,
            when_read=when_read,
        )

    def get_default_screen(self) -> SessionsScreen:
        """The list of sessions, in the shape that fits: styled once, not for no size first."""
        self.main.take_shape(self.size.width)
        return self.main

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our further variables, for themes that do not know them."""
        return further_variables(self.current_theme)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own, but for the one whose terminal may be closed."""
        found = super().get_driver_class()
        if found.__module__ != "textual.drivers.linux_driver":
            return found
        from inspector.ui.terminal import EnduringDriver  # not to be imported on Windows

        return EnduringDriver

    def on_mount(self) -> None:
        """Leave in good order when told to by a signal, or when the terminal is closed."""
        leave_on_signals(self.exit)
        self.app_resume_signal.subscribe(self, self._draw_again)
        if self.complaint:
            shown = "".join(piece for piece, _ in glyphs("\n".join(lines(self.complaint))))
            self.notify(shown, title="Settings", severity="warning", timeout=COMPLAINT_SECONDS, markup=False)

    def _draw_again(self, _: object) -> None:
        """Somebody had stopped the app (SIGTSTP), and the terminal showed other things meanwhile."""
        self.refresh(layout=True)

    def action_help(self) -> None:
        """Show what the keys do here; what is chosen there is done."""
        self.push_screen(HelpScreen(commands(self.screen)), self._run_chosen)

    async def _run_chosen(self, command: Command | None) -> None:
        if command is not None:
            await self.run_action(command.action, command.active.node)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Textual's own for the palette, without those that are among ours; and the orders of the list."""
        yield from (
            each for each in super().get_system_commands(screen) if each.title not in ("Quit", "Keys")
        )
        if screen is self.main:
            for order in self.main.orders:
                about = f"Order the list: {order.column.about}"
                yield SystemCommand(f"Sort {spoken(order)}", about, partial(self.main.sort_by, order))

    async def action_quit(self) -> None:
        """Quit; ask first where something would be lost or let go, and while a proxy of ours runs."""
        unfinished = self.main.unfinished
        if not self._asks_about_proxy:  # that question tells what is held
            unfinished += self.main.let_go
        if not unfinished:
            self._leave()
        elif not isinstance(self.screen, MenuScreen):
            choices = {"stay": "stay here", "quit": "quit nevertheless"}
            self.push_screen(MenuScreen("Quit", choices, about=unfinished), self._quit_chosen)

    def _quit_chosen(self, name: str | None) -> None:
        if name == "quit":
            self._leave()

    @property
    def _asks_about_proxy(self) -> bool:
        return self._proxy is not None and self._proxy.ours and self.main.running is not None

    def _leave(self) -> None:
        running = self.main.running
        if running is None or not self._asks_about_proxy:
            self.exit()
        elif not isinstance(self.screen, QuitScreen):
            self.push_screen(
                QuitScreen(running.listening, running.connections, self.main.held_by_us), self._chosen
            )

    def _chosen(self, choice: QuitChoice | None) -> None:
        if choice is QuitChoice.LEAVE:
            self.exit(choice)
        elif choice is QuitChoice.STOP:
            self.notify("Stopping the proxy …", markup=False)
            self.run_worker(self._stop, thread=True, name="stop the proxy")

    def _stop(self) -> None:
        """In a thread: it takes as long as the proxy takes."""
        if self._proxy is not None and self._proxy.stop():
            self.call_from_thread(self.exit, QuitChoice.STOP)
        else:
            self.call_from_thread(
                self.notify, "The proxy did not end; it still runs.", severity="error", markup=False
            )
