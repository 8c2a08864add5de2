"""The list of what was captured: sessions, their turns, their exchanges, as an outline that grows.

Sessions and turns stand in order of their first exchange, exchanges in order of start. A request that is
repeated has its repetitions below it, one that a person sent again its replays; a sub-agent's session stands
among the turns of the session that it works for. In any other order than that of time there are no groups:
the slowest of all stands at the top.
What changed is taken in by `take`, which builds anew only the groups concerned; nodes are made once and read
their exchange when they are drawn.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from inspector.capture.model import Exchange
from inspector.settings import Column, Sort
from inspector.ui.view.columns import Look, operation
from inspector.ui.view.exchange_row import exchange_row, group_row
from inspector.ui.view.lineage import Lineage
from inspector.ui.view.order import AS_THEY_CAME, is_flat, ordered, value_of
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Head, Row
from inspector.ui.view.tally import Tally, tally
from inspector.ui.view.words import is_bad, prepares

EXCHANGES_ARE_AT = 2  # the depth of most exchanges: below a session and a turn


@dataclass(slots=True)
class Group:
    """A turn, or a session with its turns."""

    key: str
    label: str
    above: str | None  # the session's key, of a turn
    first: int  # the exchange whose request tells what it is about
    node: Node
    members: list[tuple[float, int]] = field(default_factory=list)  # start and number, in order
    turns: list[str] = field(default_factory=list)
    here: list[Node] = field(default_factory=list)  # the nodes of the members that are shown
    repeated: list[int] = field(default_factory=list)  # those with repetitions below them
    tally: Tally | None = None  # of the shown ones, while it is known


class Sessions:
    """The outline's nodes, and the exchanges by number."""

    def __init__(
        self,
        title: Callable[[str], str | None],
        now: Callable[[], float],
        look: Look,
        order: Sort = AS_THEY_CAME,
    ) -> None:
        """`title` gives a group's title by its key, None while it is not known; `now` is Unix time."""
        self.nodes: list[Node] = []
        self.exchanges: dict[int, Exchange] = {}
        self.groups: dict[str, Group] = {}
        self.order = order
        self.troubled = 0  # exchanges that went wrong, shown or not
        self.held: frozenset[int] = frozenset()  # exchanges of which something is held
        self._title = title
        self.now = now
        self._chosen = look
        self.look = look.without(Column.OPERATION)  # until something is asked that is not the plain case
        self._lineage = Lineage()
        self._agents: dict[str, list[str]] = {}
        self._places: dict[int, str] = {}
        self._nodes: dict[int, Node] = {}
        self._repeats: dict[int, list[int]] = {}
        self._depths: dict[int, int] = {}
        self._shown: set[int] | None = None
        self._newest: tuple[float, int] | None = None
        self._line: list[int] | None = None
        self._lines: dict[int, int] = {}

    # What comes in

    def take(self, changed: Iterable[Exchange]) -> bool:
        """Take in new and changed exchanges; whether there are other nodes now, or in another order."""
        value = value_of(self.order.column, self.look.costs)
        stale: set[str] = set()
        for exchange in changed:
            before, old_place = self.exchanges.get(exchange.id), self._places.get(exchange.id)
            place = self._place(exchange)
            self.troubled += is_bad(exchange) - (before is not None and is_bad(before))
            if before is None or old_place != place or before.started != exchange.started:
                if before is not None and old_place is not None:
                    self._leave(old_place, before)
                    stale.add(old_place)
                insort(self.groups[place].members, (exchange.started, exchange.id))
                self._places[exchange.id] = place
                stale.add(place)
            elif before.request_digest != exchange.request_digest or value(before) != value(exchange):
                stale.add(place)
            self.exchanges[exchange.id] = exchange
            if self.look is not self._chosen and operation(exchange):
                self.look = self._chosen
            self._forget_tally(place)
            if self.is_shown(exchange.id):
                self._newest = max(self._newest or (0.0, 0), (exchange.started, exchange.id))
        self._build(stale)
        return bool(stale)

    def narrow(self, shown: Collection[int] | None) -> None:
        """Show these exchanges only; None: all."""
        self._shown = None if shown is None else set(shown)
        self._build_all()

    def change(self, shown: Collection[int], hidden: Collection[int]) -> bool:
        """Of a narrowed list: some that are shown from now on, and some that no longer are."""
        if self._shown is None:
            return False
        coming, going = set(shown) - self._shown, set(hidden) & self._shown
        self._shown = (self._shown | coming) - going
        stale = {self._places[number] for number in coming | going}
        if stale:
            self._newest = self._find_newest()
            self._build(stale)
        return bool(stale)

    def sort(self, order: Sort) -> None:
        """Put them into another order."""
        self.order = order
        self._build_all()

    # What is asked

    @property
    def flat(self) -> bool:
        """Whether there are no groups."""
        return is_flat(self.order)

    def is_shown(self, exchange_id: int) -> bool:
        """Whether it is in the list, though it may be folded away."""
        return self._shown is None or exchange_id in self._shown

    @property
    def count(self) -> int:
        """How many are in the list."""
        return len(self.exchanges if self._shown is None else self._shown)

    def newest(self) -> Exchange | None:
        """The exchange of the list that started last."""
        return None if self._newest is None else self.exchanges[self._newest[1]]

    def first(self) -> Exchange | None:
        """The exchange at the top of the list."""
        line = self._in_line()
        return self.exchanges[line[0]] if line else None

    def neighbour(self, exchange_id: int, by: int) -> int | None:
        """The exchange before (-1) or after (1) one, in the order in which they are listed."""
        line = self._in_line()
        at = self._lines.get(exchange_id)
        if at is None:
            return line[0] if line else None
        return line[at + by] if 0 <= at + by < len(line) else None

    def open_to(self, exchange_id: int) -> list[str]:
        """The keys of the nodes that hold an exchange, from the top."""
        if self.flat:
            return []
        keys = self._chain(self._places[exchange_id])
        if (home := self._home(keys[0])) != keys[0]:
            keys.insert(0, home)
        return [*keys, *(f"exchange:{head}" for head, below in self._repeats.items() if exchange_id in below)]

    def titles(self, exchange_id: int) -> tuple[str | None, dict[int, str]]:
        """Of an exchange's session: its title, and those of its turns by number, as far as they are known."""
        session = self.groups[self._chain(self._places[exchange_id])[0]]
        turns = ((self.groups[key].label.partition(" ")[2], self._title(key)) for key in session.turns)
        return self._title(session.key), {int(number): title for number, title in turns if title}

    def _in_line(self) -> list[int]:
        if self._line is None:
            self._line = list(_numbers(self.nodes))
            self._lines = {number: at for at, number in enumerate(self._line)}
        return self._line

    # Groups

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

    def _group(self, key: str, label: str, above: str | None, exchange: Exchange) -> None:
        if (known := self.groups.get(key)) is not None:
            if prepares(self.exchanges.get(known.first, exchange)) and not prepares(exchange):
                known.first = exchange.id
            return
        if above is None:
            self._lineage.learn(key, exchange)
        node = Node(key, self._group_head(key), opened=True)
        self.groups[key] = Group(key, label, above, exchange.id, node)
        if above is not None:
            self.groups[above].turns.append(key)

    def _chain(self, place: str) -> list[str]:
        above = self.groups[place].above
        return [place] if above is None else [above, place]

    def _home(self, session: str) -> str:
        """The session below which this one stands; itself at the top."""
        return self._lineage.home(session, self.groups)

    def _leave(self, place: str, exchange: Exchange) -> None:
        """Out of its place: it was recognised as another session's after it began."""
        members = self.groups[place].members
        del members[bisect_left(members, (exchange.started, exchange.id))]
        self._forget_tally(place)

    def _forget_tally(self, place: str) -> None:
        chain = self._chain(place)
        for key in (*chain, self._home(chain[0])):
            self.groups[key].tally = None

    def _holds(self, group: str) -> bool:
        """Whether something of a group, or of a sub-agent's below it, is held."""
        places = (self._places[number] for number in self.held if number in self._places)
        chains = (self._chain(place) for place in places)
        return any(group in (*chain, self._home(chain[0])) for chain in chains)

    def _tally(self, group: Group) -> Tally:
        if group.tally is None:
            own = tally(self.exchanges[number] for _, number in group.members if self.is_shown(number))
            below = [*group.turns, *self._agents.get(group.key, ())]
            group.tally = sum((self._tally(self.groups[key]) for key in below), own)
        return group.tally

    # Building

    def _build_all(self) -> None:
        self._newest = self._find_newest()
        for group in self.groups.values():
            group.tally = None
        self._build(self.groups)

    def _find_newest(self) -> tuple[float, int] | None:
        numbers = self.exchanges if self._shown is None else self._shown
        return max(((self.exchanges[number].started, number) for number in numbers), default=None)

    def _build(self, stale: Collection[str]) -> None:
        """The nodes of these groups, and what stands above them."""
        if not stale:
            return
        self._line = None
        for key in list(stale):
            self._forget_tally(key)
            self._fill(self.groups[key])
        for key in list(stale):
            for empty in reversed(self._chain(key) if key in self.groups else []):
                self._drop_if_empty(self.groups[empty])
        before, self._agents = self._agents, self._lineage.settled(self.groups)
        if self.flat:
            self.nodes[:] = self._flat_nodes()
            return
        changed = {self.groups[key].above or key for key in stale if key in self.groups}
        agents = self._agents
        changed.update([self._home(key) for key in changed])
        # Sub-agents move when a session comes or goes.
        changed.update(key for key in before.keys() | agents.keys() if before.get(key) != agents.get(key))
        # From the agents up: a session that shows nothing is not among what another one has below it.
        for key in sorted(changed & self.groups.keys(), key=agents.__contains__):
            self._spread(self.groups[key], agents.get(key, ()))
        below = {agent for each in agents.values() for agent in each}
        sessions = (each for each in self.groups.values() if each.above is None and each.key not in below)
        self.nodes[:] = self._directed([group.node for group in sessions if group.node.branches])

    def _spread(self, session: Group, agents: Collection[str]) -> None:
        """What a session has below it: exchanges, turns, and sub-agents' sessions where they began."""
        below = [turn for turn in map(self.groups.__getitem__, session.turns) if turn.here]
        if agents:
            below += [agent for agent in map(self.groups.__getitem__, agents) if agent.node.branches]
            below.sort(key=self._began)
        session.tally = None
        session.node.branches = self._directed([*session.here, *(group.node for group in below)])

    def _began(self, group: Group) -> float:
        members = [*group.members[:1], *(self.groups[key].members[0] for key in group.turns)]
        return min(members)[0]

    def _directed(self, nodes: list[Node]) -> list[Node]:
        return nodes[::-1] if self.order.descending else nodes

    def _fill(self, group: Group) -> None:
        """The nodes of a group's own exchanges; repetitions and replays below what they repeat."""
        depth = EXCHANGES_ARE_AT - (group.above is None)
        for repeated_one in group.repeated:
            self._repeats.pop(repeated_one, None)
            self._node(repeated_one).branches = ()
        group.here, group.repeated = [], []
        head: int | None = None
        last: str | None = None
        exchanges, shown = self.exchanges, self._shown
        heads: dict[int, int] = {}  # what each one stands below, itself at the top
        for _, number in group.members:
            exchange = exchanges[number]
            if exchange.parent is not None:
                if shown is None or number in shown:
                    self._fill_replay(group, exchange, heads, depth)
                continue
            digest = exchange.request_digest
            repeated = digest is not None and digest == last and exchange.session is not None
            last = digest or last
            if shown is not None and number not in shown:
                head = head if repeated else None
            elif repeated and head is not None and not self.flat:
                heads[number] = head
                self._fill_below(group, head, number, depth + 1)
            else:
                heads[number] = head = number
                self._depths[number] = depth
                group.here.append(self._node(number))
        for number in group.repeated:
            self._node(number).branches = [self._node(each) for each in self._repeats[number]]
        group.here = self._directed(group.here)
        if group.above is not None:
            group.node.branches = group.here

    def _fill_replay(self, group: Group, exchange: Exchange, heads: dict[int, int], depth: int) -> None:
        """A replay, below what it was made of in the end, or by itself where that is not shown."""
        number, made_of = exchange.id, exchange
        while made_of.parent is not None and made_of.parent < made_of.id and made_of.parent in self.exchanges:
            made_of = self.exchanges[made_of.parent]
        head = heads.get(made_of.id)
        if head is None or self.flat:
            self._depths[number] = depth
            group.here.append(self._node(number))
        else:
            self._fill_below(group, head, number, depth + 1)

    def _fill_below(self, group: Group, head: int, number: int, depth: int) -> None:
        if head not in self._repeats:
            self._repeats[head] = []
            group.repeated.append(head)
        self._repeats[head].append(number)
        self._depths[number] = depth

    def _drop_if_empty(self, group: Group) -> None:
        if group.members or group.turns:
            return
        del self.groups[group.key]
        if group.above is not None:
            self.groups[group.above].turns.remove(group.key)

    def _flat_nodes(self) -> list[Node]:
        shown = (each for each in self.exchanges.values() if self.is_shown(each.id))
        return [self._node(each.id) for each in ordered(shown, self.order, self.look.costs)]

    def _node(self, exchange_id: int) -> Node:
        node = self._nodes.get(exchange_id)
        if node is None:
            node = Node(f"exchange:{exchange_id}", self._exchange_head(exchange_id))
            self._nodes[exchange_id] = node
        return node

    def _depth(self, exchange_id: int) -> int:
        session = self._chain(self._places[exchange_id])[0]
        return self._depths[exchange_id] + (self._home(session) != session)

    def _exchange_head(self, exchange_id: int) -> Head:
        def head(width: int, opened: bool) -> Row:
            below = [self.exchanges[number] for number in self._repeats.get(exchange_id, ())]
            aside = 0 if self.flat else 2 * (self._depth(exchange_id) - EXCHANGES_ARE_AT)
            exchange = self.exchanges[exchange_id]
            folded = () if opened else below
            return exchange_row(
                exchange,
                width,
                self.now(),
                self.look,
                folded=folded,
                aside=aside,
                alone=self.flat,
                held=exchange_id in self.held,
            )

        return head

    def _group_head(self, key: str) -> Head:
        def head(width: int, _: bool) -> Row:
            group = self.groups[key]
            amounts = self._tally(group)
            is_turn = group.above is not None
            kind = self._lineage.kind(key)
            title = self._title(key)
            held = bool(self.held) and self._holds(key)
            return group_row(group.label, title, amounts, is_turn, width, self.now(), agent=kind, held=held)

        return head


def _numbers(nodes: Iterable[Node]) -> Iterator[int]:
    for node in nodes:
        number = exchange_of(node.key)
        if number is not None:
            yield number
        yield from _numbers(node.below())


def exchange_of(key: str) -> int | None:
    """The exchange's number when the key is that of an exchange's node."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "exchange" else None
