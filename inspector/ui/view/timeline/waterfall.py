"""The waterfall: a row a turn and a row an exchange, each with a bar on a common ruler.

Nodes are made when exchanges come or go; a row looks at what is known when it is drawn. Time stands still
between two calls of `take`, so that all rows of one picture agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

from inspector.capture.model import Exchange
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Head, Row
from inspector.ui.view.timeline.axis import Axis, folded
from inspector.ui.view.timeline.parts import Stretch, end_of, parts_of
from inspector.ui.view.timeline.session import SessionTimes
from inspector.ui.view.timeline.waterfall_rows import Columns, Drawing, exchange_line, turn_line


class Scale(StrEnum):
    """Where a row's bar begins. The value is its name on screen."""

    SESSION = "session"  # one axis from the first exchange to the last
    TURN = "turn"  # each turn begins at the left
    EXCHANGE = "exchange"  # each exchange begins at the left: they can be compared


class Waterfall:
    """The outline's nodes, and the axes of their rows."""

    def __init__(self, titles: Mapping[int, str] | None = None) -> None:
        """`titles`: of turns, cleaned; may be filled later."""
        self.times = SessionTimes()
        self.nodes: list[Node] = []
        self.scale = Scale.SESSION
        self.now = 0.0
        self._titles = {} if titles is None else titles
        self._known: dict[int, Node] = {}
        self._turns: dict[int | None, list[Exchange]] | None = {}
        self._axes: dict[int | None, Axis] = {}
        self._length = 0.0

    def take(
        self, changed: Iterable[Exchange], now: float, belongs: Callable[[Exchange], bool] | None = None
    ) -> bool:
        """Take in new and changed exchanges, and the time; True when there are other rows now."""
        changed = list(changed)
        if changed or self.times.is_open:
            self._axes, self._turns = {}, None
        self.now = now
        moved = self.times.take(changed, belongs)
        if moved:
            self._make_nodes()
        return moved

    def show(self, scale: Scale) -> None:
        """Draw on another scale from now on."""
        self.scale = scale
        self._axes = {}

    @property
    def turns(self) -> dict[int | None, list[Exchange]]:
        """The exchanges by turn."""
        if self._turns is None:
            self._turns = self.times.turns()
        return self._turns

    def drawing(self, turn: int | None, begin: float) -> Drawing:
        """How times become cells in a row of that turn which begins then."""
        self._lay_out()
        if self.scale is Scale.EXCHANGE or (self.scale is Scale.TURN and turn is None):
            return Drawing(Axis(begin, begin), self._length)
        return Drawing(self._axes[None if self.scale is Scale.SESSION else turn], self._length)

    def ruler(self) -> Drawing:
        """What the ruler above the rows shows."""
        self._lay_out()
        if self.scale is Scale.SESSION:
            return Drawing(self._axes[None], self._length)
        return Drawing(Axis(0.0, self._length), self._length)

    def stretches(self, exchange: Exchange, drawing: Drawing) -> tuple[Stretch, ...]:
        """What is drawn in an exchange's row: nothing of what was before the ruler begins."""
        found = self.times.stretches(exchange.id, self.now)
        return found[1:] if found and found[0].begin < drawing.axis.begin else found

    def every_stretch(self) -> Iterator[Stretch]:
        """All parts of all exchanges, and the gaps between them."""
        for exchange, gap in zip(self.times.exchanges, self.times.gaps, strict=True):
            if gap is not None:
                yield gap
            yield from parts_of(exchange, self.now)

    def _lay_out(self) -> None:
        if self._axes:
            return
        if not len(self.times):
            self._axes, self._length = {None: Axis(0.0, 0.0)}, 0.0
            return
        gaps = [(gap.begin, gap.end) for gap in self.times.gaps if gap is not None]
        if self.scale is Scale.SESSION:
            axis = folded(self.times.exchanges[0].started, self.times.end(self.now), gaps)
            self._axes, self._length = {None: axis}, axis.length
        elif self.scale is Scale.TURN:
            turns = {turn: group for turn, group in self.turns.items() if turn is not None}
            self._axes = {None: Axis(0.0, 0.0), **{turn: self._axis_of(turns[turn]) for turn in turns}}
            self._length = max([self._longest(None), *(axis.length for axis in self._axes.values())])
        else:
            longest = max(map(self._longest, self.turns))
            self._axes, self._length = {None: Axis(0.0, 0.0)}, longest

    def _longest(self, turn: int | None) -> float:
        """The longest exchange of a turn."""
        group = self.turns.get(turn, [])
        return max((end_of(exchange, self.now) - exchange.started for exchange in group), default=0.0)

    def _axis_of(self, group: list[Exchange]) -> Axis:
        begin = group[0].started
        end = max(end_of(exchange, self.now) for exchange in group)
        gaps = (self.times.gaps[self.times.index(exchange.id)] for exchange in group[1:])
        return folded(begin, end, [(gap.begin, gap.end) for gap in gaps if gap is not None])

    def _make_nodes(self) -> None:
        below: dict[int, list[Node]] = {}
        self.nodes = []
        for exchange in self.times.exchanges:
            node = self._known.get(exchange.id)
            if node is None:
                node = Node(f"exchange:{exchange.id}", self._exchange_head(exchange.id))
                self._known[exchange.id] = node
            if exchange.turn is None:
                self.nodes.append(node)
                continue
            if exchange.turn not in below:
                siblings = below[exchange.turn] = []
                head = self._turn_head(exchange.turn)
                self.nodes.append(Node(f"turn:{exchange.turn}", head, branches=siblings, opened=True))
            below[exchange.turn].append(node)

    def _exchange_head(self, exchange_id: int) -> Head:
        def head(width: int, _: bool) -> Row:
            index = self.times.index(exchange_id)
            exchange = self.times.exchanges[index]
            total = width + Outline.indent(0 if exchange.turn is None else 1)
            drawing = self.drawing(exchange.turn, exchange.started)
            return exchange_line(
                exchange,
                self.stretches(exchange, drawing),
                drawing,
                Columns.of(total),
                width,
                self.now,
                is_retry=self.times.is_retry(index),
            )

        return head

    def _turn_head(self, turn: int) -> Head:
        def head(width: int, opened: bool) -> Row:
            group = self.turns[turn]
            stretches = [
                stretch for exchange in group for stretch in self.times.stretches(exchange.id, self.now)
            ]
            if (gap := self.times.gaps[self.times.index(group[0].id)]) is not None:
                stretches.remove(gap)  # what was before the turn is none of it
            drawing = self.drawing(turn, group[0].started) if self.scale is not Scale.EXCHANGE else None
            columns = Columns.of(width + Outline.indent(0))
            title = self._titles.get(turn, "")
            return turn_line(turn, title, group, stretches, None if opened else drawing, columns, width)

        return head
