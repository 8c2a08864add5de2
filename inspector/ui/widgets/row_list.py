"""The one list of the app: an outline of any length, drawn line by line as it is seen.

Sessions, items, events and answers are all shown by it. It knows rows and folding; it does not know what
they mean. What it keeps steady while the outline grows: the row under the cursor, by key, stays where it is
on screen. Only with `follow` on, and the cursor on the last row, does it stay at the end.
"""

from __future__ import annotations

import re
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from inspector.ui.view.find import highlighted, matched_in
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.repeats import quiet, repeats
from inspector.ui.view.rows import Row
from inspector.ui.widgets.paint import Palette, paint
from inspector.ui.widgets.tones import palette_of

GUTTER = 1
EDGE = 1  # cells kept free before the scrollbar


class RowList(ScrollView, can_focus=True):
    """An outline with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--cursor",
        "row-list--cursor-blurred",
        "row-list--lit",
        "row-list--fold",
        "row-list--gutter",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "down", "Down", show=False, id="list.down", tooltip="One row down"),
        Binding("up,k", "up", "Up", show=False, id="list.up", tooltip="One row up"),
        Binding(
            "pagedown,ctrl+f",
            "page_down",
            "Page down",
            show=False,
            id="list.page-down",
            tooltip="One page down",
        ),
        Binding("pageup,ctrl+b", "page_up", "Page up", show=False, id="list.page-up", tooltip="One page up"),
        Binding("g,home", "top", "Top", show=False, id="list.top", tooltip="To the first row"),
        Binding(
            "G,end",
            "bottom",
            "Bottom",
            show=False,
            id="list.bottom",
            tooltip="To the last row, and stay there",
        ),
        Binding(
            "enter",
            "fold_or_unfold",
            "Unfold",
            id="list.toggle",
            tooltip="Unfold or fold what the cursor is on",
        ),
        Binding("right,l", "unfold", "Unfold", show=False, id="list.unfold", tooltip="Unfold, or go into"),
        Binding(
            "left,h", "fold", "Fold", show=False, id="list.fold", tooltip="Fold, or go to what contains this"
        ),
    ]

    cursor: reactive[int] = reactive(0, init=False)

    class CursorMoved(Message):
        """The cursor came to another node. `by_person` tells a key or click from growth."""

        def __init__(self, row_list: RowList, node: Node, by_person: bool) -> None:
            super().__init__()
            self.row_list = row_list
            self.node = node
            self.by_person = by_person

        @property
        def control(self) -> RowList:
            """The list, for `@on` selectors."""
            return self.row_list

    class Entered(Message):
        """Enter was pressed on a node that has nothing to unfold."""

        def __init__(self, row_list: RowList, node: Node) -> None:
            super().__init__()
            self.row_list = row_list
            self.node = node

        @property
        def control(self) -> RowList:
            """The list, for `@on` selectors."""
            return self.row_list

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.outline = Outline()
        self.follow = False
        self.keeps_cursor = False  # show where the cursor is without the keys, too
        self.lit: frozenset[str] = frozenset()
        self._holding: frozenset[str] = frozenset()  # keys of what is lit while it is folded
        self.repeated: frozenset[str] = frozenset()  # pointers of what was said before: dim
        self.sought: re.Pattern[str] | None = None  # what is searched for: highlighted
        self.shows = 0  # grows with everything that is shown: what was found out before may be no more
        self._at: tuple[str, int] | None = None  # the cursor's node and the line within it
        self._left: tuple[tuple[str, int] | None, int] | None = None  # where one stood before it waited
        self._palette: Palette | None = None
        self._ground = Style.null()  # what lines are drawn on
        self._height = 0  # of the window, when it was last laid out

    # What the screen tells it

    def show(self, outline: Outline, *, keep: bool = True) -> None:
        """Show another outline, or the same one grown: with `keep` the cursor stays with its node."""
        left = self._left or self._stood
        if outline is not self.outline:
            self._left = None
        held, on_screen = left if keep else (None, 0)
        if on_screen < self._height:  # then it stays in view, though the window be lower now
            on_screen = min(on_screen, max(0, self.size.height - 1))
        was_last = self.cursor >= len(self.outline) - 1
        self.outline = outline
        self.shows += 1
        outline.reflow(self.text_width)
        self._resized()
        if self.follow and (was_last or not keep):
            self._to(len(outline) - 1, by_person=False)
        elif held is not None and (row := outline.find(*held)) is not None:
            self._to(row, by_person=False, scroll=False)
            self.scroll_to(y=max(0, row - on_screen), animate=False)
        else:
            if not keep:
                self.scroll_to(y=0, animate=False)
            self._to(min(self.cursor, len(outline) - 1) if keep else 0, by_person=False)
        self.refresh()

    def wait(self, words: Row) -> None:
        """Show only these words until there is something else, in which one stands where one stood here."""
        left = self._left or self._stood
        self.show(Outline([Node("wait", words)], folds=self.outline.folds), keep=False)
        self._left = left

    def grew(self) -> None:
        """The outline's nodes changed: lay it out again and stay where we are."""
        self.show(self.outline)

    def light(
        self, links: frozenset[str], *, holding: frozenset[str] = frozenset(), reveal: bool = True
    ) -> None:
        """Light up every node that has one of these links, and bring the first into view.

        `holding` are the keys of nodes that hold such ones: lit as long as they are folded.
        """
        if links == self.lit and holding == self._holding:
            return
        self.lit, self._holding = links, holding
        if reveal and links:
            row = self.outline.first(self._is_lit)
            if row is not None:
                self.scroll_to_region(Region(0, row, 1, 1), animate=False, force=True)
        self.refresh()

    def select(self, key: str, line: int = 0, *, by_person: bool = False) -> bool:
        """Put the cursor on a line of the node of that key; False when it is not visible."""
        row = self.outline.find(key, line)
        if row is not None:
            self._to(row, by_person=by_person)
        return row is not None

    def reveal(self, way: tuple[str, ...], *, by_person: bool = False) -> None:
        """Put the cursor on the last of these keys, each inside the one before: unfold what hides it."""
        if self.outline.find(way[-1]) is None:
            self.outline.folds.update(dict.fromkeys(way[:-1], True))
            self.grew()
        self.select(way[-1], by_person=by_person)

    def seek(self, sought: re.Pattern[str] | None) -> None:
        """Highlight what matches, from now on."""
        self.sought = sought
        self.refresh()

    @property
    def node(self) -> Node | None:
        """The node under the cursor."""
        return self.outline.node(self.cursor)

    @property
    def _stood(self) -> tuple[tuple[str, int] | None, int]:
        """The cursor's node and line, and how far below the top of the window it is."""
        return self._at, self.cursor - self.scroll_offset.y

    @property
    def place(self) -> tuple[str | None, int]:
        """The key of the node under the cursor, and the line within it."""
        return self._at or (None, 0)

    @property
    def text_width(self) -> int:
        """Cells that an outline is laid out for."""
        return max(10, self.scrollable_content_region.width - GUTTER - EDGE)

    # Keys and the mouse

    def action_down(self) -> None:
        """One row down."""
        self._to(self.cursor + 1)

    def action_up(self) -> None:
        """One row up."""
        self._to(self.cursor - 1)

    def action_page_down(self) -> None:
        """One page down."""
        self._to(self.cursor + max(1, self.size.height - 1))

    def action_page_up(self) -> None:
        """One page up."""
        self._to(self.cursor - max(1, self.size.height - 1))

    def action_top(self) -> None:
        """To the first row."""
        self._to(0)

    def action_bottom(self) -> None:
        """To the last row."""
        self._to(len(self.outline) - 1)

    def action_fold_or_unfold(self) -> None:
        """Unfold or fold."""
        node = self.node
        if node is not None and node.foldable:
            self._fold(node, not self.outline.is_open(node))
        elif node is not None:
            self.post_message(self.Entered(self, node))

    def action_unfold(self) -> None:
        """Unfold, or go to the first row inside."""
        node = self.node
        if node is None or not node.foldable:
            return
        if self.outline.is_open(node):
            self._to(self.cursor + 1)
        else:
            self._fold(node, True)

    def action_fold(self) -> None:
        """Fold, or go to the node that contains this one."""
        if not len(self.outline):
            return
        index, line = self.outline.at(self.cursor)
        node = self.outline.visible[index]
        parent = self.outline.parent(index)
        if self.outline.is_open(node):
            self._fold(node, False)
        elif line == 0 and parent is not None:
            self._to(self.outline.top(parent))

    def step(self, by: int) -> None:
        """To the head of the next (1) or previous (-1) node."""
        if len(self.outline):
            index, line = self.outline.at(self.cursor)
            index += by if by > 0 or line == 0 else 0
            self._to(self.outline.top(max(0, min(index, len(self.outline.visible) - 1))))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; a click on the fold mark, or on the cursor's row, folds."""
        row = event.y + self.scroll_offset.y
        if not 0 <= row < len(self.outline):
            return
        again = row == self.cursor and event.chain > 1
        index, line = self.outline.at(row)
        self._to(row)
        on_mark = line == 0 and event.x <= GUTTER + self.outline.indent(self.outline.depths[index])
        if again or on_mark:
            self.action_fold_or_unfold()

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines of the window: their ground is looked for once, it depends on all that is around."""
        self._ground = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        ground = self._ground
        if number >= len(self.outline):
            return Strip.blank(width, ground)
        row, node, depth, line = self.outline.row(number)
        if self.repeated and not line and repeats(node, self.repeated):
            row = quiet(row)
        if self.sought is not None:
            body = self.outline.body(self.outline.at(number)[0]) if line else ()
            row = highlighted(row, self.sought, matched_in(body, line - 1, self.sought))
        lit = bool(self.lit) and self._is_lit(node)
        if lit:
            ground = ground + self.get_component_rich_style("row-list--lit")
        if number == self.cursor and (self.has_focus or self.keeps_cursor):
            name = "row-list--cursor" if self.has_focus else "row-list--cursor-blurred"
            ground = ground + self.get_component_rich_style(name)
        gutter = ground + self.get_component_rich_style("row-list--gutter", partial=True)
        margin = [Segment("▎" if lit else " ", gutter)]
        if line:
            margin.append(Segment(" " * self.outline.indent(depth + 1), ground))
        else:
            fold = ground + self.get_component_rich_style("row-list--fold", partial=True)
            mark = ("▾" if self.outline.is_open(node) else "▸") if node.foldable else " "
            margin.append(Segment(" " * (self.outline.indent(depth) - 2) + mark + " ", fold))
        strip = paint(row, width - EDGE, self._tones(), ground, tuple(margin))
        return strip.adjust_cell_length(width, ground)

    def _is_lit(self, node: Node) -> bool:
        if not self.lit.isdisjoint(node.links):
            return True
        return node.key in self._holding and not self.outline.is_open(node)

    def _tones(self) -> Palette:
        if self._palette is None:
            self._palette = palette_of(self)
        return self._palette

    def notify_style_update(self) -> None:
        """Forget the styles of the theme before."""
        self._palette = None
        super().notify_style_update()

    # Within

    def watch_cursor(self, before: int, after: int) -> None:
        """Redraw the two rows concerned."""
        self.refresh_lines(before)
        self.refresh_lines(after)

    def on_resize(self) -> None:
        """Wrap to the new width, and keep the cursor in view."""
        if self.text_width != self.outline.width or self.size.height < self._height:
            self.grew()
        self._height = self.size.height

    def on_focus(self) -> None:
        """The cursor's colour changes."""
        self.refresh_lines(self.cursor)

    def on_blur(self) -> None:
        """The cursor's colour changes."""
        self.refresh_lines(self.cursor)

    def _resized(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.outline))

    def _fold(self, node: Node, opened: bool) -> None:
        self.outline.fold(node, opened)
        self._resized()
        row = self.outline.find(node.key)
        self._to(self.cursor if row is None else row)
        self.refresh()

    def _to(self, row: int, *, by_person: bool = True, scroll: bool = True) -> None:
        row = max(0, min(row, len(self.outline) - 1))
        self.cursor = row
        if not len(self.outline):
            self._at = None
            return
        if scroll:
            self.scroll_to_region(Region(0, row, 1, 1), animate=False, force=True)
        index, line = self.outline.at(row)
        node = self.outline.visible[index]
        changed = self._at is None or self._at[0] != node.key
        self._at = (node.key, line)
        if changed or by_person:
            self.post_message(self.CursorMoved(self, node, by_person))
