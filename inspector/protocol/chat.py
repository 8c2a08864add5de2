"""The Chat Completions request as models: what a payload must be before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel

from inspector.protocol.validation import Problem, Shape, shape_problems


class Function(Shape):
    """What a tool call asks for."""

    name: str
    arguments: str


class ToolCall(Shape):
    """One call of an assistant message."""

    id: str
    type: Literal["function"]
    function: Function


class Instructions(Shape):
    """A system or developer message."""

    role: Literal["system", "developer"]
    content: str | list[dict[str, Any]]


class User(Shape):
    """The user's message: text, images, files, audio."""

    role: Literal["user"]
    content: str | list[dict[str, Any]]


class Assistant(Shape):
    """The model's message: text, calls, or both."""

    role: Literal["assistant"]
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[ToolCall] | None = None


class ToolMessage(Shape):
    """The output of one call."""

    role: Literal["tool"]
    tool_call_id: str
    content: str | list[dict[str, Any]]


class FunctionDefinition(Shape):
    """A function that is offered."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(Shape):
    """A tool that is offered."""

    type: Literal["function"]
    function: FunctionDefinition


class Request(Shape):
    """The body of POST /chat/completions."""

    model: str
    messages: list[dict[str, Any]]
    tools: list[Tool] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    reasoning_effort: str | None = None
    verbosity: str | None = None
    response_format: dict[str, Any] | None = None
    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    stream: bool | None = None
    stream_options: dict[str, Any] | None = None
    store: bool | None = None
    metadata: dict[str, str] | None = None


MESSAGES: dict[str, type[BaseModel]] = {
    "system": Instructions,
    "developer": Instructions,
    "user": User,
    "assistant": Assistant,
    "tool": ToolMessage,
}


def validate(payload: Any) -> list[Problem]:
    """What an endpoint would refuse in a payload: shapes, and calls without their outputs."""
    if not isinstance(payload, Mapping):
        return [Problem("", "the payload must be a JSON object")]
    problems = shape_problems(Request, payload, "")
    messages = payload.get("messages")
    if isinstance(messages, list):
        if not messages:
            problems.append(Problem("/messages", "must not be empty", "invalid_value"))
        for n, message in enumerate(messages):
            role = message.get("role") if isinstance(message, dict) else None
            model = MESSAGES.get(role) if isinstance(role, str) else None
            if model is None:
                problems.append(
                    Problem(f"/messages/{n}", "must be an object with a known role", "invalid_value")
                )
            else:
                problems += shape_problems(model, message, f"/messages/{n}")
        problems += _unanswered(messages)
    return problems


def _unanswered(messages: list[Any]) -> Iterator[Problem]:
    """Endpoints want each call answered right behind its message, and no tool message anywhere else."""
    due: dict[str, str] = {}
    for n, message in enumerate(messages):
        if not isinstance(message, dict):
            continue
        if message.get("role") == "tool":
            if due.pop(str(message.get("tool_call_id")), None) is None:
                reason = "answers no call of the assistant message before it"
                yield Problem(f"/messages/{n}", reason, "invalid_value")
            continue
        for at in due.values():
            yield Problem(at, "has no tool message right behind its message", "invalid_value")
        calls = message.get("tool_calls")
        due = {
            str(call.get("id")): f"/messages/{n}/tool_calls/{k}"
            for k, call in enumerate(calls if isinstance(calls, list) else ())
            if isinstance(call, dict)
        }
    for at in due.values():
        yield Problem(at, "has no tool message right behind its message", "invalid_value")
