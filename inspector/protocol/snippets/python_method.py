"""The method of the openai package that makes a call, and what of the call is an argument of it.

What a method took in 2.0 already is an argument; what is younger, or unknown, goes into `extra_body`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from inspector.protocol import json_text
from inspector.protocol.azure import Operation, operation
from inspector.protocol.snippets.call import Call, Text
from inspector.protocol.snippets.python_text import quoted

_METHODS = {
    Operation.CREATE: "responses.create",
    Operation.CHAT: "chat.completions.create",
    Operation.EMBEDDINGS: "embeddings.create",
    Operation.GET: "responses.retrieve",
    Operation.DELETE: "responses.delete",
    Operation.CANCEL: "responses.cancel",
    Operation.ITEMS: "responses.input_items.list",
    Operation.MODELS: "models.list",
}
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
    Operation.EMBEDDINGS: frozenset({"model", "input", "dimensions", "encoding_format", "user"}),
}
# The package insists on them.
_NEEDED = {Operation.CHAT: {"model", "messages"}, Operation.EMBEDDINGS: {"model", "input"}}
_LEVELS = 40  # Python's own parser gives up at about 100 brackets
_BASE64 = "The package asks for base64 where no encoding_format is given, as here."


@dataclass(frozen=True, slots=True)
class Method:
    """A call of the package. `body` is what goes by arguments, `further` by extra_body."""

    asked: Operation
    name: str
    arguments: tuple[str, ...] = ()  # before those with names
    body: dict[str, Any] = field(default_factory=dict)
    further: dict[str, Any] = field(default_factory=dict)
    named: tuple[str, ...] = ()  # arguments that are no members of a body
    query: tuple[tuple[str, Text], ...] = ()
    streams: bool = False
    remark: str = ""


def method_of(call: Call) -> Method | None:
    """The method, None where the package has none that would send the very same."""
    asked = operation(call.method, call.path)
    if asked not in _METHODS:
        return None
    query = tuple((name, value) for name, value in call.query if name != "api-version")
    if asked in _ARGUMENTS:
        return _with_body(call, asked, query)
    return None if call.body else _without_body(call, asked, query)


def _with_body(call: Call, asked: Operation, query: tuple[tuple[str, Text], ...]) -> Method | None:
    body = _object(call.body)
    if body is None or not (
        _NEEDED.get(asked, set()) <= body.keys() and json_text.is_shallow(body, _LEVELS) and _is_plain(body)
    ):
        return None
    if not isinstance(body.get("stream"), bool | None):  # the package would take it for true
        return None
    own = _ARGUMENTS[asked]
    base64 = asked is Operation.EMBEDDINGS and "encoding_format" not in body
    return Method(
        asked,
        _METHODS[asked],
        body={name: value for name, value in body.items() if name in own},
        further={name: value for name, value in body.items() if name not in own},
        query=query,
        streams=body.get("stream") is True,
        remark=_BASE64 if base64 else "",
    )


def _without_body(call: Call, asked: Operation, query: tuple[tuple[str, Text], ...]) -> Method | None:
    """Of a stored response, or the list of models."""
    parts = call.path.strip("/").split("/")
    name, arguments = _METHODS[asked], (quoted(unquote(parts[1])),) if len(parts) > 1 else ()
    if asked is Operation.MODELS:
        return Method(asked, "models.retrieve" if arguments else name, arguments, query=query)
    if not arguments:
        return None
    plain = {key: value[0] for key, value in query if len(value) == 1}
    if asked is not Operation.GET or plain.get("stream") != "true":
        return Method(asked, name, arguments, query=query)
    rest = tuple(pair for pair in query if pair[0] != "stream")
    return Method(asked, name, arguments, named=("stream=True",), query=rest, streams=True)


def _object(body: bytes) -> dict[str, Any] | None:
    """The object that the body is to the letter: nothing is mended on the way."""
    try:
        value = json_text.parse(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


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
