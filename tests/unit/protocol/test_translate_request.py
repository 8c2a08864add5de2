"""A request as a whole: Codex's dialects, the model, and refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.chat.completion_create_params import (
    CompletionCreateParamsNonStreaming,
    CompletionCreateParamsStreaming,
)
from pydantic import TypeAdapter

from inspector.protocol import chat, responses
from inspector.protocol.report import Kind
from inspector.protocol.translate_request import Options, translate_request

STREAMING: TypeAdapter[Any] = TypeAdapter(CompletionCreateParamsStreaming)
WHOLE: TypeAdapter[Any] = TypeAdapter(CompletionCreateParamsNonStreaming)

TAIL = {
    "tool_choice": "auto",
    "reasoning": {"effort": "medium", "summary": "auto"},
    "store": False,
    "stream": True,
    "include": ["reasoning.encrypted_content"],
    "prompt_cache_key": "thread-1",
    "client_metadata": {"thread_id": "thread-1"},
}
TURN: list[Any] = [
    {
        "type": "message",
        "role": "developer",
        "id": "m1",
        "content": [{"type": "input_text", "text": "rules"}],
    },
    {"type": "message", "role": "user", "id": "m2", "content": [{"type": "input_text", "text": "fix it"}]},
    {"type": "reasoning", "id": "r1", "summary": [], "encrypted_content": "opaque"},
]
PATCH = {
    "type": "custom",
    "name": "apply_patch",
    "format": {"type": "grammar", "syntax": "lark", "definition": "s: A"},
}
SHELL = {"type": "function", "name": "exec_command", "strict": False, "parameters": {"type": "object"}}

DIALECTS: dict[str, dict[str, Any]] = {
    "unknown deployment": {
        "model": "my-deployment",
        "instructions": "You are Codex.",
        "tools": [
            SHELL,
            {
                "type": "namespace",
                "name": "multi_agent_v1",
                "description": "Agents.",
                "tools": [{"type": "function", "name": "close_agent", "parameters": {"type": "object"}}],
            },
            {"type": "web_search", "external_web_access": False},
        ],
        "input": [
            *TURN,
            {
                "type": "function_call",
                "call_id": "c1",
                "name": "close_agent",
                "namespace": "multi_agent_v1",
                "arguments": "{}",
            },
            {"type": "function_call_output", "call_id": "c1", "output": "closed"},
        ],
        "parallel_tool_calls": True,
        **TAIL,
    },
    "gpt-5.5": {
        "model": "gpt-5.5",
        "tools": [
            SHELL,
            PATCH,
            {"type": "tool_search", "execution": "client", "parameters": {"type": "object"}},
            {"type": "web_search"},
        ],
        "input": [
            *TURN,
            {"type": "custom_tool_call", "call_id": "c1", "name": "apply_patch", "input": "*** Begin"},
            {"type": "function_call", "call_id": "c2", "name": "exec_command", "arguments": '{"cmd":"ls"}'},
            {"type": "custom_tool_call_output", "call_id": "c1", "output": "Done"},
            {
                "type": "function_call_output",
                "call_id": "c2",
                "output": [{"type": "input_text", "text": "a"}],
            },
        ],
        "parallel_tool_calls": True,
        "text": {"verbosity": "low"},
        **TAIL,
    },
    "additional_tools": {
        "model": "gpt-6-sol",
        "input": [
            {
                "type": "additional_tools",
                "role": "developer",
                "tools": [
                    {
                        "type": "namespace",
                        "name": "functions",
                        "description": "",
                        "tools": [{"type": "custom", "name": "exec", "format": {"type": "text"}}],
                    },
                    {
                        "type": "namespace",
                        "name": "clock",
                        "description": "",
                        "tools": [{"type": "function", "name": "now", "parameters": {"type": "object"}}],
                    },
                ],
            },
            *TURN,
            {
                "type": "custom_tool_call",
                "call_id": "c1",
                "name": "exec",
                "namespace": "functions",
                "input": "await run()",
            },
            {
                "type": "custom_tool_call_output",
                "call_id": "c1",
                "output": [
                    {"type": "input_text", "text": "ok"},
                    {"type": "input_image", "image_url": "data:x"},
                ],
            },
        ],
        "parallel_tool_calls": False,
        **TAIL,
    },
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_of_codex_is_a_payload_that_the_openai_package_knows(dialect: str) -> None:
    body = DIALECTS[dialect]
    assert responses.validate(body) == []
    done = translate_request(body)
    assert done.error is None
    assert chat.validate(done.payload) == []
    STREAMING.validate_python(json.loads(json.dumps(done.payload)))
    answered = [message for message in done.payload["messages"] if message["role"] == "tool"]
    assert answered
    assert not [row for row in done.report.losses() if row.source and row.source.startswith("/input/0")]


def test_the_call_of_a_namespace_has_the_name_of_the_tool_that_is_offered() -> None:
    for dialect in DIALECTS.values():
        payload = translate_request(dialect).payload
        offered = {tool["function"]["name"] for tool in payload["tools"]}
        called = {
            call["function"]["name"]
            for message in payload["messages"]
            for call in message.get("tool_calls", ())
        }
        assert called <= offered


def test_a_deployment_is_named_and_its_family_decides() -> None:
    body = {"model": "gpt-5.1", "input": "u", "temperature": 1}
    done = translate_request(body, Options(model="chat-eu", families={"chat-eu": "gpt-4o"}))
    assert done.payload["model"] == "chat-eu"
    assert done.family.name == "gpt-4o"
    assert done.payload["temperature"] == 1
    assert done.report.for_source("/model")[0].kind is Kind.RENAMED


def test_an_unknown_deployments_name_leaves_the_models_family() -> None:
    done = translate_request({"model": "gpt-5.1", "input": "u", "temperature": 1}, Options(model="chat-eu"))
    assert done.family.name == "gpt-5"
    assert "temperature" not in done.payload


def test_that_nothing_is_stripped_for_an_unknown_family_is_said() -> None:
    done = translate_request({"model": "mine", "input": "u"})
    assert "unknown model family" in done.report.for_source("/model")[0].reason


def test_a_model_without_a_chat_endpoint_is_refused_with_the_reason() -> None:
    done = translate_request({"model": "gpt-5-codex", "input": "u"})
    assert done.error is not None
    assert done.error["error"]["param"] == "model"
    assert "Responses only" in done.error["error"]["message"]
    assert done.payload["messages"] == [{"role": "user", "content": "u"}]


@pytest.mark.parametrize(
    "body", [None, 5, "x", [], {}, {"model": 5, "input": {}}, {"input": "u"}, {"model": "m"}]
)
def test_what_is_no_request_is_refused(body: Any) -> None:
    done = translate_request(body)
    assert done.error is not None
    assert set(done.error["error"]) == {"type", "param", "code", "message"}


def test_items_that_all_vanish_leave_nothing_to_send() -> None:
    done = translate_request({"model": "m", "input": [{"type": "reasoning"}]})
    assert done.error is not None
    assert "nothing to send" in done.error["error"]["message"]


def test_of_several_reasons_the_first_is_told_and_the_others_are_counted() -> None:
    done = translate_request({"model": "m", "input": ["x", "y"], "background": True})
    assert done.error is not None
    assert done.error["error"]["param"] == "input[0]"
    assert done.error["error"]["message"].endswith("(and 2 more)")


def test_a_value_too_deep_for_text_is_refused() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    done = translate_request(
        {"model": "m", "input": [{"type": "function_call", "call_id": "1", "name": "f", "arguments": deep}]}
    )
    assert done.error is not None
    assert "deep" in done.error["error"]["message"]


def test_a_whole_answer_is_asked_for_without_a_stream() -> None:
    done = translate_request({"model": "gpt-4o", "input": "u", "max_output_tokens": 5, "top_logprobs": 1})
    WHOLE.validate_python(done.payload)
    assert "stream" not in done.payload


@pytest.mark.parametrize(
    ("fields", "param", "place"),
    [
        ({"temperature": float("nan")}, "temperature", "/temperature"),
        ({"novel": {"x": [float("inf")]}}, "novel.x[0]", "/novel"),
        (
            {"tools": [{"type": "function", "name": "f", "parameters": {"default": float("-inf")}}]},
            "tools[0].parameters.default",
            "/tools/0/parameters",
        ),
        (
            {"input": [{"type": "function_call", "call_id": "1", "name": "f", "arguments": [float("nan")]}]},
            "input[0].arguments[0]",
            "/input/0/arguments",
        ),
    ],
)
def test_numbers_that_are_no_json_are_refused(fields: dict[str, Any], param: str, place: str) -> None:
    done = translate_request({"model": "gpt-4o", "input": "u", **fields})
    assert done.error is not None
    assert (done.error["error"]["param"], done.error["error"]["code"]) == (param, "invalid_value")
    assert [row.source for row in done.report.rejections()] == [place]


def test_history_with_numbers_that_are_no_json_is_refused() -> None:
    history = [{"type": "function_call", "call_id": "1", "name": "f", "arguments": {"n": float("nan")}}]
    body = {"model": "gpt-4o", "input": "u", "previous_response_id": "resp_1"}
    done = translate_request(body, Options(history=history))
    assert done.error is not None
    assert done.error["error"]["param"] == "previous_response_id"
    (row,) = done.report.rejections()
    assert (row.source, row.targets) == ("/previous_response_id", ("/messages/0",))
