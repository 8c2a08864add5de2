"""The main screen: sessions and their exchanges, and the selected exchange in three panes and its answer.

It parses nothing and opens nothing. Two threads read the capture (`capture_watch`, `exchange_watch`); their
news are taken out of the mailboxes here and go down to the widgets; what a person does comes up as messages.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import DescendantFocus
from textual.widgets import Footer

from inspector.proxy.registry import Running
from inspector.ui.capture_watch import CaptureWatch, News
from inspector.ui.exchange_watch import ExchangeWatch
from inspector.ui.messages import CaptureGrew, ExchangeRead
from inspector.ui.proxy_control import ProxyControl
from inspector.ui.screens.actions import Actions
from inspector.ui.screens.diff_actions import DiffActions
from inspector.ui.screens.event_actions import EventActions
from inspector.ui.view.banner import banner_rows
from inspector.ui.view.guide import Guide, guide, guide_rows
from inspector.ui.view.header import Facts, header_row
from inspector.ui.view.outline import Outline
from inspector.ui.view.sessions import Sessions, exchange_of
from inspector.ui.view.words import is_bad
from inspector.ui.widgets.exchange_panes import ExchangePanes
from inspector.ui.widgets.pane import Pane
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList

SHAPES = ((0, "-tabs"), (100, "-strip"), (140, "-columns"))  # from this width on, the screen has this shape


class SessionsScreen(EventActions, Actions, DiffActions):
    """The list and the panes."""

    HORIZONTAL_BREAKPOINTS = list(SHAPES)  # noqa: RUF012  # the base class calls it an instance variable
    AUTO_FOCUS = "#sessions-list"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "raw", "Raw", id="pane.raw", tooltip="Items, JSON, or the bytes as they passed"),
        Binding("z", "zoom", "Zoom", id="pane.zoom", tooltip="Only this pane, or all of them"),
        Binding("f", "follow", "Follow", id="sessions.follow", tooltip="Go to each new exchange"),
        Binding("y", "copy", "Copy", id="pane.copy", tooltip="Copy what this pane holds"),
        Binding("1", "pane('request')", "Request", show=False, id="pane.request", tooltip="To the request"),
        Binding("2", "pane('payload')", "Chat", show=False, id="pane.payload", tooltip="To the chat payload"),
        Binding("3", "pane('events')", "Events", show=False, id="pane.events", tooltip="To the events"),
        Binding("4", "pane('answer')", "Answer", show=False, id="pane.answer", tooltip="To the answer"),
        Binding("0,escape", "pane('sessions')", "Sessions", show=False, id="pane.sessions",
                tooltip="To the list of sessions"),
        Binding("left_curly_bracket", "exchange(-1)", "Exchange back", show=False, id="sessions.back",
                tooltip="To the exchange before"),
        Binding("right_curly_bracket", "exchange(1)", "Exchange on", show=False, id="sessions.on",
                tooltip="To the next exchange"),
        Binding("c", "copy_setup", "Setup", id="guide.copy",
                tooltip="Copy the lines that point Codex at the proxy"),
    ]  # fmt: skip

    def __init__(
        self,
        capture: Path,
        proxy: ProxyControl | None,
        *,
        now: Callable[[], float] = time.time,
        codex_home: str,
    ) -> None:
        super().__init__()
        self.capture = capture
        self.proxy = proxy
        self.running: Running | None = None
        self.following = proxy is not None
        self.selected: int | None = None
        self.was_read = False
        self.facts = Facts(capture.name)
        self._codex_home = codex_home
        self._keys_shown: tuple[bool, bool] | None = None
        self._asked: set[str] = set()
        self._titles: dict[str, str | None] = {}
        self.sessions = Sessions(self._title, now)
        self._capture_watch = CaptureWatch(capture, proxy, lambda: self.post_message(CaptureGrew()))
        self._exchange_watch = ExchangeWatch(capture, lambda: self.post_message(ExchangeRead()))

    def compose(self) -> ComposeResult:
        """Header, banner, guide or list and panes, keys."""
        yield RowLines(id="header")
        yield RowLines(id="banner")
        yield RowLines(id="guide")
        with Container(id="main"):
            yield Pane("Sessions", "0", id="sessions")
            yield ExchangePanes(id="exchange")
        yield Footer()

    def on_mount(self) -> None:
        """Start reading."""
        self.query_one("#header", RowLines).show(lambda width: [header_row(self.facts, width)])
        self.list.keeps_cursor = True
        self.list.show(Outline(self.sessions.nodes))
        self.run_worker(self._capture_watch.run, thread=True, group="capture", name="capture watch")
        self.run_worker(self._exchange_watch.run, thread=True, group="exchange", name="exchange watch")
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        """End the threads."""
        self._capture_watch.stop()
        self._exchange_watch.stop()

    @property
    def list(self) -> RowList:
        """The list of sessions."""
        return self.query_one("#sessions", Pane).list

    # News from the threads

    @on(CaptureGrew)
    def _take_news(self) -> None:
        """Something changed: the list, the header, the banner or the guide."""
        news = self._capture_watch.mailbox.take()
        if news is None:
            return
        self.was_read = self.was_read or news.read
        self._titles.update(news.titles)
        self._take_facts(news)
        if news.exchanges or news.titles:
            self.sessions.take(news.exchanges.values())
            self.list.grew()
            self._ask_titles(news)
            if self.selected is None or self.following:
                self._select_newest(first=not self.following)
            self._tell_counts()
        self._show_guide()

    def _take_facts(self, news: News) -> None:
        was_live = self.facts.was_live or self.facts.listening is not None
        self.running = news.proxy
        told = news.proxy
        self.facts = replace(
            self.facts,
            size=news.size if news.size is not None else self.facts.size,
            listening=told.listening if told else None,
            upstream=told.upstream if told else (news.recorder.upstream if news.recorder else None),
            mode=told.mode if told else (news.recorder.mode if news.recorder else None),
            forward=told.forward if told else False,
            was_live=was_live,
            troubled=sum(map(is_bad, self.sessions.exchanges.values())),
            problem=news.problem,
        )
        self.query_one("#header").refresh()
        banner = self.query_one("#banner", RowLines)
        banner.set_class(news.problem is not None, "-shown")
        banner.show(partial(banner_rows, news.problem or ""))

    def _ask_titles(self, news: News) -> None:
        """Groups that have no title yet: ask for it when the request they begin with has arrived."""
        touched = set(news.exchanges)
        wanted = {
            key: group.first
            for key, group in self.sessions.groups.items()
            if key not in self._titles and group.first is not None and group.first in touched
        }
        if wanted:
            self._asked |= wanted.keys()
            self._capture_watch.want_titles(wanted)

    def untitled(self) -> set[str]:
        """The groups whose title is not known, though it can be."""
        return {key for key in self._asked if key not in self._titles}

    def _title(self, key: str) -> str | None:
        return self._titles.get(key)

    @on(ExchangeRead)
    def _take_exchange(self) -> None:
        """The selected exchange was read, or grew."""
        letter = self._exchange_watch.mailbox.take()
        if letter is None:
            return
        if letter.view is not None and letter.view.exchange.id == self.selected:
            self.panes.show(letter.view)
        for growth in letter.growths:
            self.panes.grow(growth)

    def _tick(self) -> None:
        """Clocks of what is under way, and how long ago things were."""
        self.list.refresh()

    def _tell_counts(self) -> None:
        counts = f"{len(self.sessions.exchanges):,}"
        self.query_one("#sessions", Pane).tell(counts=counts, state="follow" if self.following else "")

    # The empty state

    @property
    def guide(self) -> Guide:
        """What to do when nothing was recorded yet."""
        told = self.running
        return guide(
            listening=told.listening if told else None,
            block=told.config_block if told else None,
            certificate=str(told.certificate) if told and told.certificate else None,
            codex_home=self._codex_home,
        )

    def _show_guide(self) -> None:
        found = self.guide
        state = (bool(self.sessions.exchanges), bool(found.lines))
        if state != self._keys_shown:
            self._keys_shown = state
            self.refresh_bindings()
        self.set_class(self.was_read and not self.sessions.exchanges, "-empty")
        if self.focused is None and self.sessions.exchanges:
            self.list.focus()  # while the guide stood in its place it could not have the keys
        self.query_one("#guide", RowLines).show(lambda width: guide_rows(found, width))

    # What a person does

    @on(RowList.CursorMoved, "#sessions-list")
    def _moved(self, message: RowList.CursorMoved) -> None:
        """Show the exchange under the cursor; a person who moves away from the newest stops following."""
        exchange_id = exchange_of(message.node.key)
        if message.by_person:
            newest = self.sessions.newest()
            self._follow(newest is not None and exchange_id == newest.id and self.running is not None)
        if exchange_id is not None and exchange_id != self.selected:
            self.selected = exchange_id
            self._exchange_watch.want(exchange_id)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Whoever reads a pane keeps what is in it."""
        if event.widget.id != "sessions-list" and isinstance(event.widget, RowList):
            self._follow(False)

    def _follow(self, on: bool) -> None:
        self.following = on
        self._tell_counts()

    def _select(self, exchange_id: int, *, by_person: bool) -> None:
        for key in self.sessions.open_to(exchange_id):
            self.list.outline.folds.pop(key, None)
        self.list.grew()
        self.list.select(f"exchange:{exchange_id}", by_person=by_person)

    def _select_newest(self, *, first: bool = False) -> None:
        """To the newest exchange; `first`: to the first of the list instead."""
        found = next(iter(self.sessions.exchanges.values()), None) if first else self.sessions.newest()
        if found is not None and found.id != self.selected:
            self._select(found.id, by_person=False)

    def action_follow(self) -> None:
        """Follow, or stop following."""
        self._follow(not self.following)
        if self.following:
            self._select_newest()

    def action_exchange(self, by: int) -> None:
        """To the exchange before or after."""
        found = None if self.selected is None else self.sessions.neighbour(self.selected, by)
        if found is not None:
            self._select(found, by_person=True)

    def action_pane(self, name: str) -> None:
        """Give a pane the keys."""
        if name == "sessions":
            self.set_focus(self.list)  # at once: the next key may have been typed already
        else:
            self.panes.activate(name, focus=True)

    def action_raw(self) -> None:
        """The next form of the active pane."""
        self.panes.next_form()

    def action_zoom(self) -> None:
        """Only what has the keys, or everything."""
        self.set_class(self.focused is self.list, "-list")
        self.toggle_class("-zoomed")

    def action_copy(self) -> None:
        """Copy the active pane."""
        if (text := self.panes.copied()) is not None:
            self.app.copy_to_clipboard(text)
            self.notify(f"Copied {self.panes.pane(self.panes.active).label.lower()}.", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have nothing to act on."""
        if action == "copy_setup":
            return bool(self.guide.lines)
        if action in ("raw", "zoom", "copy", "follow"):
            return bool(self.sessions.exchanges)
        return super().check_action(action, parameters)

    def action_copy_setup(self) -> None:
        """Copy the lines that point Codex here."""
        lines = self.guide.lines
        if lines:
            self.app.copy_to_clipboard(lines)
            self.notify("Copied the lines for Codex.", markup=False)
