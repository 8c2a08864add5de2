"""A foldable list of any length: nodes with a head row, a body, and nodes below; only what is seen is laid
out.

The outline holds the nodes that are visible as they are folded now, and the row at which each begins, so
that a row number is found by bisection. A node's head, body and branches are made when they are first needed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from inspector.ui.view.rows import Head, Row
from inspector.ui.view.text import plain
from inspector.ui.view.wrap import Joined, TextRows

UNWRAPPED = 10_000_000  # cells; wider than any text that is laid out

Body = Callable[[int], Sequence[Row]]
"""Lays out a node's text for so many cells."""


class Node:
    """One entry: what its head says, what unfolds below it, and what it is linked to in other panes."""

    is_bare = False  # it has no head: its body stands where heads do

    __slots__ = ("_body", "_body_rows", "_body_width", "_head", "branches", "key", "links", "opened")

    def __init__(
        self,
        key: str,
        head: Head | Row | None = None,
        *,
        body: Body | None = None,
        branches: Sequence[Node] | Callable[[], Sequence[Node]] = (),
        links: frozenset[str] = frozenset(),
        opened: bool = False,
    ) -> None:
        """A subclass that overrides `head` and `lay_out` gives neither of them. To give its own methods
        would tie it to itself, so that a long stream were not let go of when it is left.
        """
        self.key = key
        self._head = head
        self.branches = branches
        self.links = links
        self.opened = opened  # at first; what a person does is kept by the outline
        self._body = body
        self._body_width = -1
        self._body_rows: Sequence[Row] = ()

    def head(self, width: int, opened: bool) -> Row:
        """Its first row, for so many cells."""
        head = self._head
        if head is None:
            raise NotImplementedError
        return head if isinstance(head, Row) else head(width, opened)

    def lay_out(self, width: int) -> Sequence[Row]:
        """Its body's rows for a width."""
        return () if self._body is None else self._body(width)

    @property
    def foldable(self) -> bool:
        """Whether there is anything to unfold."""
        return self._body is not None or callable(self.branches) or bool(self.branches)

    def below(self) -> Sequence[Node]:
        """The nodes below, made at the first call."""
        if callable(self.branches):
            self.branches = self.branches()
        return self.branches

    def body(self, width: int, before: Sequence[Row] = ()) -> Sequence[Row]:
        """The body's rows for a width, kept until the width changes; `before` stood in their place."""
        if width != self._body_width:
            rows = self.lay_out(width)
            if isinstance(rows, TextRows | Joined):
                rows.after(before)
            self._body_rows, self._body_width = rows, width
        return self._body_rows

    def text(self) -> str:
        """What its head and its body say, in lines as long as they are. In any thread: nothing is kept."""
        body = self.lay_out(UNWRAPPED)
        lines = list(body) if self.is_bare else [self.head(UNWRAPPED, bool(body)), *body]
        return "\n".join(plain("".join(span.text for span in line.left)).rstrip() for line in lines)


class Sheet(Node):
    """A text on its own, from the first row on, and not to be folded."""

    __slots__ = ()
    is_bare = True

    def __init__(self, key: str, body: Body) -> None:
        super().__init__(key, Row(()), body=body)

    @property
    def foldable(self) -> bool:
        """Never: nothing would be left of it."""
        return False


