"""What is held, from the main screen: how much, of which exchanges, and the keys that hold and release."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from inspector.capture.model import Exchange
from inspector.ui.hold_watch import HoldNews, HoldWatch
from inspector.ui.screens.hold import HoldScreen
from inspector.ui.screens.hold_deciding import HoldDeciding, add_rule
from inspector.ui.screens.hold_rule import RuleScreen
from inspector.ui.screens.list_actions import ListActions
from inspector.ui.view.header import Facts
from inspector.ui.view.hold.queue import About
from inspector.ui.view.hold.rules import Wanted, likely
from inspector.ui.view.hold.waits import Waits, what
from inspector.ui.view.hold.words import leaving
from inspector.ui.view.text import clean, plain
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList


class HoldsChanged(Message):
    """Rules or held things are others than before."""

    def can_replace(self, message: Message) -> bool:
        """One is as good as many."""
        return isinstance(message, HoldsChanged)


class HoldActions(HoldDeciding, ListActions):
    """The part of the main screen that holds."""

    capture: Path
    facts: Facts

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("H", "hold", "Hold", id="hold.open",
                tooltip="What is to be held on its way, and what is"),
        Binding("b", "hold_like", "Hold like this", show=False, id="hold.like",
                tooltip="Hold what is like this exchange, from now on"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.holds = HoldNews()
        self.hold_screen: HoldScreen | None = None
        self._rules_off: list[Wanted] = []
        self._offered = False  # the key that releases was told
        self._announced: set[int] = set()  # rules of which the first hit was told

    def on_mount(self) -> None:
        """Begin to look."""
        self.holding = HoldWatch(self.capture, lambda: self.post_message(HoldsChanged()))
        self.run_worker(self.holding.run, thread=True, group="holds", name="hold watch")

    def on_unmount(self) -> None:
        """End the thread, which takes our rules away."""
        self.holding.stop()

    @on(HoldsChanged)
    def _take_holds(self) -> None:
        """The header, the marks of the list, and the screen of holding; what has the keys keeps them."""
        news = self.holding.mailbox.take()
        if news is None:
            return
        self.holds = news
        self.facts = replace(self.facts, held=len(news.waits), rules=len(news.rules))
        self.query_one("#header", RowLines).refresh()
        self.sessions.held = frozenset(waits.held.exchange for waits in news.waits)
        self.list.refresh()
        if self.hold_screen is not None:
            self.hold_screen.take(news)
        self._announce(news)
        self._offer_release()

    @on(RowList.CursorMoved, "#sessions-list")
    def _offer_release(self) -> None:
        """The key is told where there is something to release."""
        if self._offered != (self.waits is not None):
            self._offered = not self._offered
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the key that has nothing to release."""
        if action == "release" and self.waits is None:
            return False
        return super().check_action(action, parameters)

    def _announce(self, news: HoldNews) -> None:
        """The first hit of each rule, in a few words; all others in the header alone."""
        new = [waits for waits in news.waits if waits.held.rule not in self._announced]
        self._announced |= {waits.held.rule for waits in new}
        if new and self.hold_screen is None:
            name = plain(clean(what(new[0].held)))
            self.app.notify(f"Held: {name}. H shows it, p releases what is selected.", markup=False)

    @property
    def held_by_us(self) -> int:
        """How many things our rules hold: leaving releases them."""
        return sum(self.holding.is_ours(waits.held) for waits in self.holds.waits)

    @property
    def let_go(self) -> list[str]:
        """What would go on if the app were left now, a sentence each."""
        return [leaving(self.held_by_us)] if self.held_by_us else []

    @property
    def exchange(self) -> Exchange | None:
        """The selected one."""
        return None

    @property
    def waits(self) -> Waits | None:
        """What is held of the selected exchange; of several the one that waits longest."""
        selected = self.exchange
        if selected is None:
            return None
        return next((one for one in self.holds.waits if one.held.exchange == selected.id), None)

    def action_hold(self) -> None:
        """Show rules and queue."""
        if self.hold_screen is not None:
            return
        self.hold_screen = HoldScreen(
            self.holding,
            self.holds,
            self._rules_off,
            about=self._about,
            likely=likely(self.exchange),
            view=self._show_exchange,
            now=self.sessions.now,
        )

        def close(_: None) -> None:
            self.hold_screen = None

        self.app.push_screen(self.hold_screen, close)

    def action_hold_like(self) -> None:
        """Ask for a rule that begins with what the selected exchange is like."""

        def keep(wanted: Wanted | None) -> None:
            if wanted is not None:
                self.with_holds(partial(add_rule, wanted))

        self.app.push_screen(RuleScreen("Hold what is like this exchange", likely(self.exchange)), keep)

    def _about(self, exchange_id: int) -> About:
        found = self.sessions.exchanges.get(exchange_id)
        if found is None:
            return About()
        title, _ = self.sessions.titles(exchange_id)
        return About(title or "", found.turn, clean(found.model or ""))

    def _show_exchange(self, exchange_id: int) -> None:
        if exchange_id in self.sessions.exchanges:
            if not self.sessions.is_shown(exchange_id):
                self.unfilter()
            self.select(exchange_id, by_person=True)
