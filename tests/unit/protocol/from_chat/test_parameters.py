"""What an error of the chat endpoint names is told in the client's words."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.from_chat.parameters import client_parameter
from inspector.protocol.report import Report
from inspector.protocol.translate_request import Options, translate_request

CALL = {"type": "function_call", "arguments": "{}"}
PICTURE = {"type": "input_image", "image_url": "data:x"}
REQUEST: dict[str, Any] = {
    "model": "gpt-4o",
    "instructions": "Be brief.",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}, PICTURE]},
        {"type": "reasoning", "summary": []},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "ok"}]},
        {**CALL, "call_id": "a", "name": "f"},
        {**CALL, "call_id": "b", "name": "look", "namespace": "mcp"},
        {"type": "function_call_output", "call_id": "b", "output": [PICTURE]},
        {"role": "user", "content": "next"},
    ],
    "tools": [
        {"type": "web_search"},
        {"type": "function", "name": "f", "parameters": {"type": "object"}},
        {
            "type": "namespace",
            "name": "mcp",
            "description": "Eyes.",
            "tools": [{"type": "function", "name": name, "parameters": {}} for name in ("look", "see")],
        },
    ],
    "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]},
    "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}},
}


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("messages[0].content", "instructions"),
        ("messages[1]", "input[0]"),
        ("messages.[1].content[1].image_url", "input[0].content[1].image_url"),
        ("messages.1.content.1.image_url.url", "input[0].content[1].image_url"),
        ("messages[2].content", "input[2].content[0]"),
        ("messages[2].tool_calls[1].id", "input[4].call_id"),
        ("messages[2].tool_calls[1].type", "input[4]"),
        ("messages[2]", "input"),  # three items
        ("messages[3]", "input"),  # ours: the output that was missing
        ("messages[4].content", "input[5]"),  # ours: where the image is
        ("messages[4].tool_call_id", "input[5].call_id"),
        ("messages[5].content[1].image_url", "input[5].output[0].image_url"),  # it has moved
        ("messages[6].role", "input[6].role"),
        ("messages[99].content", "input"),
        ("messages", "input"),
        ("tools[0].function.parameters", "tools[1].parameters"),
        ("tools[0].function.strict", "tools[1]"),
        ("tools[1]", "tools[2].tools[0]"),
        ("tools[2].function.name", "tools[2].tools[1].name"),
        ("tools[9]", "tools"),
        ("tool_choice.allowed_tools.tools[0]", "tool_choice.tools[0]"),
        ("response_format.json_schema.schema", "text.format.schema"),
        ("model", "model"),
        ("response_format.json_schema.schema" + ".properties.x" * 9, "text.format.schema"),
        ("max_tokens", "max_output_tokens"),
        ("prompt", "prompt"),  # as Azure says it of content filters
        ("", ""),
        ("[]", "[]"),
    ],
)
def test_by_the_links(named: str, told: str) -> None:
    translation = translate_request(REQUEST)
    assert translation.error is None
    assert client_parameter(named, translation.report) == told


def test_what_comes_from_the_history() -> None:
    request = {"model": "gpt-4o", "previous_response_id": "resp_1", "input": "and?"}
    history = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    report = translate_request(request, Options(history=history)).report
    assert client_parameter("messages[1].content", report) == "previous_response_id"
    assert client_parameter("messages[2].content", report) == "input"


@pytest.mark.parametrize("report", [None, Report()])
@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("messages[3].content", "input"),
        ("tools[0].function.name", "tools"),
        ("response_format.json_schema", "text.format"),
        ("stop", "stop"),
        ("a.b", "a.b"),
    ],
)
def test_by_the_names_alone(report: Report | None, named: str, told: str) -> None:
    assert client_parameter(named, report) == told
