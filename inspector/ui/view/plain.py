"""Nodes as lines of text: what a list shows, without a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import Row, Span
from inspector.ui.view.text import glyphs


def plain(
    nodes: Sequence[Node], width: int, folds: Mapping[str, bool] | None = None, *, full: bool = False
) -> Iterator[str]:
    """For so many cells; `folds` as a person would have set them, `full`: with everything unfolded."""
    outline = Outline(nodes, width=width, folds=dict(folds or {}))
    if full:
        _unfold(outline)
    for n in range(len(outline)):
        row, _, depth, line = outline.row(n)
        yield f"{' ' * outline.indent(depth if line else depth - 1)}{_line(row)}".rstrip()


def words(spans: Sequence[Span]) -> str:
    """The text of spans, what a terminal would act on taken out."""
    return "".join(text for span in spans for text, _ in glyphs(span.text))


def _unfold(outline: Outline) -> None:
    """Every node, whatever it holds."""
    stack = list(outline.nodes)
    while stack:
        node = stack.pop()
        outline.folds[node.key] = True
        stack.extend(node.below())
    outline.reflow()


def _line(row: Row) -> str:
    left = words(row.left)
    return f"{left}  {words(row.right)}" if row.right else left
