"""A Response as a chat completion: each part in its place, and the way there and back keeps what was said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion

from inspector.protocol.response_to_chat import left_out, response_to_chat
from inspector.protocol.tools import ToolNames, ToolRef
from inspector.protocol.translate_response import translate_response

TOOLS = ToolNames(
    [
        ToolRef("function", "exec_command"),
        ToolRef("custom", "apply_patch"),
        ToolRef("function", "close_agent", "multi_agent_v1"),
        ToolRef("custom", "exec", "functions"),
        ToolRef("tool_search", "tool_search"),
        ToolRef("local_shell", "local_shell"),
    ]
)


def text(said: str, **fields: Any) -> dict[str, Any]:
    return {"type": "output_text", "text": said, "annotations": [], **fields}


def message(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [*parts]}


def chat_of(*output: Any, status: str = "completed", **fields: Any) -> dict[str, Any]:
    response = {"id": "resp_1", "created_at": 5.0, "model": "m", "status": status, "output": [*output]}
    chat = response_to_chat({**response, **fields}, tools=TOOLS)
    if status != "failed":
        finish = chat["choices"][0]["finish_reason"]
        choices = [{**chat["choices"][0], "finish_reason": finish or "stop"}]
        ChatCompletion.model_validate_json(json.dumps({**chat, "choices": choices}), strict=True)
    return chat


def said(chat: dict[str, Any]) -> dict[str, Any]:
    """The message, without what is empty."""
    return {name: value for name, value in chat["choices"][0]["message"].items() if value is not None}


def called(chat: dict[str, Any]) -> list[tuple[str, str, str]]:
    calls = chat["choices"][0]["message"].get("tool_calls", [])
    return [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls]


def test_a_whole_completion() -> None:
    usage = {
        "input_tokens": 9,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 1},
        "output_tokens": 2,
        "output_tokens_details": {"reasoning_tokens": 1},
        "total_tokens": 11,
    }
    assert chat_of(message(text("Hi")), usage=usage, service_tier="default") == {
        "id": "resp_1",
        "object": "chat.completion",
        "created": 5,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hi", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "service_tier": "default",
        "usage": {
            "prompt_tokens": 9,
            "completion_tokens": 2,
            "total_tokens": 11,
            "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 1},
            "completion_tokens_details": {"reasoning_tokens": 1},
        },
    }


def test_several_messages_become_one() -> None:
    first = message(text("Let me "), text("look."))
    chat = chat_of(first, message(text("Done."), {"type": "refusal", "refusal": "No more."}))
    assert said(chat) == {"role": "assistant", "content": "Let me look.\n\nDone.", "refusal": "No more."}


def test_reasoning_by_its_text_or_else_its_summary() -> None:
    summary = [{"type": "summary_text", "text": "short"}]
    raw = [{"type": "reasoning_text", "text": "long"}]
    chat = chat_of(
        {"type": "reasoning", "summary": summary}, {"type": "reasoning", "summary": summary, "content": raw}
    )
    assert said(chat)["reasoning_content"] == "short\n\nlong"


@pytest.mark.parametrize(
    ("item", "call"),
    [
        (
            {"type": "function_call", "name": "exec_command", "arguments": '{"a": 1}'},
            ("exec_command", '{"a": 1}'),
        ),
        (
            {
                "type": "function_call",
                "name": "close_agent",
                "namespace": "multi_agent_v1",
                "arguments": "{}",
            },
            ("multi_agent_v1__close_agent", "{}"),
        ),
        (
            {"type": "custom_tool_call", "name": "exec", "namespace": "functions", "input": 'say("é")\n'},
            ("functions__exec", '{"input":"say(\\"é\\")\\n"}'),
        ),
        (
            {"type": "custom_tool_call", "name": "apply_patch", "input": "half", "status": "incomplete"},
            ("apply_patch", '{"input":"half'),
        ),
        ({"type": "tool_search_call", "arguments": {"query": "x"}}, ("tool_search", '{"query":"x"}')),
        ({"type": "local_shell_call", "action": {"command": ["ls"]}}, ("local_shell", '{"command":["ls"]}')),
        ({"type": "function_call", "name": "never offered"}, ("never offered", "{}")),
        (
            {"type": "function_call", "name": "unnamed", "namespace": "ns", "arguments": "{"},
            ("ns__unnamed", "{"),
        ),
    ],
)
def test_calls(item: dict[str, Any], call: tuple[str, str]) -> None:
    chat = chat_of({"id": "i", "call_id": "c", "status": "completed", **item})
    assert called(chat) == [("c", *call)]
    assert chat["choices"][0]["finish_reason"] == "tool_calls"


def test_names_come_from_the_tools_that_the_response_lists() -> None:
    tools = [{"type": "namespace", "name": "n", "tools": [{"type": "function", "name": "f" * 70}]}]
    call = {"type": "function_call", "call_id": "c", "namespace": "n", "name": "f" * 70, "arguments": "{}"}
    response = {"status": "completed", "output": [call], "tools": tools}
    names = ToolNames.of_request({"tools": tools})
    ((_, name, _),) = called(response_to_chat(response))
    assert names.restore(name) == ToolRef("function", "f" * 70, "n")


def test_the_names_that_were_given_stay_as_they_are() -> None:
    before = TOOLS.items()
    chat_of({"type": "custom_tool_call", "name": "new", "namespace": "x", "call_id": "c", "input": ""})
    assert TOOLS.items() == before


@pytest.mark.parametrize(
    ("status", "fields", "reason"),
    [
        ("in_progress", {}, None),
        ("cancelled", {}, None),
        ("incomplete", {"incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ("incomplete", {"incomplete_details": {"reason": "content_filter"}}, "content_filter"),
        ("incomplete", {"incomplete_details": None}, "length"),
    ],
)
def test_endings(status: str, fields: dict[str, Any], reason: str | None) -> None:
    assert chat_of(message(text("Hi")), status=status, **fields)["choices"][0]["finish_reason"] == reason


def test_a_failure_keeps_what_was_said_before() -> None:
    chat = chat_of(message(text("Hi")), status="failed", error={"code": "server_error", "message": "Boom."})
    assert chat["error"] == {"message": "Boom.", "type": None, "param": None, "code": "server_error"}
    assert chat["choices"][0]["finish_reason"] == "error"
    back = translate_response(chat, request={}, tools=TOOLS)
    assert (back["status"], back["error"]) == ("failed", {"code": "server_error", "message": "Boom."})


def test_log_probabilities_and_links() -> None:
    token = {"token": "a", "logprob": -1.0, "bytes": [97], "top_logprobs": []}
    link = {"type": "url_citation", "url": "https://x", "title": "X", "start_index": 0, "end_index": 1}
    file = {"type": "file_citation", "file_id": "f", "filename": "f", "index": 0}
    parts = text("a", logprobs=[token]), text("b", annotations=[link, file])
    chat = chat_of(message(text("0")), message(*parts))
    assert chat["choices"][0]["logprobs"] == {"content": [token], "refusal": None}
    (annotation,) = said(chat)["annotations"]
    cited = annotation["url_citation"]
    assert said(chat)["content"][cited["start_index"] : cited["end_index"]] == "b"


def test_what_has_no_place_is_named() -> None:
    output = [
        message(text("a"), {"type": "output_audio"}),
        {"type": "web_search_call"},
        {"type": "reasoning", "encrypted_content": "x"},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    ]
    assert left_out({"output": output}) == [
        "Item 0 has content of type 'output_audio'.",
        "Item 1, 'web_search_call', has no form in Chat Completions.",
        "Item 2 is reasoning with encrypted content, which only Responses carries.",
    ]
    assert left_out({"output": [message(text("a"))]}) == []


ARGUMENTS = st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=2)
CALLS = st.one_of(
    st.tuples(
        st.sampled_from(["exec_command", "multi_agent_v1__close_agent", "unknown one"]),
        ARGUMENTS.map(json.dumps),
    ),
    st.tuples(st.just("exec_command"), st.sampled_from(["[1", '{"a'])),
    st.tuples(
        st.sampled_from(["apply_patch", "functions__exec"]),
        st.text(max_size=9).map(
            lambda said: json.dumps({"input": said}, ensure_ascii=False, separators=(",", ":"))
        ),
    ),
    st.tuples(
        st.just("tool_search"),
        ARGUMENTS.map(lambda given: json.dumps(given, ensure_ascii=False, separators=(",", ":"))),
    ),
)
TEXT = st.none() | st.text(min_size=1, max_size=9)
COUNT = st.integers(0, 10**6)


@settings(max_examples=80, deadline=None)
@given(
    TEXT,
    TEXT,
    TEXT,
    st.lists(CALLS, max_size=3),
    st.sampled_from(["stop", "length", "content_filter"]),
    st.tuples(COUNT, COUNT, COUNT, COUNT),
)
def test_there_and_back_nothing_is_lost(
    content: str | None,
    refusal: str | None,
    thought: str | None,
    calls: list[tuple[str, str]],
    finish: str,
    counts: tuple[int, int, int, int],
) -> None:
    given, cached, produced, reasoned = counts
    usage = {
        "prompt_tokens": given,
        "completion_tokens": produced,
        "total_tokens": given + produced,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": reasoned},
    }
    said_then: dict[str, Any] = {"role": "assistant", "content": content, "refusal": refusal}
    if thought is not None:
        said_then["reasoning_content"] = thought
    if calls:
        said_then["tool_calls"] = [
            {"id": f"c{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for n, (name, arguments) in enumerate(calls)
        ]
        finish = "tool_calls" if finish == "stop" else finish
    choice = {"index": 0, "message": said_then, "logprobs": None, "finish_reason": finish}
    chat = {"object": "chat.completion", "created": 5, "model": "m", "choices": [choice], "usage": usage}
    back = response_to_chat(translate_response(chat, request={}, tools=TOOLS), tools=TOOLS)
    assert {name: back[name] for name in chat} == chat


ODD = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(["message", "reasoning"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["type", "content", "text", "call_id", "annotations"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
KINDS = st.sampled_from(["message", "function_call", "custom_tool_call", "shell_call", "reasoning", "x"])
ITEM_FIELDS = st.sampled_from(
    ["name", "input", "arguments", "action", "content", "summary", "status", "call_id"]
)
ITEMS = st.builds(
    lambda kind, fields: {"type": kind, **fields}, KINDS, st.dictionaries(ITEM_FIELDS, ODD, max_size=4)
)
FIELDS = st.sampled_from(
    ["id", "status", "usage", "error", "tools", "created_at", "incomplete_details", "output"]
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(FIELDS, ODD, max_size=5), st.lists(ITEMS | ODD, max_size=3))
def test_any_response_is_survived(fields: dict[str, Any], output: list[Any]) -> None:
    for response in (fields, {**fields, "output": output}):
        assert response_to_chat(response)["object"] == "chat.completion"
        assert isinstance(left_out(response), list)
