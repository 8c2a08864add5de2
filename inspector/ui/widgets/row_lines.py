"""A few rows that do not scroll: header, titles, banner, guide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from inspector.ui.view.rows import Row
from inspector.ui.widgets.paint import Palette, paint
from inspector.ui.widgets.tones import palette_of

MARGIN = 1
LINE_EDGE = 2  # as far from the right as rows of a list are, scrollbar and all


class RowLines(Widget):
    """Rows made for the width they get."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Callable[[int], Sequence[Row]] = lambda _: ()
        self._palette: Palette | None = None

    def show(self, rows: Callable[[int], Sequence[Row]]) -> None:
        """Show other rows. The screen is laid out anew only if they take another height: it costs a lot."""
        self._rows = rows
        auto = self.styles.height is not None and self.styles.height.is_auto
        self.refresh(layout=auto and self.display and len(self._made(self.size.width)) != self.size.height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are rows."""
        return len(self._made(width))

    def render_line(self, y: int) -> Strip:
        """Draw one row between margins."""
        width = self.size.width
        ground = self.rich_style
        rows = self._made(width)
        if y >= len(rows):
            return Strip.blank(width, ground)
        if self._palette is None:
            self._palette = palette_of(self)
        strip = paint(rows[y], width - LINE_EDGE, self._palette, ground, (Segment(" " * MARGIN, ground),))
        return strip.adjust_cell_length(width, ground)

    def _made(self, width: int) -> Sequence[Row]:
        """The rows between the margins of so many cells: to count them is to make them as they are drawn."""
        return self._rows(width - MARGIN - LINE_EDGE)

    def notify_style_update(self) -> None:
        """Forget the styles of the theme before."""
        self._palette = None
        super().notify_style_update()
