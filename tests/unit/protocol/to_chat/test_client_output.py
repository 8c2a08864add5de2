"""Messages with the role tool: what a client's own tool gave back."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.report import Kind
from inspector.protocol.translate_request import ChatTranslation, translate_request


def translate(*items: dict[str, Any], **fields: Any) -> ChatTranslation:
    return translate_request({"model": "gpt-4o", "input": list(items), **fields})


def call(call_id: str, name: str = "f", **fields: Any) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": "{}", **fields}


def client_output(content: Any, **fields: Any) -> ChatTranslation:
    return translate(call("1"), {"role": "tool", "tool_call_id": "1", "content": content, **fields})


@pytest.mark.parametrize("content", ["", [], " ", None, [{"type": "output", "body": ""}], [{}]])
def test_an_empty_output_of_a_clients_tool_is_refused(content: Any) -> None:
    done = client_output(content)
    assert done.error is not None
    assert done.error["error"]["code"] == "tool_output_empty"
    (row,) = done.report.for_source("/input/1/content")
    assert row.kind is Kind.REJECTED


def test_a_clients_tool_message_without_content_is_refused() -> None:
    done = translate(call("1"), {"role": "tool", "tool_call_id": "1"})
    assert done.error is not None
    assert done.error["error"]["code"] == "tool_output_empty"


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"type": "output", "content_type": "image/png", "body": "aGk="}, "image/png"),
        ({"type": "output", "content_type": "application/pdf", "body": "aGk="}, "application/pdf"),
        ({"type": "input_image", "image_url": "data:x"}, "an image"),
        ({"type": "input_file", "file_data": "data:x"}, "a file"),
        ({"type": "output", "file_id": "file-1"}, "file-1"),
    ],
)
def test_a_file_in_a_clients_tool_message_is_refused_with_the_reason(
    part: dict[str, Any], named: str
) -> None:
    done = client_output([part, {"type": "output", "content_type": "text/plain", "body": "ok"}])
    assert done.error is not None
    assert done.error["error"]["param"] == "input[1].content[0]"
    assert named in done.error["error"]["message"]
    assert done.payload["messages"][1]["content"] == "ok"


@pytest.mark.parametrize(
    "media",
    ["text/plain", "TEXT/html; charset=utf-8", "application/json", "application/problem+json", "", None, 5],
)
def test_text_of_a_clients_tool_travels_whatever_it_is_called(media: Any) -> None:
    done = client_output([{"type": "output", "content_type": media, "body": {"a": 1}}])
    assert done.error is None
    assert done.payload["messages"][1]["content"] == '{"a":1}'


def test_attachments_of_a_tool_message_are_refused_by_their_ids() -> None:
    done = client_output("ok", attachments=[{"file_id": "file-1"}, "file-2"])
    assert done.error is not None
    assert "file-1, file-2" in done.error["error"]["message"]
