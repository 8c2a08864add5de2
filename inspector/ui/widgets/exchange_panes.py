"""The selected exchange: request, chat payload, events and answer, and one cursor with reflections in the
others.

Shown whole with `show`, then added to with `grow`. What a person folded stays as it was where it means the
same in the next exchange; the cursor stays on the same piece where there is one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.events import DescendantFocus

from inspector.ui.actions.shown import Shown
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.pane_content import Form, PaneContent
from inspector.ui.view.reading import ExchangeView, Growth, Moment
from inspector.ui.view.reflections import reflections, wanted
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.widgets.events_pane import EventsPane
from inspector.ui.widgets.pane import Pane, PaneTitle
from inspector.ui.widgets.row_list import RowList

LASTING = ("settings", "/tools", "headers", "source")  # what these keys name is the same in every exchange


class ExchangePanes(Vertical):
    """Four panes about one exchange; where there is no room for them, one, and tabs above it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "reflection(1)", "Counterpart", show=False, id="pane.reflection-on",
                tooltip="To the next counterpart in any pane; else to the next pane"),
        Binding("shift+tab", "reflection(-1)", "Counterpart back", show=False, id="pane.reflection-back",
                tooltip="To the counterpart before; else to the pane before"),
    ]  # fmt: skip

    LABELS: ClassVar[dict[str, str]] = {
        "request": "Request",
        "payload": "Chat payload",
        "events": "Events",
        "answer": "Answer",
    }
    NAMES: ClassVar[tuple[str, ...]] = tuple(LABELS)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.active = "request"
        self.view: ExchangeView | None = None
        self.compared: int | None = None  # the exchange of which is known what its request repeats
        self._forms = dict.fromkeys(self.NAMES, Form.ITEMS)
        self._contents: dict[str, PaneContent] = {}
        self._wanted: frozenset[str] = frozenset()  # the links of what a person chose last
        self._moment: Moment | None = None  # shown instead of the answer's end
        self._moment_put: Moment | None = None  # the one that the panes show by now

    def compose(self) -> ComposeResult:
        """Tabs, and below them the panes side by side."""
        with Container(id="tabs"):
            for name in self.NAMES:
                yield PaneTitle(name)
        with Container(id="panes"):
            yield Pane(self.LABELS["request"], "1", id="request")
            yield Pane(self.LABELS["payload"], "2", id="payload")
            with Vertical(id="results"):
                yield EventsPane(self.LABELS["events"], "3", id="events")
                yield Pane(self.LABELS["answer"], "4", id="answer")

    def on_mount(self) -> None:
        """Nothing is shown yet."""
        for tab in self.query("#tabs > PaneTitle").results(PaneTitle):
            tab.show(partial(self._tab, tab.pane))
        self.activate("request")

    def pane(self, name: str) -> Pane:
        """A pane by its name."""
        return self.query_one(f"#{name}", Pane)

    @property
    def events(self) -> EventsPane:
        """The pane of the events."""
        return self.query_one("#events", EventsPane)

    # What is shown

    def show(self, view: ExchangeView) -> None:
        """Show an exchange, or the same one read anew."""
        before = self.view.exchange if self.view is not None else None
        same = before is not None and before.id == view.exchange.id
        if before is None or before.session != view.exchange.session:
            self._quieten(frozenset())  # within a session what was said stays said, until it is known anew
        self.view, self._moment_put = view, None
        self._put("request", view.request, keep=True, fresh=not same)
        self._put("payload", view.payload, keep=True, fresh=not same)
        self._put_results(keep=same, fresh=not same)
        if not same:
            self._light(frozenset())

    def wait(self) -> None:
        """Show nothing of any exchange until the next one is there: it is being read."""
        self.view, self._moment, self._moment_put = None, None, None
        self._contents.clear()
        self.events.clear()
        for name in self.NAMES:
            pane = self.pane(name)
            pane.label = self.LABELS[name]
            pane.tell(counts="")
            pane.list.wait(row(Span("reading …", Tone.DIM)))
        for tab in self.query("#tabs > PaneTitle"):
            tab.refresh()

    def show_repeated(self, exchange_id: int, pointers: frozenset[str]) -> None:
        """Dim in the request, and in what became of it, the pieces that the request before had too."""
        if self.view is not None and self.view.exchange.id == exchange_id:
            self.compared = exchange_id
            self._quieten(pointers)

    def _quieten(self, pointers: frozenset[str]) -> None:
        for name in ("request", "payload"):
            rows = self.pane(name).list
            if rows.repeated != pointers:
                rows.repeated = pointers
                rows.refresh()

    def grow(self, growth: Growth) -> None:
        """Add what came in."""
        view = self.view
        if view is None or view.exchange.id != growth.exchange.id:
            return
        view.exchange, view.answer = growth.exchange, growth.answer
        view.bodies.update(growth.bodies)
        for stream, records in growth.records.items():
            view.streams[stream].extend(records, growth.remarks.get(stream, ()))
        if view.origins is not None:
            view.origins.take(growth.records, growth.made)
        for stream, ending in growth.endings.items():
            if stream in view.streams:
                view.streams[stream].end(ending)
        if growth.request is not None:
            view.request = growth.request
            self._put("request", view.request, keep=True, fresh=False)
        if growth.payload is not view.payload:
            view.payload = growth.payload
            if self._moment_put is None:
                self._put("payload", view.payload, keep=True, fresh=False)
        self._put_results(keep=True, fresh=False)

    def _put(self, name: str, content: PaneContent, *, keep: bool, fresh: bool) -> None:
        """Show a content in its pane, and tell about it in the title."""
        count = f"{content.count:,}" if content.count else ""
        self._contents[name] = content
        pane = self.pane(name)
        pane.label = content.label or self.LABELS[name]
        pane.tell(count=count, counts=content.title, losses=content.losses, state=content.note)
        self._fill(name, keep=keep, fresh=fresh)

    def _put_results(self, *, keep: bool, fresh: bool) -> None:
        view = self.view
        if view is None:
            return
        self._contents["events"] = self.events.put(view)
        self._fill("events", keep=keep, fresh=fresh)
        self._put_answer(keep=keep, fresh=fresh)

    def _put_answer(self, *, keep: bool, fresh: bool) -> None:
        """The answer, or, where one stands somewhere in the stream, what it was then."""
        view, moment = self.view, self._moment
        if view is None:
            return
        before = self._moment_put
        if moment is None or self.events.playback.at is None:
            self._moment = self._moment_put = None
            if before is not None and before.payload is not view.payload:
                self._put("payload", view.payload, keep=True, fresh=False)
            self._put("answer", view.answer, keep=keep, fresh=fresh)
            return
        if before is moment:  # all that changed is how many events there are, and whether it plays
            self.pane("answer").state = self.events.position
            self.pane("answer").list.refresh()
            return
        self._moment_put = moment
        mark = Node("moment", lambda width, _: self.events.moment_row(moment.number, width))
        content = replace(moment.answer, nodes=[mark, *moment.answer.nodes], note=self.events.position)
        self._put("answer", content, keep=True, fresh=False)
        if moment.payload is not (view if before is None else before).payload:
            self._put("payload", moment.payload, keep=True, fresh=False)

    def show_moment(self, moment: Moment) -> None:
        """Show the answer as it was at an event, if one still stands there."""
        if self.view is not None and self.view.exchange.id == moment.exchange_id:
            self._moment = moment
            self._put_answer(keep=True, fresh=False)

    def stand_elsewhere(self) -> None:
        """One stands elsewhere in the stream: the mark of the moment, or the answer's end again."""
        self._put_answer(keep=True, fresh=False)

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
        before = pane.list.outline
        outline = Outline(content.in_form(form), width=pane.list.text_width, folds=folds, before=before)
        pane.list.show(outline, keep=keep)
        for tab in self.query("#tabs > PaneTitle"):
            tab.refresh()

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

    def flip_stream(self) -> bool:
        """To the other stream of this exchange, and back; False when there is only one."""
        found = self.events.flip()
        if found is None:
            return False
        self._put_results(keep=False, fresh=True)
        if found:
            self.events.reveal(found[0], unfold=True)
        return True

    def next_kinds(self) -> None:
        """Show other events."""
        self.events.kinds = self.events.kinds.next
        self._put_results(keep=True, fresh=False)

    def shown(self) -> Shown | None:
        """What the active pane holds, and the row under its cursor."""
        content = self._contents.get(self.active)
        if content is None:
            return None
        pane = self.pane(self.active)
        return Shown(pane.label.lower(), content, self._forms[self.active], pane.list.node)

    # Within

    @on(RowList.CursorMoved)
    def _reflect(self, message: RowList.CursorMoved) -> None:
        """Light up in the other panes what belongs to the row under the cursor."""
        if not message.by_person:
            return
        self._light(wanted(message.node.links), message.control)

    def _light(self, links: frozenset[str], chosen_in: RowList | None = None) -> None:
        """Light up what has these links; in the list where it was chosen, only if there is something else."""
        self._wanted = links
        for name in self.NAMES:
            pane = self.pane(name).list
            ways = list(reflections(pane.outline.nodes, links)) if links else []
            if pane is chosen_in and len(ways) < 2:
                pane.light(frozenset())
                continue
            shown = {
                next((key for key in reversed(way) if pane.outline.find(key) is not None), way[0])
                for way in ways
            }
            lit = links if ways else frozenset()
            pane.light(lit, holding=frozenset(shown), reveal=pane is not chosen_in)

    def action_reflection(self, by: int) -> None:
        """To the next or previous counterpart, in any pane; to another pane where there is none."""
        places = [
            (name, way)
            for name in self.NAMES
            for way in reflections(self.pane(name).list.outline.nodes, self._wanted)
        ]
        node = self.pane(self.active).list.node
        here = next(
            (
                n
                for n, (name, way) in enumerate(places)
                if node and (name, way[-1]) == (self.active, node.key)
            ),
            None,
        )
        if not places or (here is not None and len(places) == 1):
            if by > 0:
                self.screen.focus_next()
            else:
                self.screen.focus_previous()
            return
        beginning = 0 if by > 0 else -1
        name, way = places[beginning if here is None else (here + by) % len(places)]
        self.activate(name, focus=True)
        self.pane(name).list.reveal(way)

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
                Span(f" {pane.form}" if pane.form else "", Tone.KEY),
            )
        ]
