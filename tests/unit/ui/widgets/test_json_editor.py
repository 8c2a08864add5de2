"""The editor: what it is given comes out again, errors as one types, undo, folds, bounds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from inspector.ui.view.editing.findings import value_findings
from inspector.ui.widgets.json_editor import JsonEditor
from inspector.ui.widgets.row_lines import RowLines

Host = Callable[..., Any]
SIZE = (80, 16)
PATIENCE = 20.0
BODY = '{\n  "model": "m",\n  "input": "hello"\n}'


async def checked(pilot: Pilot[Any], editor: JsonEditor) -> None:
    deadline = time.monotonic() + PATIENCE
    while not editor.is_checked:
        assert time.monotonic() < deadline, "nobody looked at it"
        await pilot.pause(0.02)


def said(editor: JsonEditor) -> str:
    return editor.query_one(RowLines).render_line(0).text.strip()


async def test_an_error_is_told_with_its_place_and_undone(host: Host):
    editor = JsonEditor(BODY)
    assert editor.text == BODY
    async with host(editor).run_test(size=SIZE) as pilot:
        editor.focus()
        await checked(pilot, editor)
        assert said(editor) == "✓ JSON, and nothing to remark"
        await pilot.press("down", "x")
        await checked(pilot, editor)
        assert said(editor) == "✗ line 2, column 1: a name in double quotes is missing here."
        assert "ctrl+g" in pilot.app.screen.active_bindings
        await pilot.press("end", "ctrl+g")
        assert editor.area.cursor_location == (1, 0)
        await pilot.press("ctrl+z")
        await checked(pilot, editor)
        assert editor.text == BODY
        assert said(editor) == "✓ JSON, and nothing to remark"
        assert not {"ctrl+g", "ctrl+l"} & pilot.app.screen.active_bindings.keys()


async def test_remarks_of_the_model_and_of_none(host: Host):
    wrong = BODY.replace('"m"', "1")
    editor = JsonEditor(wrong)
    other = JsonEditor("[1]", look=value_findings)
    async with host(editor, other).run_test(size=SIZE) as pilot:
        await checked(pilot, editor)
        await checked(pilot, other)
        assert said(editor) == "⚠ line 2, column 12: model must be a string."
        assert said(other) == "✓ JSON, and nothing to remark"


async def test_a_folded_text_is_kept_and_comes_out_with_a_key(host: Host):
    text = json.dumps({"model": "m", "input": "QUJD" * 3000}, indent=2)
    editor = JsonEditor()
    editor.load(text)
    async with host(editor).run_test(size=SIZE) as pilot:
        editor.focus()
        assert "…12 KB (1)…" in editor.area.text
        assert editor.text == text
        await pilot.press("down", "down", "ctrl+l")
        assert editor.area.text == editor.text == text
        await pilot.press("ctrl+z")
        assert "…12 KB (1)…" in editor.area.text
        await pilot.press("home", "ctrl+k")
        assert json.loads(editor.text.rstrip("}\n ").rstrip(",") + "}") == {"model": "m"}
        await pilot.press("ctrl+l")
        assert "No text is folded" in str(next(iter(pilot.app._notifications)).message)


async def test_another_text_can_be_an_edit_that_is_undone(host: Host):
    editor = JsonEditor(BODY)
    async with host(editor).run_test(size=SIZE) as pilot:
        editor.focus()
        editor.load('{"model": "n"}', keeps_undo=True)
        assert editor.text == '{"model": "n"}'
        await pilot.press("ctrl+z")
        assert editor.text == BODY
        editor.load("{}")
        await pilot.press("ctrl+z")
        assert editor.text == "{}"


async def test_what_a_terminal_would_obey_is_an_escape(host: Host):
    editor = JsonEditor(json.dumps({"a": "\x9b31m \u202e é 🏽 \x7f"}, ensure_ascii=False))
    async with host(editor).run_test(size=SIZE):
        assert editor.text == '{"a": "\\u009b31m \\u202e é \\ud83c\\udffd \\u007f"}'
        assert json.loads(editor.text) == {"a": "\x9b31m \u202e é 🏽 \x7f"}
