"""Tool descriptions that are longer than a chat endpoint takes."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.limits import Limits
from inspector.protocol.report import Kind
from inspector.protocol.to_chat.long_descriptions import shortened
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request

LONG = "Runs a script. " + "It may import much. " * 200
GRAMMAR = {"type": "grammar", "syntax": "lark", "definition": "start: LINE" * 200}
EXEC = {"type": "custom", "name": "exec", "description": LONG, "format": GRAMMAR}
SHORT = {"type": "function", "name": "f", "description": "d" * 1024}
SPACE = {"type": "namespace", "name": "functions", "description": "All of them.", "tools": [EXEC]}
POINTER = 'The whole description is in the instructions, under "Tool functions__exec".'


def translate(*tools: Any, limit: int = 1024, **fields: Any) -> ChatTranslation:
    body = {"model": "gpt-5", "instructions": "Be brief.", "input": "u", "tools": list(tools), **fields}
    return translate_request(body, Options(limits=Limits(tool_description=limit)))


def descriptions(done: ChatTranslation) -> list[str]:
    return [tool["function"]["description"] for tool in done.payload["tools"]]


def test_the_whole_text_is_at_the_end_of_the_instructions_and_the_beginning_stays() -> None:
    done = translate(SHORT, SPACE)
    whole = descriptions(translate(SHORT, SPACE, limit=0))
    first, second = descriptions(done)
    assert first == whole[0]
    assert len(second) <= 1024
    assert second.startswith("[functions: All of them.]\nRuns a script. It may import much.")
    assert second.endswith(f"It may import much.\n\n{POINTER}")
    assert done.payload["messages"][0] == {
        "role": "developer",
        "content": f"Be brief.\n\n# Whole descriptions of tools\n\n## Tool functions__exec\n\n{whole[1]}",
    }


def test_each_piece_of_it_is_linked_to_both_places() -> None:
    report = translate(SHORT, SPACE).report
    for source in ("/tools/1/description", "/tools/1/tools/0/description", "/tools/1/tools/0/format"):
        (row,) = report.for_source(source)
        assert (row.kind, row.loss) == (Kind.MOVED, False)
        assert row.targets == ("/tools/1/function/description", "/messages/0/content")
        assert "take 1,024 characters; the whole text is in the instructions" in row.reason
    (row,) = report.for_source("/tools/0/description")
    assert row.kind is Kind.MAPPED


def test_the_developers_message_takes_it_where_there_are_no_instructions() -> None:
    for content in ("rules", [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]):
        items = [{"role": "developer", "content": content}, {"role": "user", "content": "u"}]
        done = translate(SPACE, instructions=None, input=items)
        first, second = done.payload["messages"]
        told = first["content"] if isinstance(content, str) else first["content"][2]["text"]
        assert "## Tool functions__exec\n\n[functions" in told
        assert second == {"role": "user", "content": "u"}
        (row,) = done.report.for_source("/tools/0/tools/0/format")
        assert row.targets[1] == "/messages/0/content" + ("" if isinstance(content, str) else "/2")


def test_a_message_is_put_first_where_none_of_the_role_is() -> None:
    items = [{"role": "user", "content": "u"}, {"role": "developer", "content": "later"}]
    done = translate(SPACE, instructions=None, input=items)
    assert [message["role"] for message in done.payload["messages"]] == ["developer", "user", "developer"]
    assert [row.targets for row in done.report.for_source("/input/0/content")] == [("/messages/1/content",)]
    (row,) = done.report.for_target("/messages/0/role")
    assert row.kind is Kind.INJECTED


def test_tools_of_a_search_are_no_exception() -> None:
    found = {"type": "tool_search_output", "execution": "server", "tools": [SPACE]}
    done = translate(SHORT, input=[{"role": "user", "content": "u"}, found])
    assert max(map(len, descriptions(done))) <= 1024
    assert "## Tool functions__exec" in done.payload["messages"][0]["content"]


def test_nothing_moves_where_there_is_no_limit_or_no_message() -> None:
    assert translate(SPACE, limit=0).payload["messages"][0]["content"] == "Be brief."
    done = translate(SPACE, instructions=None, input=[])
    assert done.error is not None
    assert done.payload["messages"] == []


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("One. Two is longer.", 4 + 2, "One."),
        ("One. Two is longer.", 3 + 2, "On…"),
        ("v1.2 is one word of many here", 13 + 2, "v1.2 is…"),
        ("A title\n\nand more text here", 12 + 2, "A title"),
        ("Call it.\n```\ncode. here\n```\nMore.", 20 + 2, "Call it."),
        ("x" * 30, 10 + 2, "x" * 9 + "…"),
    ],
)
def test_what_is_kept(text: str, limit: int, kept: str) -> None:
    pointer = 'The whole description is in the instructions, under "Tool f".'
    short = shortened(text, "f", limit + len(pointer))
    assert short == f"{kept}\n\n{pointer}"
    assert len(short) <= limit + len(pointer)


def test_a_limit_that_has_no_room_for_more_keeps_the_pointer() -> None:
    assert shortened("Some. Words.", "f", 12) == "The whole de"
