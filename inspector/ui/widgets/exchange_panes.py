"""The selected exchange: request, chat payload, events and answer, and one cursor with reflections in the
others.

Shown whole with `show`, then added to with `grow`. What a person folded stays as it was where it means the
same in the next exchange; the cursor stays on the same piece where there is one.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.events import DescendantFocus

from inspector.capture.model import Leg, Outcome
from inspector.ui.view.outline import Outline
from inspector.ui.view.pane_content import Form, PaneContent
from inspector.ui.view.reading import ExchangeView, Growth, pick_leg, stream_count, stream_title
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.widgets.pane import Pane, PaneTitle
from inspector.ui.widgets.row_list import RowList

LASTING = ("settings", "/tools", "headers")  # what these keys name is the same in every exchange


class ExchangePanes(Vertical):
    """Four panes about one exchange; where there is no room for them, one, and tabs above it."""

    NAMES: ClassVar[tuple[str, ...]] = ("request", "payload", "events", "answer")

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.active = "request"
        self.view: ExchangeView | None = None
        self._forms = dict.fromkeys(self.NAMES, Form.ITEMS)
        self._contents: dict[str, PaneContent] = {}
        self._upstream = False

    def compose(self) -> ComposeResult:
        """Tabs, and below them the panes side by side."""
        with Container(id="tabs"):
            for name in self.NAMES:
                yield PaneTitle(name)
        with Container(id="panes"):
            yield Pane("Request", "1", id="request")
            yield Pane("Chat payload", "2", id="payload")
            with Vertical(id="results"):
                yield Pane("Events", "3", id="events")
                yield Pane("Answer", "4", id="answer")

    def on_mount(self) -> None:
        """Nothing is shown yet."""
        for tab in self.query("#tabs > PaneTitle").results(PaneTitle):
            tab.show(partial(self._tab, tab.pane))
        self.activate("request")

    def pane(self, name: str) -> Pane:
        """A pane by its name."""
        return self.query_one(f"#{name}", Pane)

    # What is shown

    def show(self, view: ExchangeView) -> None:
        """Show an exchange, or the same one read anew."""
        same = self.view is not None and self.view.exchange.id == view.exchange.id
        self.view = view
        self._contents = {"request": view.request, "payload": view.payload, "answer": view.answer}
        for name in ("request", "payload"):
            content = self._contents[name]
            count = f"{content.count:,}" if content.count else ""
            self.pane(name).tell(count=count, counts=content.title, losses=content.losses, state=content.note)
            self._fill(name, keep=True, fresh=not same)
        self._fill_results(keep=same, fresh=not same)

    def grow(self, growth: Growth) -> None:
        """Add what came in."""
        view = self.view
        if view is None or view.exchange.id != growth.exchange.id:
            return
        view.exchange, view.answer = growth.exchange, growth.answer
        view.bodies.update(growth.bodies)
        for leg, records in growth.records.items():
            view.streams[leg].extend(records)
        for leg, ending in growth.endings.items():
            if leg in view.streams:
                view.streams[leg].end(ending)
        self._contents["answer"] = view.answer
        self._fill_results(keep=True, fresh=False)

    def _fill_results(self, *, keep: bool, fresh: bool) -> None:
        view = self.view
        if view is None:
            return
        leg = pick_leg(view, self._upstream)
        rows = view.streams.get(leg)
        self._contents["events"] = PaneContent([] if rows is None else rows.nodes, raw=view.bodies.get(leg))
        goes_on = view.exchange.outcome is Outcome.OPEN
        self.pane("events").list.follow = goes_on
        state = "upstream" if leg is Leg.UPSTREAM_RESPONSE else ""
        self.pane("events").tell(
            count=stream_count(rows), counts=stream_title(rows, view.exchange), state=state
        )
        self.pane("answer").tell(count=str(view.answer.count or ""), counts=view.answer.title)
        for name in ("events", "answer"):
            self._fill(name, keep=keep, fresh=fresh)

    def _fill(self, name: str, *, keep: bool, fresh: bool) -> None:
        """Put a pane's content into its list; `fresh`: of another exchange than before."""
        content, pane = self._contents[name], self.pane(name)
        if self._forms[name] not in content.forms():
            self._forms[name] = Form.ITEMS
        form = self._forms[name]
        pane.form = form.value
        folds = pane.list.outline.folds
        if fresh:
            folds = {key: opened for key, opened in folds.items() if key in LASTING}
        pane.list.show(Outline(content.in_form(form), folds=folds), keep=keep)
        for tab in self.query("#tabs > PaneTitle"):
            tab.refresh(layout=True)

    # What a person does

    def activate(self, name: str, *, focus: bool = False) -> None:
        """Make a pane the one that tabs and zoom show; with `focus` give it the keys."""
        self.active = name
        for each in self.NAMES:
            self.pane(each).set_class(each == name, "-active")
        self.query_one("#results").set_class(name in ("events", "answer"), "-active")
        for tab in self.query("#tabs > PaneTitle"):
            tab.refresh()
        if focus:
            self.screen.set_focus(self.pane(name).list)  # at once: the next key may have been typed already

    def next_form(self) -> None:
        """Items, JSON, raw, and round again."""
        content = self._contents.get(self.active)
        if content is None:
            return
        forms = content.forms()
        self._forms[self.active] = forms[(forms.index(self._forms[self.active]) + 1) % len(forms)]
        self._fill(self.active, keep=False, fresh=False)

    def flip_upstream(self) -> bool:
        """Events to the client, or chunks from upstream; False when there are none from upstream."""
        if self.view is None or Leg.UPSTREAM_RESPONSE not in self.view.streams:
            return False
        self._upstream = not self._upstream
        self._fill_results(keep=False, fresh=True)
        return True

    def copied(self) -> str | None:
        """The active pane's text, for the clipboard: JSON where it is, else as it passed."""
        content = self._contents.get(self.active)
        if content is None:
            return None
        return content.text(self._forms[self.active])

    # Within

    @on(RowList.CursorMoved)
    def _reflect(self, message: RowList.CursorMoved) -> None:
        """Light up in the other panes what belongs to the row under the cursor."""
        if not message.by_person:
            return
        for name in self.NAMES:
            other = self.pane(name).list
            if other is not message.control:
                other.light(message.node.links)
            else:
                other.light(frozenset())

    @on(PaneTitle.Clicked)
    def _clicked(self, message: PaneTitle.Clicked) -> None:
        message.stop()
        self.activate(message.pane, focus=True)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The pane that has the keys is the active one."""
        for pane in event.widget.ancestors:
            if isinstance(pane, Pane) and pane.id is not None:
                self.activate(pane.id)

    def _tab(self, name: str, _: int) -> list[Row]:
        pane = self.pane(name)
        on_top = name == self.active
        lost = (Span(f" ✂{pane.losses}", Tone.LOSS),) if pane.losses else ()
        return [
            row(
                Span(f"{pane.number} ", Tone.ACCENT if on_top else Tone.FAINT),
                Span(pane.label.partition(" ")[0], Tone.ACCENT if on_top else Tone.DIM),
                Span(f" {pane.count}" if pane.count else "", Tone.DIM),
                *lost,
            )
        ]
