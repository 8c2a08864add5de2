"""The main screen: sessions and their exchanges, and the selected exchange in three panes and its answer.

It parses nothing and opens nothing. Threads read the capture (`capture_watch`, `exchange_watch`); their
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
from textual.timer import Timer

from inspector.capture.model import Exchange
from inspector.formats import cache
from inspector.prices.costs import Costs
from inspector.proxy.registry import Running
from inspector.settings import Settings
from inspector.settings.key_names import written
from inspector.ui.actions.shown import Shown
from inspector.ui.capture_watch import CaptureWatch, News
from inspector.ui.exchange_watch import ExchangeWatch
from inspector.ui.messages import CaptureGrew, ExchangeRead, RequestCompared
from inspector.ui.proxy_control import ProxyControl
from inspector.ui.repeats_watch import RepeatsWatch
from inspector.ui.screens.actions import Actions
from inspector.ui.screens.diff_actions import DiffActions
from inspector.ui.screens.event_actions import EventActions
from inspector.ui.screens.export_actions import ExportActions
from inspector.ui.screens.hold_actions import HoldActions
from inspector.ui.screens.priced import PricedScreen
from inspector.ui.screens.text import TextScreen
from inspector.ui.screens.timeline_actions import TimelineActions
from inspector.ui.view.banner import banner_rows, remark_rows
from inspector.ui.view.columns import Look
from inspector.ui.view.guide import Guide, guide, guide_rows
from inspector.ui.view.header import Facts, header_row
from inspector.ui.view.order import AS_THEY_CAME
from inspector.ui.view.outline import Outline
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.sessions import Sessions, exchange_of
from inspector.ui.widgets.exchange_panes import ExchangePanes
from inspector.ui.widgets.filter_box import FilterInput
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList
from inspector.ui.widgets.sessions_pane import SessionsPane

LATE = 0.1  # seconds for which the panes may be behind the selection: shorter is a flicker
SHAPES = ((0, "-tabs"), (100, "-strip"), (140, "-columns"))  # from this width on, the screen has this shape
NEEDS_EXCHANGES = ("raw", "zoom", "copy", "follow", "filter", "sort", "timeline", "diff", "diff_marked",
                   "hold_like", "export")  # fmt: skip


class SessionsScreen(
    PricedScreen, TimelineActions, EventActions, HoldActions, Actions, DiffActions, ExportActions
):
    """The list and the panes."""

    HORIZONTAL_BREAKPOINTS = list(SHAPES)  # noqa: RUF012  # the base class calls it an instance variable
    AUTO_FOCUS = "#sessions-list"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "raw", "Raw", id="pane.raw", tooltip="Items, JSON, or the bytes as they passed"),
        Binding("z", "zoom", "Zoom", show=False, id="pane.zoom", tooltip="Only this pane, or all of them"),
        Binding("1", "pane('request')", "Request", show=False, id="pane.request", tooltip="To the request"),
        Binding("2", "pane('payload')", "Chat", show=False, id="pane.payload", tooltip="To the chat payload"),
        Binding("3", "pane('events')", "Events", show=False, id="pane.events", tooltip="To the events"),
        Binding("4", "pane('answer')", "Answer", show=False, id="pane.answer", tooltip="To the answer"),
        Binding("I", "files", "Files read", show=False, id="files.list",
                tooltip="The files that this was read from, and what of them could not be read"),
        Binding("c", "copy_setup", "Setup", id="guide.copy",
                tooltip="Copy the lines that point Codex at the proxy"),
    ]  # fmt: skip

    def __init__(
        self,
        capture: Path,
        proxy: ProxyControl | None,
        *,
        settings: Settings,
        now: Callable[[], float] = time.time,
        codex_home: str,
        when_read: Callable[[], object],
    ) -> None:
        super().__init__()
        self._when_read = when_read
        self.capture = capture
        self.proxy = proxy
        self.running: Running | None = None
        self.following = proxy is not None and settings.follow
        self.selected: int | None = None
        self.was_read = False
        self.facts = Facts(capture.name)
        self._is_converted = cache.is_one(capture)  # nobody knows it by its own name
        self._files_key = written(settings.keys.get("files.list", ("I",))[0])
        self._codex_home = codex_home
        self._files_list: TextScreen | None = None  # while it is on screen
        self._late: Timer | None = None  # runs while the panes are behind the selection
        self._keys_shown: tuple[bool, bool] | None = None
        self._asked: set[str] = set()
        self._titles: dict[str, str | None] = {}
        look = Look(settings.columns, Costs(settings.prices, settings.families))
        self.first_order = settings.order
        self.sessions = Sessions(self._title, now, look, settings.order)
        self._capture_watch = CaptureWatch(
            capture,
            proxy,
            lambda: self.post_message(CaptureGrew()),
            earliest_first=settings.order == AS_THEY_CAME and not self.following,
        )
        self._exchange_watch = ExchangeWatch(
            capture, lambda: self.post_message(ExchangeRead()), gap=settings.gap
        )
        self._repeats_watch = RepeatsWatch(capture, lambda: self.post_message(RequestCompared()))

    def take_shape(self, width: int) -> None:
        """What Textual does when the screen is resized, for before it is there."""
        self.add_class(*[name for at_least, name in SHAPES if width >= at_least][-1:])

    def compose(self) -> ComposeResult:
        """Header, banner, guide or list and panes, keys."""
        yield RowLines(id="header")
        yield RowLines(id="banner")
        yield RowLines(id="guide")
        with Container(id="main"):
            yield SessionsPane(self.sessions.look)
            yield ExchangePanes(id="exchange")
        yield KeysLine()

    def on_mount(self) -> None:
        """Start reading."""
        self.query_one("#header", RowLines).show(lambda width: [header_row(self.facts, width)])
        self.list.keeps_cursor = True
        self.list.show(Outline(self.sessions.nodes))
        self.sessions_pane.show_order(self.sessions.order)
        self.run_worker(self._capture_watch.run, thread=True, group="capture", name="capture watch")
        self.run_worker(self._exchange_watch.run, thread=True, group="exchange", name="exchange watch")
        self.run_worker(self._repeats_watch.run, thread=True, group="repeats", name="repeats watch")
        self.set_interval(1.0, self._tick)

    def on_unmount(self) -> None:
        """End the threads."""
        self._capture_watch.stop()
        self._exchange_watch.stop()
        self._repeats_watch.stop()

    @property
    def exchange(self) -> Exchange | None:
        """The selected exchange."""
        return None if self.selected is None else self.sessions.exchanges.get(self.selected)

    @property
    def called(self) -> str:
        """The file's own name, not that which its conversion has in the cache."""
        return (self._is_converted and self.files.stem) or self.capture.stem

    @property
    def shown(self) -> Shown | None:
        """The active pane."""
        return self.panes.shown()

    # News from the threads

    @on(CaptureGrew)
    def _take_news(self) -> None:
        """Something changed: the list, the header, the banner or the guide."""
        news = self._capture_watch.mailbox.take()
        share = self._capture_watch.shares.take()  # after the news: what is read by now leaves none behind
        self.share_read = share if news is None else None
        if news is None:
            if share is not None:
                self.tell_counts()
            return
        told_files, self.files = self.files, news.files
        if other_files := news.files != told_files:
            self.refresh_bindings()
            if self._files_list is not None:
                self._files_list.tell(self.files.nodes())
        if news.read and not self.was_read:
            self.was_read = True
            self.call_after_refresh(self._when_read)
        self._titles.update(news.titles)
        if news.exchanges or news.titles:
            self.take_exchanges(news.exchanges.values())
            self._ask_titles(news)
            self.lead()
        if news.exchanges or news.titles or other_files:
            self.tell_counts()
        if news.exchanges and not self.was_read:
            self.call_after_refresh(self._capture_watch.go_on)
        if self.was_read:
            self.call_after_refresh(self.bring_prices)
        self._take_facts(news)
        self._show_guide()

    def _take_facts(self, news: News) -> None:
        was_live = self.facts.was_live or self.facts.listening is not None
        self.running = news.proxy
        told = news.proxy
        size = news.size if news.size is not None else self.facts.size
        seen_as_files = self._is_converted and bool(news.files.imports)
        self.facts = replace(
            self.facts,
            capture=news.files.name if seen_as_files else self.capture.name,
            size=news.files.size if seen_as_files else size,
            read_from=news.files.formats if seen_as_files else "",
            listening=told.listening if told else None,
            upstream=told.upstream if told else (news.recorder.upstream if news.recorder else None),
            mode=told.mode if told else (news.recorder.mode if news.recorder else None),
            forward=told.forward if told else False,
            was_live=was_live,
            troubled=self.sessions.troubled,
            problem=news.problem,
            unread=news.files.unread,
        )
        remarks = (news.remark, news.files.remark(self._files_key))
        self._show_banner(news.problem, " ".join(filter(None, remarks)))
        self.query_one("#header").refresh()

    def _show_banner(self, problem: str | None, remark: str) -> None:
        """What is wrong, so that nobody misses it; else what there is to know, quietly."""
        banner = self.query_one("#banner", RowLines)
        banner.set_class(bool(problem or remark), "-shown")
        banner.set_class(not problem, "-quiet")
        banner.show(partial(remark_rows, remark) if not problem else partial(banner_rows, problem))

    def _ask_titles(self, news: News) -> None:
        """Groups that have no title yet: ask for it when the request they begin with has arrived."""
        touched = set(news.exchanges)
        wanted = {
            key: group.first
            for key, group in self.sessions.groups.items()
            if key not in self._titles and group.first in touched
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
        opening = self._exchange_watch.openings.take()
        if opening is not None and opening.exchange_id == self.selected:
            self.panes.events.tell_progress(opening.done, opening.total)
        letter = self._exchange_watch.mailbox.take()
        if letter is None:
            return
        if letter.view is not None and letter.view.exchange.id == self.selected:
            self.panes.events.tell_progress()
            self._stop_waiting()
            self.panes.show(letter.view)
            self.call_after_refresh(self._repeats_watch.want, letter.view.exchange.id)
        for growth in letter.growths:
            self.panes.grow(growth)

    @on(RequestCompared)
    def _take_repeats(self) -> None:
        """It is known what the request on screen repeats."""
        letter = self._repeats_watch.mailbox.take()
        if letter is not None:
            self.panes.show_repeated(letter.exchange_id, letter.pointers)

    def _tick(self) -> None:
        """Clocks of what is under way, and how long ago things were."""
        self.list.refresh()

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
        is_empty = self.was_read and not self.sessions.exchanges and not self.files.goes_on
        self.set_class(is_empty, "-empty")
        if self.focused is None and self.sessions.exchanges:
            self.list.focus()  # while the guide stood in its place it could not have the keys
        self.query_one("#guide", RowLines).show(lambda width: guide_rows(found, width))

    # What a person does

    @on(RowList.CursorMoved, "#sessions-list")
    def _moved(self, message: RowList.CursorMoved) -> None:
        """Show the exchange under the cursor; a person who moves away from the newest stops following."""
        exchange_id = exchange_of(message.node.key)
        if message.by_person:
            self.list.taken = False
            newest = self.sessions.newest()
            self.follow(newest is not None and exchange_id == newest.id and self.running is not None)
        elif isinstance(self.focused, FilterInput):
            return  # whoever writes a filter has chosen nothing yet
        if exchange_id is not None and exchange_id != self.selected:
            self.selected = exchange_id
            self.panes.events.tell_progress()  # of what was selected before
            is_shown = self.panes.view is not None and self.panes.view.exchange.id == exchange_id
            self._exchange_watch.want(exchange_id, is_shown=is_shown)
            if is_shown:
                self._stop_waiting()
            elif self._late is None:
                self._late = self.set_timer(LATE, self._wait)

    def _wait(self) -> None:
        """What is selected takes a while to read: until then the panes show nothing, and not another one."""
        self._late = None
        self.panes.wait()

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.stop()
            self._late = None

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Whoever reads a pane keeps what is in it."""
        if event.widget.id != "sessions-list" and isinstance(event.widget, RowList):
            self.follow(False)

    @on(RowList.Entered, "#sessions-list")
    def _go_into(self) -> None:
        """Enter on an exchange goes to the pane that was looked at last."""
        self.action_pane(self.panes.active)

    def action_pane(self, name: str) -> None:
        """Give a pane the keys."""
        self.remove_class("-list")  # else it is hidden where there is only the list
        self.panes.activate(name, focus=True)

    def action_back(self) -> None:
        """Back; from a command that runs to what it was given."""
        if not self.end_pipe():
            super().action_back()

    def action_raw(self) -> None:
        """The next form of the active pane."""
        self.panes.next_form()

    def action_zoom(self) -> None:
        """Only what has the keys, or everything."""
        self.set_class(self.focused is self.list, "-list")
        self.toggle_class("-zoomed")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have nothing to act on."""
        if action == "copy_setup":
            return bool(self.guide.lines)
        if action == "files":
            return bool(self.files.imports)
        if action in NEEDS_EXCHANGES and not self.sessions.exchanges:
            return False
        return super().check_action(action, parameters)

    def action_files(self) -> None:
        """The files that the capture is made of, and what of them nobody can read."""
        title = row(Span("Files read in", Tone.ACCENT), right="esc back")
        self._files_list = TextScreen(title, self.files.nodes())
        self.app.push_screen(self._files_list, lambda _: self._forget_files())

    def _forget_files(self) -> None:
        self._files_list = None

    def action_copy_setup(self) -> None:
        """Copy the lines that point Codex here."""
        lines = self.guide.lines
        if lines:
            self.app.copy_to_clipboard(lines)
            self.notify("Copied the lines for Codex.", markup=False)
