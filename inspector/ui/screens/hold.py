"""Holding: the rules of what is to be held above the queue of what is, and below it what one of them holds.

It is told what there is (`take`); what a person decides goes to the capture by a thread. What comes in queues
at the end: neither keys nor cursor move. What ends under the cursor stays there, with how it ended, until the
cursor leaves it, so that no key hits the one behind it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from inspector.capture.holds import RELEASED, Held
from inspector.ui.hold_watch import HoldNews, HoldWatch
from inspector.ui.screens.hold_handling import HoldHandling
from inspector.ui.screens.hold_rules import HoldRules
from inspector.ui.view.hold.headings import hold_header, hold_remarks
from inspector.ui.view.hold.queue import About, ended_row, look_line, queue_heading, queue_row
from inspector.ui.view.hold.rules import Wanted
from inspector.ui.view.hold.waits import Waits
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.widgets.entry_list import EntryList
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines
from inspector.ui.widgets.row_list import RowList

PARTS = ("header", "remarks", "rules", "rules-list", "held", "queue-title", "queue", "look", "look-title",
         "look-list")  # fmt: skip
NEEDS_HELD = ("release", "release_all", "edit", "answer", "drop", "view")
RULE_KEYS = "n new  ⏎ change  space off or on  x remove"


class HoldScreen(HoldHandling, HoldRules):
    """The rules, the queue, and what is held."""

    CSS_PATH = "hold.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # as in the base class
    AUTO_FOCUS = "#hold-queue"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("P", "release_all", "All", id="hold.release-all", tooltip="All that is held goes on"),
        Binding("v", "view", "View", show=False, id="hold.view", tooltip="To its exchange, in the panes"),
        Binding("escape,H", "back", "Back", id="hold.close",
                tooltip="From what is held to the queue; from there to where you were"),
    ]  # fmt: skip

    def __init__(
        self,
        holding: HoldWatch,
        news: HoldNews,
        off: list[Wanted],
        *,
        about: Callable[[int], About],
        likely: Wanted,
        view: Callable[[int], object] = lambda _: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`off`: rules that are switched off, which outlive this screen. `about` tells of an exchange;
        `likely` is the rule to begin a new one with; `view` shows an exchange, once this screen is left.
        """
        super().__init__()
        self.holding = holding
        self.news = news
        self.off = off
        self._about = about
        self.likely = likely
        self._view = view
        self._now = now
        self._shown: dict[int, Waits] = {}  # the rows of the queue, by number
        self._ended: Mapping[int, Held] = {}
        self._looked_at: Waits | None = None

    def compose(self) -> ComposeResult:
        """Header, remarks, rules, queue, what is held, keys."""
        yield RowLines(id="hold-header")
        yield RowLines(id="hold-remarks")
        with Vertical(id="hold-rules"):
            yield RowLines(id="hold-rules-title", classes="heading")
            yield EntryList(id="hold-rules-list")
        with Vertical(id="hold-held"):
            yield RowLines(id="hold-queue-title", classes="heading")
            yield EntryList(id="hold-queue")
        with Vertical(id="hold-look"):
            yield RowLines(id="hold-look-title", classes="heading")
            yield RowList(id="hold-look-list")
        yield KeysLine()

    def on_mount(self) -> None:
        """Show what is known."""
        for name, made in {
            "header": lambda _: [self._header()],
            "remarks": self._remarks,
            "rules-title": lambda _: [row(Span("Rules", Tone.STRONG), right=RULE_KEYS)],
            "queue-title": lambda width: [
                queue_heading(width) if self._shown else row(Span("Held", Tone.STRONG))
            ],
            "look-title": lambda _: [self._look_line()],
        }.items():
            self.query_one(f"#hold-{name}", RowLines).show(made)
        self.rules.keeps_cursor = self.queue.keeps_cursor = True
        self.holding.look_closely(True)
        self._show()
        self.set_interval(0.5, self._tick)

    def on_unmount(self) -> None:
        """Look as before."""
        self.holding.look_closely(False)

    @property
    def queue(self) -> EntryList:
        """The list of what is held."""
        return self.query_one("#hold-queue", EntryList)

    @property
    def looked_at(self) -> RowList:
        """The list of what one of them holds."""
        return self.query_one("#hold-look-list", RowList)

    # What is told

    def take(self, news: HoldNews) -> None:
        """What there is now."""
        self.news = news
        if self.is_mounted and self in self.app.screen_stack and self._is_whole:  # it may be on its way out
            self._show()

    @property
    def _is_whole(self) -> bool:
        """Whether all of it is there: an app that is left takes its screens apart from within."""
        return all(self.query(f"#hold-{name}") for name in PARTS)

    def _show(self) -> None:
        self._ended = {held.id: held for held in self.news.ended}
        self.show_rules()
        self._show_queue()
        self._tick()

    def _show_queue(self) -> None:
        """All that is held; and the one under the cursor, though it may have ended."""
        now = {waits.held.id: waits for waits in self.news.waits}
        kept = self._chosen
        if kept is not None and kept.held.id not in now and not self._is_ours(kept.held.id):
            now = dict(sorted({**now, kept.held.id: kept}.items()))
        if bool(now) != bool(self._shown):
            self.call_later(self.refresh_bindings)
        self._shown = now
        self.queue.show(Outline([Node(f"held:{number}", partial(self._row, number)) for number in now]))
        self._look()

    def _is_ours(self, number: int) -> bool:
        """Whether this app has decided about it: no news to whoever sits here."""
        ended = self._ended.get(number)
        return ended is not None and self.holding.is_me(ended.decided_by)

    def _row(self, number: int, width: int, _: bool) -> Row:
        waits = self._shown[number]
        ended = self._ended.get(number)
        about = self._about(waits.held.exchange)
        if ended is not None:
            return ended_row(ended, about, width)
        return queue_row(waits, about, self._now(), width)

    def _look(self) -> None:
        """What the row under the cursor holds."""
        chosen = self._chosen
        if chosen != self._looked_at or chosen is None:
            self._looked_at = chosen
            self.looked_at.show(Outline(() if chosen is None else chosen.nodes), keep=False)
            if chosen is not None and chosen.newest is not None:
                self.looked_at.select(chosen.newest)
        self.query_one("#hold-look").display = chosen is not None
        if chosen is None and self.focused is self.looked_at:
            self.queue.focus()

    def _look_line(self) -> Row:
        chosen = self._chosen
        return row() if chosen is None else look_line(chosen, self._now(), self._ended.get(chosen.held.id))

    def _header(self) -> Row:
        return hold_header(len(self.news.waits), len(self.news.rules), len(self.off))

    def _remarks(self, width: int) -> list[Row]:
        news = self.news
        return hold_remarks(
            passes=news.passes,
            has_rules=bool(news.rules),
            holds=bool(self._shown),
            problem=news.problem,
            width=width,
        )

    def _tick(self) -> None:
        """The clocks."""
        if not self._is_whole:
            return
        self.queue.refresh()
        for name in ("header", "queue-title", "look-title"):
            self.query_one(f"#hold-{name}", RowLines).refresh()
        self.query_one("#hold-remarks", RowLines).show(self._remarks)

    # What a person does

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have nothing to decide about."""
        if action in NEEDS_HELD and not self._shown:
            return False
        return super().check_action(action, parameters)

    @property
    def _chosen(self) -> Waits | None:
        """The row under the queue's cursor."""
        key, _ = self.queue.place
        return None if key is None else self._shown.get(int(key.partition(":")[2]))

    @property
    def waits(self) -> Waits | None:
        """What is decided about: the row under the cursor, as long as it is held."""
        chosen = self._chosen
        return None if chosen is None or chosen.held.id in self._ended else chosen

    def model_of(self, held: Held) -> str:
        """As the list has it."""
        return self._about(held.exchange).model

    def ending(self, number: int) -> Held | None:
        """As it was told."""
        return self._ended.get(number)

    def left(self, held: Held) -> float:
        """By this screen's clock."""
        return held.deadline - self._now()

    @on(RowList.CursorMoved, "#hold-queue")
    def _moved(self, message: RowList.CursorMoved) -> None:
        if message.by_person and any(number in self._ended for number in self._shown):
            self._show_queue()  # without what has ended, if the cursor has left it
        else:
            self._look()
        self._tick()

    @on(RowList.Entered, "#hold-queue")
    def _look_at(self) -> None:
        """Enter on what is held goes into it."""
        self.looked_at.focus()

    def action_release_all(self) -> None:
        """All goes on."""
        self.decide(self.news.waits, RELEASED)

    def action_view(self) -> None:
        """To its exchange."""
        chosen = self._chosen
        if chosen is not None:
            self.dismiss()
            self._view(chosen.held.exchange)

    def action_back(self) -> None:
        """To the queue, then to where one was."""
        if self.focused is self.looked_at:
            self.queue.focus()
        else:
            self.dismiss()
