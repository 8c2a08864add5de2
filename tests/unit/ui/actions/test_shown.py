"""What is acted on, as text, as a file's kind, as a pointer."""

from __future__ import annotations

import pytest

from inspector.ui.actions.shown import Shown
from inspector.ui.view.cards import text_body
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import Form, PaneContent
from inspector.ui.view.rows import row

VALUE = {"input": [{"role": "user"}], "a/b": None}
CONTENT = PaneContent([], value=VALUE, raw='{"as": "it passed"}')


@pytest.mark.parametrize(
    ("content", "form", "text", "suffix"),
    [
        (PaneContent([], value={"a": [1]}), Form.JSON, '{\n  "a": [\n    1\n  ]\n}', ".json"),
        (CONTENT, Form.RAW, '{"as": "it passed"}', ".txt"),
        (PaneContent([], raw="data: x\n\n"), Form.ITEMS, "data: x\n\n", ".txt"),
        (PaneContent([Node("says", row("nothing"), body=text_body("for want of it"))]), Form.ITEMS,
         "nothing\nfor want of it", ".txt"),
    ],
)  # fmt: skip
def test_all_of_it(content: PaneContent, form: Form, text: str, suffix: str):
    shown = Shown("request", content, form, None)
    assert (shown.text, shown.suffix, shown.pointer) == (text, suffix, None)


@pytest.mark.parametrize(
    ("key", "pointer", "piece"),
    [("/input/0", "/input/0", {"role": "user"}), ("/input/7", None, None), ("/a~1b", None, None),
     ("headers", None, None), ("lost:/input/0", None, None)],
)  # fmt: skip
def test_the_piece_under_the_cursor(key: str, pointer: str | None, piece: object):
    shown = Shown("request", CONTENT, Form.ITEMS, Node(key, row("x")))
    assert (shown.pointer, shown.piece) == (pointer, piece)
