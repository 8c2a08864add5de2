"""The text of the editor: its colours in either theme, at any size, and what it does not do at every key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from rich.text import Text
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument

from inspector.ui.themes import DARK, LIGHT
from inspector.ui.view.editing.colours import Kind
from inspector.ui.widgets.json_editor import JsonEditor

Host = Callable[..., Any]
SIZE = (80, 16)


def coloured(line: Text) -> dict[str, str]:
    return {line.plain[span.start : span.end]: span.style.color.name for span in line.spans}  # type: ignore[union-attr]


async def test_colours_are_the_themes_however_large_the_body(host: Host):
    many = json.dumps({"model": "m", "n": list(range(60_000))}, indent=1)
    editor = JsonEditor(many)
    async with host(editor).run_test(size=SIZE) as pilot:
        assert coloured(editor.area.get_line(1))['"model"'] == DARK.variables["text-key"]
        assert coloured(editor.area.get_line(50_000))["49997"] == DARK.variables["text-strong"]
        pilot.app.theme = LIGHT.name
        await pilot.pause()
        assert coloured(editor.area.get_line(1))['"model"'] == LIGHT.variables["text-key"]
        assert editor.text == many


async def test_the_line_of_the_cursor_has_its_colours_too(host: Host):
    editor = JsonEditor('{\n "model": x\n}')
    async with host(editor).run_test(size=SIZE) as pilot:
        editor.focus()
        await pilot.press("down")
        drawn = {piece.text: piece.style for piece in editor.area.render_line(1) if piece.style is not None}
        colours = {text: style.color.name for text, style in drawn.items() if style.color is not None}
        assert colours['"model"'] == DARK.variables["text-key"]
        assert drawn["x"].color == editor.area.colours[Kind.WRONG].color
        ground = drawn['"model"'].bgcolor
        assert ground is not None
        assert ground.name == DARK.variables["cursor-background-blurred"]


async def test_a_key_does_not_go_through_the_whole_body(host: Host, monkeypatch: pytest.MonkeyPatch):
    """Textual asks for the text and the height of everything for each row that it draws."""
    put_together = []
    of_document = Document.text.fget
    assert of_document is not None

    def text(document: Document) -> str:
        put_together.append(document)
        return of_document(document)

    def height(_: WrappedDocument) -> int:
        raise AssertionError("the height of all lines was added up")

    editor = JsonEditor(json.dumps(list(range(100)), indent=1))
    async with host(editor).run_test(size=SIZE) as pilot:
        editor.focus()
        await pilot.pause()
        monkeypatch.setattr(Document, "text", property(text))
        monkeypatch.setattr(WrappedDocument, "height", property(height))
        await pilot.press("down", "7", "end", "enter", "ctrl+z", "ctrl+z")
        assert 1 <= len(put_together) <= 4  # once for each of the edits
        assert json.loads(editor.text) == list(range(100))


async def test_lines_are_wrapped_anew_when_the_width_or_the_text_is_another(host: Host):
    editor = JsonEditor(json.dumps(["one " * 40, "two"], indent=1))
    async with host(editor).run_test(size=SIZE) as pilot:
        rows = editor.area.wrapped_document.height
        await pilot.resize_terminal(40, 16)
        await pilot.pause()
        assert editor.area.wrapped_document.height > rows
        editor.load("[]", keeps_undo=True)
        assert editor.area.wrapped_document.height == 1


async def test_the_partner_of_a_bracket_is_lit(host: Host):
    editor = JsonEditor('{\n "a": "}",\n "b": 1\n}')
    async with host(editor).run_test(size=SIZE) as pilot:
        editor.focus()
        await pilot.press("down", "up")
        assert editor.area.matching_bracket_location == (3, 0)
        editor.area.move_cursor((1, 7))
        assert editor.area.matching_bracket_location is None
