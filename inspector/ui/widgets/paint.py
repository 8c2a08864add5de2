"""Rows become strips of styled cells: the one place where text meets the terminal.

A strip has exactly the width asked for. Should a control character have come this far against the rules of
`view.rows`, it is drawn as a dot rather than sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.view.text import glyphs
from inspector.ui.view.wrap import cells, cut

GAP = 1  # cells kept free before the right edge's words
NARROWEST_LEFT = 12  # the right edge gives way when the left would get less


class Palette:
    """Styles by tone, and the one for marks inside text."""

    def __init__(self, tones: Mapping[Tone, Style], mark: Style) -> None:
        self.tones = tones
        self.mark = mark


def paint(row: Row, width: int, palette: Palette, ground: Style, before: tuple[Segment, ...] = ()) -> Strip:
    """Draw a row in exactly `width` cells on `ground`, after the segments of its margin."""
    segments = list(before)
    room = width - sum(cells(segment.text) for segment in before)
    edge = sum(cells(span.text) for span in row.right)
    left = sum(cells(span.text) for span in row.left)
    if edge and left + GAP + edge > room and room - GAP - edge < min(left, NARROWEST_LEFT):
        edge = 0
    space = max(0, room - edge - (GAP if edge else 0))
    used = 0
    for index, span in enumerate(row.left):
        need = cells(span.text)
        if used + need > space:
            used += _piece(segments, Span(_shortened(span.text, space - used), span.tone), palette, ground)
            break
        used += _piece(segments, span, palette, ground)
        if used == space and index + 1 < len(row.left):
            break
    if room > used + edge:
        segments.append(Segment(" " * (room - used - edge), ground))
    if edge:
        for span in row.right:
            _piece(segments, span, palette, ground)
    return Strip(segments).adjust_cell_length(width, ground)


def _shortened(text: str, space: int) -> str:
    """As much of a text as fits, with an ellipsis where it was cut."""
    return text[: cut(text, space - 1)] + "…" if space > 0 else ""


def _piece(segments: list[Segment], span: Span, palette: Palette, ground: Style) -> int:
    """Add a span's segments; the cells they take."""
    style = ground + palette.tones[span.tone]
    used = 0
    for text, is_mark in glyphs(span.text):
        drawn = text if text.isprintable() else "".join(c if c.isprintable() else "·" for c in text)
        used += cells(drawn)
        segments.append(Segment(drawn, ground + palette.mark if is_mark else style))
    return used