class Outline:
    """Nodes as they are folded, as a sequence of rows."""

    def __init__(
        self,
        nodes: Sequence[Node] = (),
        *,
        width: int = 80,
        folds: dict[str, bool] | None = None,
        before: Outline | None = None,
    ) -> None:
        """`before`: what was shown in its place. A body that begins as it did there is not laid out anew."""
        self.nodes = nodes
        self.folds = {} if folds is None else folds  # what a person opened or closed, by key
        self.width = width
        self.visible: list[Node] = []
        self.depths: list[int] = []
        self._tops: list[int] = [0]
        self._indexes: dict[str, int] | None = None  # by key, made when first asked for
        self._bodies: dict[str, Sequence[Row]] = {} if before is None else before._bodies  # unfolded, by key
        self._untouched = False
        self.reflow()
        self._untouched = True  # until it is looked at again, which is when it is put on screen

    def __len__(self) -> int:
        """Rows."""
        return self._tops[-1]

    def is_open(self, node: Node) -> bool:
        """Whether a node is unfolded."""
        return self.folds.get(node.key, node.opened) and node.foldable

    def reflow(self, width: int | None = None) -> None:
        """Find again what is visible: after nodes were added, folded or unfolded, or the width changed."""
        untouched, self._untouched = self._untouched, False
        if width is not None:
            if untouched and width == self.width:
                return
            self.width = width
        visible: list[Node] = []
        depths: list[int] = []
        heights: list[int] = []
        before, self._bodies = self._bodies, {}
        folds = self.folds
        levels = [iter(self.nodes)]
        while levels:
            depth = len(levels) - 1
            for node in levels[-1]:
                visible.append(node)
                if node.is_bare:
                    depths.append(depth - 1)
                    body = node.body(self.width - self.indent(depth), before.get(node.key, ()))
                    heights.append(len(body))
                    self._bodies[node.key] = body
                    continue
                depths.append(depth)
                if folds.get(node.key, node.opened) and node.foldable:
                    body = node.body(self.width - self.indent(depth + 1), before.get(node.key, ()))
                    heights.append(1 + len(body))
                    if body:
                        self._bodies[node.key] = body
                    levels.append(iter(node.below()))
                    break
                heights.append(1)
            else:
                levels.pop()
        self.visible, self.depths, self._indexes = visible, depths, None
        self._tops = list(accumulate(heights, initial=0))

    @staticmethod
    def indent(depth: int) -> int:
        """Cells before the text of a node so deep: the fold marks of it and of those above."""
        return 2 + 2 * depth

    def at(self, row: int) -> tuple[int, int]:
        """Which visible node a row belongs to, and which line of it: 0 is the head, if it has one."""
        index = bisect_right(self._tops, row) - 1
        has_no_head = index < len(self.visible) and self.visible[index].is_bare
        return index, row - self._tops[index] + has_no_head

    def node(self, row: int) -> Node | None:
        """The node that a row belongs to."""
        return self.visible[self.at(row)[0]] if 0 <= row < len(self) else None

    def row(self, row: int) -> tuple[Row, Node, int, int]:
        """A row, its node, the node's depth (of a bare one: of what it would hang below), and the line."""
        index, line = self.at(row)
        node, depth = self.visible[index], self.depths[index]
        if line == 0:
            return node.head(self.width - self.indent(depth), self.is_open(node)), node, depth, 0
        return self.body(index)[line - 1], node, depth, line

    def body(self, index: int) -> Sequence[Row]:
        """The rows of the body of a visible node that is unfolded."""
        return self.visible[index].body(self.width - self.indent(self.depths[index] + 1))

    def top(self, index: int) -> int:
        """The first row of a visible node."""
        return self._tops[index]

    def find(self, key: str, line: int = 0) -> int | None:
        """The row of the visible node of that key at which a line of it stands, or the nearest it has."""
        if self._indexes is None:
            self._indexes = {node.key: index for index, node in enumerate(self.visible)}
        index = self._indexes.get(key)
        if index is None:
            return None
        top, end = self._tops[index : index + 2]
        return max(top, min(top + line - self.visible[index].is_bare, end - 1))

    def first(self, wanted: Callable[[Node], bool], among: Iterable[int] | None = None) -> int | None:
        """The head row of the first visible node that is wanted, among all or among these indexes."""
        for index in range(len(self.visible)) if among is None else among:
            if wanted(self.visible[index]):
                return self._tops[index]
        return None

    def parent(self, index: int) -> int | None:
        """The index of the visible node that this one hangs below."""
        depth = self.depths[index]
        return next((above for above in range(index - 1, -1, -1) if self.depths[above] < depth), None)

    def fold(self, node: Node, opened: bool) -> None:
        """Unfold or fold a node, and remember it."""
        self.folds[node.key] = opened
        self.reflow()
