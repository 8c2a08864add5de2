"""What keys do with the list of sessions: select, follow, filter, sort.

The list shows what fits the filter, and goes on doing so while it grows. What a person has selected stays
selected: only with `following` on does a new exchange take its place, and only if it fits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from inspector.capture.model import Exchange
from inspector.settings import Sort
from inspector.ui.filter_watch import FilterWatch
from inspector.ui.messages import FilterSearched
from inspector.ui.view.files_read import FilesRead
from inspector.ui.view.narrowing import Change, Narrowing
from inspector.ui.view.order import is_flat, orders, spoken
from inspector.ui.view.sessions import Sessions, exchange_of
from inspector.ui.widgets.entry_list import EntryList
from inspector.ui.widgets.filter_box import FilterBox, FilterInput
from inspector.ui.widgets.pane import PaneTitle
from inspector.ui.widgets.sessions_pane import SessionsPane


class ListActions(Screen[None]):
    """The part of the main screen that acts on the list."""

    capture: Path
    sessions: Sessions
    selected: int | None
    following: bool
    was_read: bool
    first_order: Sort

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="sessions.filter",
                tooltip="Only exchanges that fit: words, status:>=400, has:error"),
        Binding("f", "follow", "Follow", show=False, id="sessions.follow", tooltip="Go to each new exchange"),
        Binding("S", "sort", "Sort", show=False, id="sessions.sort",
                tooltip="Another order of the list: the slowest first, the dearest"),
        Binding("0", "sessions", "Sessions", show=False, id="pane.sessions",
                tooltip="To the list of sessions"),
        Binding("escape", "back", "Back", show=False, id="sessions.leave",
                tooltip="To the list; in the list, no filter any more"),
        Binding("left_curly_bracket", "exchange(-1)", "Exchange back", show=False, id="sessions.back",
                tooltip="To the exchange before"),
        Binding("right_curly_bracket", "exchange(1)", "Exchange on", show=False, id="sessions.on",
                tooltip="To the next exchange"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.narrowing = Narrowing()
        self._filter_watch: FilterWatch | None = None
        self._progress: tuple[int, int] | None = None  # of a search: done, of how many
        self.share_read: tuple[int, int] | None = None  # of the capture, while much of it is read
        self._unread = 0
        self.files = FilesRead()

    def on_unmount(self) -> None:
        """End the thread."""
        if self._filter_watch is not None:
            self._filter_watch.stop()

    @property
    def sessions_pane(self) -> SessionsPane:
        """The pane of the list."""
        return self.query_one(SessionsPane)

    @property
    def list(self) -> EntryList:
        """The list of sessions."""
        return self.sessions_pane.list

    # Growth

    def take_exchanges(self, changed: Collection[Exchange]) -> None:
        """New and changed exchanges come into the list, as far as they fit."""
        structure = self.sessions.take(changed)
        self.sessions_pane.show_look(self.sessions.look)
        change = self.narrowing.take(changed, self.sessions.exchanges.values())
        structure |= self.sessions.change(change.shown, change.hidden)
        if change.undecided and self._filter_watch is not None:
            self._filter_watch.more(change.undecided, self.narrowing.around)
        if structure:
            self.list.grew()
        else:
            self.list.refresh()

    def tell_counts(self) -> None:
        """The title: how many, of how many, and what the list is doing."""
        whole, words = f"{len(self.sessions.exchanges):,}", []
        if self.files.goes_on:
            words.append("reading in")
        elif not self.was_read:
            words.append("reading …")
        if self.following:
            words.append("follow")
        if self.narrowing.matched is not None:
            whole = f"{self.sessions.count:,} of {whole}"
            if self._progress is not None:
                words.append("searching")
            elif self._unread:
                words.append(f"⚠ {self._unread} unread")
        if self.sessions.flat:
            words.append(spoken(self.sessions.order))
        self.sessions_pane.tell(counts=whole, state="  ".join(words))
        self.sessions_pane.tell_progress(*(self._progress or self.files.share or self.share_read or ()))

    # Selecting

    def follow(self, on: bool) -> None:
        """Follow from now on, or no longer."""
        if on != self.following:
            self.following = on
            self.tell_counts()

    def select(self, exchange_id: int, *, by_person: bool) -> None:
        """To an exchange of the list, which is unfolded as far as it takes."""
        folds = self.list.outline.folds
        for key in self.sessions.open_to(exchange_id):
            folds[key] = True
        self.list.grew()
        self.list.select(f"exchange:{exchange_id}", by_person=by_person)

    def _keep_selected(self) -> None:
        """The list is another one: what was selected is so again, if it is there."""
        if self.selected is not None and self.sessions.is_shown(self.selected):
            self.select(self.selected, by_person=False)
        else:
            self.list.grew()

    def lead(self) -> None:
        """To the newest exchange when following, to the first when nothing is selected yet.

        Not where a person has just moved, though nobody was told of it yet.
        """
        if self.selected is None or (self.following and not self.list.taken):
            self.select_newest(first=not self.following)

    def select_newest(self, *, first: bool = False) -> None:
        """To the newest exchange; `first`: to the first of the list instead."""
        found = self.sessions.first() if first else self.sessions.newest()
        if found is not None and found.id != self.selected:
            self.select(found.id, by_person=False)

    def action_follow(self) -> None:
        """Follow, or stop following."""
        self.follow(not self.following)
        if self.following:
            self.select_newest()

    def action_exchange(self, by: int) -> None:
        """To the exchange before or after."""
        found = None if self.selected is None else self.sessions.neighbour(self.selected, by)
        if found is not None:
            self.select(found, by_person=True)

    def action_sessions(self) -> None:
        """Give the list the keys."""
        self.set_focus(self.list)  # at once: the next key may have been typed already

    @on(PaneTitle.Clicked)
    def _title_clicked(self) -> None:
        """The list's own: the other panes keep theirs to themselves."""
        self.action_sessions()

    def action_back(self) -> None:
        """To the list; from there, to the list without a filter."""
        if self.focused is not self.list:
            self.action_sessions()
        elif self.narrowing.matched is not None or self.narrowing.problem is not None:
            self.unfilter()

    # Filtering

    def action_filter(self) -> None:
        """Write a filter."""
        self.remove_class("-zoomed")
        self.sessions_pane.filter_box.open()

    @on(FilterBox.Changed)
    def _ask(self, message: FilterBox.Changed) -> None:
        """Another filter is wanted; a wrong one changes nothing but the remark."""
        undecided = self.narrowing.ask(message.text, self.sessions.exchanges.values())
        self.sessions_pane.filter_box.tell(self.narrowing.problem)
        if undecided is None:
            return
        self._look_into(undecided)
        self.sessions.narrow(self.narrowing.matched)
        self._keep_selected()
        self.tell_counts()

    @on(FilterInput.Left)
    def _leave_box(self) -> None:
        """The list has the keys again, and what its cursor stands on is what is shown."""
        self.action_sessions()
        box = self.sessions_pane.filter_box
        if self.narrowing.problem is not None or self.narrowing.matched is None:
            box.put(str(self.narrowing.wanted))
        if self.selected is None or not self.sessions.is_shown(self.selected):
            self._select_near()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whoever writes a filter writes its key as a letter."""
        if action == "filter" and isinstance(self.focused, FilterInput):
            return False
        return super().check_action(action, parameters)

    def unfilter(self) -> None:
        """Show all exchanges again."""
        self.sessions_pane.filter_box.put("")

    def _select_near(self) -> None:
        """The first exchange at the cursor or below it."""
        at, _ = self.list.outline.at(self.list.cursor)
        for node in self.list.outline.visible[at:]:
            if (number := exchange_of(node.key)) is not None:
                self.select(number, by_person=True)
                return

    def _look_into(self, undecided: Collection[Exchange]) -> None:
        """Look into bodies where rows do not tell; nothing, where they do."""
        self._progress, self._unread = None, 0
        if undecided and self._filter_watch is None:
            self._filter_watch = FilterWatch(self.capture, lambda: self.post_message(FilterSearched()))
            self.run_worker(self._filter_watch.run, thread=True, group="filter", name="filter watch")
        if self._filter_watch is not None:
            self._filter_watch.want(self.narrowing.wanted, undecided, self.narrowing.around)
        if undecided:
            self._progress = (0, len(undecided))

    @on(FilterSearched)
    def _take_findings(self) -> None:
        """A search has found something, or come further."""
        watch = self._filter_watch
        findings = watch.mailbox.take() if watch is not None else None
        if watch is None or findings is None or findings.job != watch.job:
            return
        self._show(self.narrowing.learn(findings.found, findings.missed))
        self._unread += findings.unread
        self._progress = None if findings.done == findings.total else (findings.done, findings.total)
        self.tell_counts()

    def _show(self, change: Change) -> None:
        if self.sessions.change(change.shown, change.hidden):
            self.list.grew()

    # Ordering

    def action_sort(self) -> None:
        """The next order."""
        there = self.orders
        at = there.index(self.sessions.order) if self.sessions.order in there else -1
        self.sort_by(there[(at + 1) % len(there)])

    @property
    def orders(self) -> Sequence[Sort]:
        """The orders there are."""
        return orders(self.sessions.look.columns, self.first_order)

    @on(SessionsPane.ColumnClicked)
    def _sort_by_column(self, message: SessionsPane.ColumnClicked) -> None:
        """By the column that was clicked; clicked once more, the other way round."""
        before = self.sessions.order
        if message.column is before.column and is_flat(before):
            self.sort_by(Sort(before.column, not before.descending))
        else:
            self.sort_by(next(order for order in self.orders if order.column is message.column))

    def sort_by(self, order: Sort) -> None:
        """Put the list into an order."""
        self.sessions.sort(order)
        self.sessions_pane.show_order(order)
        self._keep_selected()
        self.tell_counts()
