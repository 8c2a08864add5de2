"""The list of what was captured: sessions, their turns, their exchanges, as an outline that grows.

Sessions stand in order of their first exchange, exchanges in order of start. What changed is taken in by
`take`; nodes are made once and read their exchange when they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from inspector.capture.model import Exchange
from inspector.ui.view.exchange_row import exchange_row, group_row
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Head, Row


@dataclass(slots=True)
class Group:
    """A turn, or a session with its turns."""

    key: str
    label: str
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    first: int | None = None  # the exchange whose request tells what it is about


class Sessions:
    """The outline's nodes, and the exchanges by number."""

    def __init__(self, title: Callable[[str], str | None], now: Callable[[], float]) -> None:
        """`title` gives a group's title by its key, None while it is not known; `now` is Unix time."""
        self.nodes: list[Node] = []
        self.exchanges: dict[int, Exchange] = {}
        self.groups: dict[str, Group] = {}
        self._title = title
        self._now = now
        self._places: dict[int, str] = {}
        self._below: dict[str, list[Node]] = {}

    def take(self, changed: Iterable[Exchange]) -> None:
        """Take in new and changed exchanges."""
        for exchange in changed:
            place = self._place(exchange)
            before = self._places.get(exchange.id)
            if before is not None and before != place:
                self._remove(exchange.id, before)
                before = None
            self.exchanges[exchange.id] = exchange
            self._places[exchange.id] = place
            for key in self._chain(place):
                self.groups[key].exchanges[exchange.id] = exchange
            if before is None:
                self._insert(place, exchange.id)

    def newest(self) -> Exchange | None:
        """The exchange that started last."""
        return max(
            self.exchanges.values(), key=lambda exchange: (exchange.started, exchange.id), default=None
        )

    def neighbour(self, exchange_id: int, by: int) -> int | None:
        """The exchange before (-1) or after (1) one, in the order in which they are listed."""
        order = [key for node in self._leaves(self.nodes) if (key := exchange_of(node.key)) is not None]
        index = order.index(exchange_id) + by if exchange_id in order else 0
        return order[index] if 0 <= index < len(order) else None

    def open_to(self, exchange_id: int) -> list[str]:
        """The keys of the groups that hold an exchange."""
        return self._chain(self._places[exchange_id])

    def _leaves(self, nodes: Iterable[Node]) -> Iterable[Node]:
        for node in nodes:
            below = self._below.get(node.key)
            yield from (node,) if below is None else self._leaves(below)

    def _place(self, exchange: Exchange) -> str:
        """The key of the group that an exchange belongs to; the groups are made if they are not there."""
        if exchange.session is None:
            session = f"session:connection {exchange.connection}" if exchange.connection else "session:"
            label = exchange.client or "no session"
        else:
            session, label = f"session:{exchange.session}", exchange.session
        self._group(session, label, None, exchange)
        if exchange.turn is None:
            return session
        turn = f"turn:{exchange.turn} {session[8:]}"
        self._group(turn, f"turn {exchange.turn}", session, exchange)
        return turn

    def _group(self, key: str, label: str, parent: str | None, exchange: Exchange) -> None:
        if key in self.groups:
            return
        group = self.groups[key] = Group(key, label, first=exchange.id)
        below = self._below[key] = []
        node = Node(key, self._group_head(group, parent is not None), branches=below, opened=True)
        (self.nodes if parent is None else self._below[parent]).append(node)

    def _chain(self, place: str) -> list[str]:
        return [f"session:{place.partition(' ')[2]}", place] if place.startswith("turn:") else [place]

    def _insert(self, place: str, exchange_id: int) -> None:
        siblings = self._below[place]
        node = Node(f"exchange:{exchange_id}", self._exchange_head(exchange_id))
        at = len(siblings)
        started = self.exchanges[exchange_id].started
        while at and (other := exchange_of(siblings[at - 1].key)) and self.exchanges[other].started > started:
            at -= 1
        siblings.insert(at, node)

    def _remove(self, exchange_id: int, place: str) -> None:
        """Out of its place: it was recognised as another session's after it began."""
        siblings = self._below[place]
        siblings[:] = [node for node in siblings if node.key != f"exchange:{exchange_id}"]
        for key in reversed(self._chain(place)):
            group = self.groups[key]
            group.exchanges.pop(exchange_id, None)
            if not group.exchanges:
                self._drop(key)

    def _drop(self, key: str) -> None:
        del self.groups[key], self._below[key]
        for nodes in (self.nodes, *self._below.values()):
            nodes[:] = [node for node in nodes if node.key != key]

    def _exchange_head(self, exchange_id: int) -> Head:
        return lambda width, _: exchange_row(self.exchanges[exchange_id], width, self._now())

    def _group_head(self, group: Group, is_turn: bool) -> Head:
        def head(width: int, _: bool) -> Row:
            title = self._title(group.key)
            return group_row(group.label, title, list(group.exchanges.values()), is_turn, width, self._now())

        return head


def exchange_of(key: str) -> int | None:
    """The exchange's number when the key is that of an exchange's node."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "exchange" else None
