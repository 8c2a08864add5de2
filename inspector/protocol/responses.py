"""The Responses request as models: what the bridge and an editor hold against a body before it is translated.

The models say what a translation needs, and no more: clients are ahead of every list of types, so unknown
members, items, parts and tools are welcome. Items, parts and tools are looked up by their `type`, which keeps
the pointers free of pydantic's unions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel

from inspector.protocol.limits import Limits, limit_problems
from inspector.protocol.to_chat.refusals import error_body
from inspector.protocol.validation import Problem, Shape, shape_problems


class Reasoning(Shape):
    """`reasoning`."""

    effort: str | None = None
    summary: str | None = None


class Text(Shape):
    """`text`; its format is an object by type."""

    format: dict[str, Any] | None = None
    verbosity: str | None = None


class Request(Shape):
    """The body of POST /responses."""

    model: str
    input: str | list[Any] | None = None
    instructions: str | None = None
    tools: list[Any] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    reasoning: Reasoning | None = None
    text: Text | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_logprobs: int | None = None
    max_output_tokens: int | None = None
    max_tool_calls: int | None = None
    stream: bool | None = None
    store: bool | None = None
    background: bool | None = None
    include: list[str] | None = None
    metadata: dict[str, str] | None = None
    previous_response_id: str | None = None
    prompt_cache_key: str | None = None
    safety_identifier: str | None = None
    service_tier: str | None = None
    truncation: str | None = None
    user: str | None = None


class Message(Shape):
    """A message; its type may be left out."""

    role: Literal["user", "assistant", "system", "developer", "tool"]
    content: str | list[Any]


class FunctionCall(Shape):
    """A function's call as the model made it."""

    call_id: str
    name: str
    namespace: str | None = None
    arguments: str


class CustomToolCall(Shape):
    """A custom tool's call: free text."""

    call_id: str
    name: str
    namespace: str | None = None
    input: str


class CallOutput(Shape):
    """What a function or a custom tool gave back."""

    call_id: str
    output: str | list[Any]


class AdditionalTools(Shape):
    """Tools that come as an item."""

    tools: list[Any]


class TextPart(Shape):
    """Text, whoever said it."""

    text: str


class RefusalPart(Shape):
    """The model's refusal."""

    refusal: str


class ImagePart(Shape):
    """An image, by URL or data URL."""

    image_url: str | None = None
    file_id: str | None = None
    detail: str | None = None


class FilePart(Shape):
    """A file, by its data."""

    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None


class FunctionTool(Shape):
    """A function that is offered."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class CustomTool(Shape):
    """A custom tool that is offered."""

    name: str
    description: str | None = None
    format: dict[str, Any] | None = None


class Namespace(Shape):
    """Tools under a common name."""

    name: str
    description: str | None = None
    tools: list[Any]


ITEMS: dict[str, type[BaseModel]] = {
    "message": Message,
    "function_call": FunctionCall,
    "function_call_output": CallOutput,
    "custom_tool_call": CustomToolCall,
    "custom_tool_call_output": CallOutput,
    "additional_tools": AdditionalTools,
}
PARTS: dict[str, type[BaseModel]] = {
    "input_text": TextPart,
    "output_text": TextPart,
    "refusal": RefusalPart,
    "input_image": ImagePart,
    "input_file": FilePart,
}
TOOLS: dict[str, type[BaseModel]] = {"function": FunctionTool, "custom": CustomTool, "namespace": Namespace}


def validate(body: Any, *, limits: Limits | None = None, size: int | None = None) -> list[Problem]:
    """What is wrong with a parsed request body, in the order of its places; `size`: its length in bytes."""
    if not isinstance(body, Mapping):
        return [Problem("", "the request must be a JSON object")]
    problems = shape_problems(Request, body, "")
    problems += limit_problems(body, limits or Limits(), size)
    items = body.get("input")
    for n, item in enumerate(items if isinstance(items, list) else ()):
        problems += _item(item, f"/input/{n}")
    problems += _tools(body.get("tools"), "/tools")
    return problems


def error_of(problem: Problem) -> dict[str, Any]:
    """The Responses error body that tells a client of a problem."""
    return error_body(problem.pointer, problem.code, problem.message)


def _item(item: Any, at: str) -> Iterator[Problem]:
    if not isinstance(item, dict):
        yield Problem(at, "must be an object")
        return
    kind = item.get("type") or ("message" if "role" in item else None)
    model = ITEMS.get(kind) if isinstance(kind, str) else None
    if model is not None:
        yield from shape_problems(model, item, at)
    for name in ("content", "output"):
        yield from _parts(item.get(name), f"{at}/{name}")
    if kind in ("additional_tools", "tool_search_output"):
        yield from _tools(item.get("tools"), f"{at}/tools")


def _parts(parts: Any, at: str) -> Iterator[Problem]:
    for n, part in enumerate(parts if isinstance(parts, list) else ()):
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(kind, str) and kind in PARTS:
            yield from shape_problems(PARTS[kind], part, f"{at}/{n}")


def _tools(tools: Any, at: str, *, inside: bool = False) -> Iterator[Problem]:
    """Tools, and those inside namespaces, which are no deeper than one level."""
    for n, tool in enumerate(tools if isinstance(tools, list) else ()):
        kind = tool.get("type") if isinstance(tool, dict) else None
        if not isinstance(kind, str):
            yield Problem(f"{at}/{n}", "must be an object with a type")
        elif kind in TOOLS:
            yield from shape_problems(TOOLS[kind], tool, f"{at}/{n}")
            if kind == "namespace" and not inside:
                yield from _tools(tool.get("tools"), f"{at}/{n}/tools", inside=True)
