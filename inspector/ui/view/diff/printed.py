"""A comparison as lines of text: what the screen shows, without a screen."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.capture.compared import Comparison
from inspector.ui.view.diff.content import Side, diff_content
from inspector.ui.view.diff.heading import heading
from inspector.ui.view.diff.summary import is_summary
from inspector.ui.view.plain import plain, words


def printed(comparison: Comparison, width: int, *, full: bool = False) -> Iterator[str]:
    """All parts for so many cells; `full`: with everything unfolded."""
    content = diff_content(comparison)
    yield words(heading(content, Side.REQUEST, width).left)
    for side in content.sides:
        yield ""
        yield side.value
        nodes = content.nodes[side]
        yield from plain(nodes, width, {node.key: True for node in nodes if is_summary(node)}, full=full)
