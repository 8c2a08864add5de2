"""Rows out of templates."""

from __future__ import annotations

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.shapes import Template, place


def test_a_template_becomes_a_row_at_its_places() -> None:
    rows = [Row(Kind.INJECTED, None, ("/model",), "first")]
    templates = [
        Template(Kind.MAPPED, "/role", "/role", ""),
        Template(Kind.RENAMED, "/type", "", "why"),
        Template(Kind.DROPPED, "/a~1b", None, "gone"),
    ]
    place(templates, "/input/3", "/messages/1", rows)
    assert rows[1:] == [
        Row(Kind.MAPPED, "/input/3/role", ("/messages/1/role",), ""),
        Row(Kind.RENAMED, "/input/3/type", ("/messages/1",), "why"),
        Row(Kind.DROPPED, "/input/3/a~1b", (), "gone"),
    ]
    assert all(type(row) is Row and row.loss is False for row in rows)
