"""A comparison as lines of text: what the screen shows, without a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inspector.capture.compared import Comparison
from inspector.ui.view.diff.content import Side, diff_content
from inspector.ui.view.diff.heading import heading
from inspector.ui.view.diff.summary import is_summary
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Row, Span
from inspector.ui.view.text import glyphs


def printed(comparison: Comparison, width: int, *, full: bool = False) -> Iterator[str]:
    """All parts for so many cells; `full`: with everything unfolded."""
    content = diff_content(comparison)
    yield "".join(_words(heading(content, Side.REQUEST, width).left))
    for side in content.sides:
        yield ""
        yield side.value
        yield from _lines(content.nodes[side], width, full)


def _lines(nodes: Sequence[Node], width: int, full: bool) -> Iterator[str]:
    outline = Outline(nodes, width=width, folds={node.key: True for node in nodes if is_summary(node)})
    if full:
        _unfold(outline)
    for n in range(len(outline)):
        row, _, depth, line = outline.row(n)
        yield f"{' ' * outline.indent(depth if line else depth - 1)}{_line(row)}".rstrip()


def _unfold(outline: Outline) -> None:
    """Every node, whatever it holds."""
    stack = list(outline.nodes)
    while stack:
        node = stack.pop()
        outline.folds[node.key] = True
        stack.extend(node.below())
    outline.reflow()


def _line(row: Row) -> str:
    words = "".join(_words(row.left))
    return f"{words}  {''.join(_words(row.right))}" if row.right else words


def _words(spans: Sequence[Span]) -> Iterator[str]:
    for span in spans:
        for text, _ in glyphs(span.text):
            yield text
