"""Content parts, each to its chat form or refused."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.content import Piece, as_text, read_content, set_content
from inspector.protocol.to_chat.refusals import Refusals


def read(content: Any) -> tuple[list[dict[str, Any]], list[Row], Refusals]:
    rows: list[Row] = []
    refusals = Refusals(rows)
    return [piece.part for piece in read_content(content, "/c", rows, refusals)], rows, refusals


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"type": "summary_text", "text": "s"}, {"type": "text", "text": "s"}),
        (
            {"type": "input_image", "image_url": "https://h/i.png", "detail": "low", "file_id": None},
            {"type": "image_url", "image_url": {"url": "https://h/i.png", "detail": "low"}},
        ),
        (
            {"type": "image_url", "image_url": {"url": "data:x"}},
            {"type": "image_url", "image_url": {"url": "data:x"}},
        ),
        (
            {"type": "input_file", "file_data": "data:x", "filename": "a.pdf"},
            {"type": "file", "file": {"file_data": "data:x", "filename": "a.pdf"}},
        ),
        (
            {"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}},
            {"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}},
        ),
        (
            {"type": "input_audio", "data": "AA", "format": "mp3"},
            {"type": "input_audio", "input_audio": {"data": "AA", "format": "mp3"}},
        ),
        ({"type": "refusal", "refusal": "no"}, {"type": "refusal", "refusal": "no"}),
    ],
)
def test_parts_with_a_chat_form(part: dict[str, Any], expected: dict[str, Any]) -> None:
    parts, _, refusals = read([part])
    assert parts == [expected]
    assert refusals.error() is None


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"type": "input_image", "file_id": "file-3"}, "file-3"),
        ({"type": "input_file", "file_id": "file-4", "filename": "a"}, "file-4"),
        ({"type": "input_file", "file_url": "https://h/a.pdf"}, "https://h/a.pdf"),
        ({"type": "input_image"}, "no data"),
        ({"type": "input_audio"}, "no data"),
        ({"type": "input_text"}, "no text"),
        ({"type": "refusal", "refusal": 5}, "no text"),
        ({"text": "x"}, "type"),
        ("x", "object"),
    ],
)
def test_parts_that_cannot_be_sent_are_refused_at_their_place(part: Any, says: str) -> None:
    parts, rows, refusals = read(["?", part][1:])
    assert parts == []
    assert [(row.kind, row.source) for row in rows] == [(Kind.REJECTED, "/c/0")]
    error = refusals.error()
    assert error is not None
    assert says in error["error"]["message"]


def test_content_that_is_none_is_refused() -> None:
    for content in (None, 5, {"type": "input_text", "text": "x"}):
        assert read(content)[2].error() is not None


def test_a_part_without_a_form_is_dropped_as_a_loss() -> None:
    _, rows, _ = read([{"type": "computer_screenshot"}])
    assert [(row.kind, row.loss) for row in rows] == [(Kind.DROPPED, True)]


def test_members_that_do_not_travel_are_named() -> None:
    _, rows, _ = read(
        [{"type": "output_text", "text": "t", "annotations": [{"type": "url"}], "logprobs": []}]
    )
    assert [row.source for row in rows] == ["/c/0/annotations", "/c/0/logprobs"]


def test_a_piece_told_as_text_keeps_its_rows() -> None:
    piece = Piece({"type": "refusal", "refusal": "no"}, (("/c/0/refusal", "/refusal", Kind.MAPPED, ""),))
    message: dict[str, Any] = {}
    rows: list[Row] = []
    set_content(message, [piece.retold("no")], "/messages/0", rows)
    assert message == {"content": "no"}
    assert rows == [Row(Kind.MAPPED, "/c/0/refusal", ("/messages/0/content",), "")]


def test_values_as_text() -> None:
    assert as_text("é") == "é"
    assert as_text({"é": [1, None]}) == '{"é":[1,null]}'
