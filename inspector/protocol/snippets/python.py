"""A request as a Python program: with the openai package where it knows the call, else with its httpx.

What the package has no argument for goes into `extra_body`, so that its version does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from inspector.protocol import json_text
from inspector.protocol.azure import Operation, operation
from inspector.protocol.snippets.call import Call, Text, Variable

_METHODS = {Operation.CREATE: "responses", Operation.CHAT: "chat.completions"}
# What the methods took in 2.0 already.
_ARGUMENTS = {
    Operation.CREATE: frozenset(
        {
            "model",
            "input",
            "instructions",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "reasoning",
            "store",
        }
        | {"include", "stream", "text", "metadata", "max_output_tokens", "temperature", "top_p", "user"}
        | {"previous_response_id", "prompt_cache_key", "service_tier", "truncation", "background"}
    ),
    Operation.CHAT: frozenset(
        {"model", "messages", "tools", "tool_choice", "parallel_tool_calls", "stream", "stream_options"}
        | {
            "temperature",
            "top_p",
            "n",
            "max_tokens",
            "max_completion_tokens",
            "reasoning_effort",
            "verbosity",
        }
        | {"response_format", "seed", "stop", "metadata", "store", "user", "prompt_cache_key", "service_tier"}
    ),
}
_PACKAGES_OWN = frozenset({"content-type", "accept"})
_LEVELS = 40  # Python's own parser gives up at about 100 brackets
_WIDTH = 90
_ENTRY = "    {},"


def python(call: Call) -> str:
    """The program; it prints the events as they come, or the answer."""
    asked = operation(call.method, call.path)
    body = _object(call.body) if asked in _METHODS else None
    if asked is None or body is None or not _callable(asked, body):
        return _with_httpx(call)
    return _with_openai(call, asked, body)


def _object(body: bytes) -> dict[str, Any] | None:
    """The object that the body is to the letter: nothing is mended on the way."""
    try:
        value = json_text.parse(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _callable(asked: Operation, body: dict[str, Any]) -> bool:
    """Whether the package makes this call: it insists on messages, and turns only what is UTF-8 into JSON."""
    needed = {"model", "messages"} if asked is Operation.CHAT else set()
    return needed <= body.keys() and json_text.is_shallow(body, _LEVELS) and _is_plain(body)


def _is_plain(value: Any) -> bool:
    match value:
        case str():
            return not any("\ud800" <= letter <= "\udfff" for letter in value)
        case float():
            return math.isfinite(value)
        case dict():
            return all(_is_plain(part) for pair in value.items() for part in pair)
        case list():
            return all(map(_is_plain, value))
    return True


def _with_openai(call: Call, asked: Operation, body: dict[str, Any]) -> str:
    further = {name: value for name, value in body.items() if name not in _ARGUMENTS[asked]}
    body = {name: value for name, value in body.items() if name not in further}
    headers = [(name, (value,)) for name, value in call.headers if name.lower() not in _PACKAGES_OWN]
    bearer = next((value[-1] for _, value in call.credentials if value[0] == "Bearer "), None)
    keys = [(name, value) for name, value in call.credentials if value[0] != "Bearer "]
    if bearer is None:
        keys.append(("Authorization", ()))  # the package takes this among the headers of one call only
    arguments = [
        f"base_url={_quoted(call.base_url)}",
        f"api_key={_expression((bearer,)) if bearer is not None else _quoted('none')}",
        *([f"default_query={_mapping(call.query)}"] if call.query else []),
        "max_retries=0",
    ]
    given = [
        "**body",
        *([f"extra_body={_literal(further, 1)}"] if further else []),
        *([f"extra_headers={_mapping([*keys, *headers])}"] if keys or headers else []),
    ]
    streams = body.get("stream") is True
    shown = (
        ["for event in answer:", "    print(event.model_dump_json())"]
        if streams
        else ["print(answer.model_dump_json(indent=2))"]
    )
    lines = [
        *(["import os", ""] if call.variables else []),
        f"from openai import {'Omit, ' if bearer is None else ''}OpenAI",
        "",
        "client = OpenAI(",
        *map(_ENTRY.format, arguments),
        ")",
        f"body = {_literal(body)}",
        f"answer = client.{_METHODS[asked]}.create(",
        *map(_ENTRY.format, given),
        ")",
        *shown,
    ]
    return "\n".join(lines) + "\n"


def _with_httpx(call: Call) -> str:
    headers = [*call.credentials, *((name, (value,)) for name, value in call.headers)]
    arguments = [
        _quoted(call.method),
        _expression(call.url),
        *([f"headers={_mapping(headers)}"] if headers else []),
        *([f"content={call.body!r}"] if call.body else []),
        "timeout=600",
    ]
    lines = [
        *(["import os", ""] if call.variables else []),
        "import httpx",
        "",
        "with httpx.stream(",
        *map(_ENTRY.format, arguments),
        ") as answer:",
        "    print(answer.status_code)",
        "    for text in answer.iter_text():",
        '        print(text, end="", flush=True)',
    ]
    return "\n".join(lines) + "\n"


def _mapping(pairs: Iterable[tuple[str, Text]]) -> str:
    return "{" + ", ".join(f"{_quoted(name)}: {_expression(value)}" for name, value in pairs) + "}"


def _expression(text: Text) -> str:
    """The text as a Python expression; one without any part is left out by the package."""
    parts = (f'os.environ["{part.name}"]' if isinstance(part, Variable) else _quoted(part) for part in text)
    return " + ".join(parts) or "Omit()"


def _literal(value: Any, depth: int = 0) -> str:
    """JSON as Python, on one line where it fits."""
    match value:
        case str():
            return _quoted(value)
        case dict() if value:
            parts = [f"{_quoted(name)}: {_literal(part, depth + 1)}" for name, part in value.items()]
            opening, closing = "{}"
        case list() if value:
            parts = [_literal(part, depth + 1) for part in value]
            opening, closing = "[]"
        case _:
            return repr(value)
    line = f"{opening}{', '.join(parts)}{closing}"
    if 4 * depth + len(line) <= _WIDTH and "\n" not in line:
        return line
    indent = "    " * depth
    return "\n".join([opening, *(f"{indent}    {part}," for part in parts), f"{indent}{closing}"])


def _quoted(text: str) -> str:
    """A Python literal, in double quotes where that takes no escape."""
    literal = repr(text)
    return literal if '"' in literal else f'"{literal[1:-1]}"'
