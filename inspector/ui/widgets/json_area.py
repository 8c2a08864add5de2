"""The text of a JSON editor: a text area whose keys cost what is on the screen, not what is in the body.

Textual's own asks for the whole text and for the height of all lines as it draws each row, which is most of
what a key costs in a large body; here both are known until something is typed. Colours are found line by line
as lines are drawn (`colours`), so there is no size at which they end.
"""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.color import Color
from textual.document._document import Document, EditResult, Location
from textual.document._document_navigator import DocumentNavigator
from textual.document._wrapped_document import WrappedDocument
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from inspector.ui.view.editing.colours import Kind, partner, pieces

COLOURS = {
    Kind.NAME: "text-key",
    Kind.TEXT: "foreground",
    Kind.ESCAPE: "primary",
    Kind.NUMBER: "text-strong",
    Kind.WORD: "text-strong",
    Kind.BRACKET: "text-dim",
    Kind.MARK: "text-dim",
    Kind.WRONG: "error",
}
"""Of what colour a piece is, in variables of the theme."""


class JsonArea(TextArea):
    """The text itself. Escape is the screen's."""

    def recolour(self) -> None:
        """The colours of the app's theme as it is now."""
        variables = self.app.theme_variables
        self.colours = {
            kind: Style(color=Color.parse(variables[variable]).rich_color)
            for kind, variable in COLOURS.items()
        }
        name = f"inspector in {self.app.theme}"
        # Its ground only: laid over a line, a colour of its own would hide those of the pieces.
        ground = Style(bgcolor=Color.parse(variables["cursor-background-blurred"]).rich_color)
        self.register_theme(TextAreaTheme(name, cursor_line_style=ground))
        self.theme = name

    def notify_style_update(self) -> None:
        """The theme may be another one."""
        super().notify_style_update()
        if self.is_mounted:
            self.recolour()

    def get_line(self, line_index: int) -> Text:
        """A line in its colours."""
        line = super().get_line(line_index)
        for start, end, kind in pieces(line.plain):
            line.stylize(self.colours[kind], start, end)
        return line

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """The bracket that belongs to one, texts aside; None where it is too far away to be seen."""
        return partner(self.document.lines, search_from) if bracket in "[]{}" else None

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document("", None)
        self.document = lines = _Lines(text)
        self.wrapped_document = _Rows(lines, self.wrap_width, self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()


class _Lines(Document):
    """A document that puts its text together once, not for each row that is drawn."""

    edits = 0
    _text: str | None = None

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = super().text
        return self._text

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        self._text = None
        self.edits += 1
        return super().replace_range(start, end, text)


class _Rows(WrappedDocument):
    """The lines as they are wrapped. They know how many rows they take, and are not wrapped again in vain."""

    _wrapped: tuple[int, int, int] | None = None

    def __init__(self, document: _Lines, width: int, tab_width: int) -> None:
        self._of = document
        super().__init__(document, width, tab_width)

    @property
    def height(self) -> int:
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        now = (width, tab_width or self._tab_width, self._of.edits)
        if now != self._wrapped:
            self._wrapped = now
            super().wrap(width, tab_width)
