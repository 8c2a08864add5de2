"""How much a request may ask for, checked before anything is sent upstream."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from inspector.protocol.report import escape
from inspector.protocol.validation import Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """Settings of the bridge; sizes in bytes."""

    body: int = 32_000_000
    items: int = 10_000
    tools: int = 512  # wherever they come from, those inside namespaces one by one
    tool_name: int = 64
    tool_description: int = 1024  # characters; what is longer is told in the instructions. 0: no limit
    depth: int = 100  # of a schema, a tool's or the answer's, in objects and lists
    temperature: tuple[float, float] = (0, 2)
    top_p: tuple[float, float] = (0, 1)
    top_logprobs: tuple[float, float] = (0, 20)
    metadata: int = 16
    metadata_key: int = 64
    metadata_value: int = 512


_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]+")
_AT_LEAST_ONE = ("max_output_tokens", "max_completion_tokens", "max_tokens", "max_tool_calls")


def limit_problems(body: Mapping[str, Any], limits: Limits, size: int | None = None) -> Iterator[Problem]:
    """What in a request is beyond the limits, wrong types passed over. `size`: bytes of the body."""
    if size is not None and size > limits.body:
        yield Problem("", f"the body has {size:,} bytes, {limits.body:,} are allowed", "request_too_large")
    items = body.get("input")
    if isinstance(items, list) and len(items) > limits.items:
        yield _too_many("/input", len(items), limits.items)
    for name in ("temperature", "top_p", "top_logprobs"):
        low, high = getattr(limits, name)
        value = body.get(name)
        if _is_number(value) and not low <= value <= high:
            yield Problem(f"/{name}", f"must be between {low} and {high}", "invalid_value")
    for name in _AT_LEAST_ONE:
        value = body.get(name)
        if _is_number(value) and value < 1:
            yield Problem(f"/{name}", "must be at least 1", "invalid_value")
    yield from _metadata(body.get("metadata"), limits)
    text = body.get("text")
    answer = text.get("format") if isinstance(text, dict) else None
    if isinstance(answer, dict):
        yield from _schema(answer, "schema", "/text/format", limits)
    offered = 0
    for at, tools in _offers(body):
        before, offered = offered, offered + _count(tools)
        if before <= limits.tools < offered:
            yield _too_many(at, offered, limits.tools)
        yield from _tools(tools, at, limits)


def _offers(body: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The lists of tools in a request, each with its place."""
    if isinstance(body.get("tools"), list):
        yield "/tools", body["tools"]
    items = body.get("input")
    for n, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and item.get("type") in ("additional_tools", "tool_search_output"):
            tools = item.get("tools")
            if isinstance(tools, list):
                yield f"/input/{n}/tools", tools


def _count(tools: list[Any]) -> int:
    found = 0
    for tool in tools:
        inner = tool.get("tools") if isinstance(tool, dict) and tool.get("type") == "namespace" else None
        found += len(inner) if isinstance(inner, list) else 1
    return found


def _metadata(metadata: Any, limits: Limits) -> Iterator[Problem]:
    if not isinstance(metadata, dict):
        return
    if len(metadata) > limits.metadata:
        yield _too_many("/metadata", len(metadata), limits.metadata)
    for key, value in metadata.items():
        at = f"/metadata/{escape(key)}"
        if len(key) > limits.metadata_key:
            yield Problem(
                at, f"the key is longer than {limits.metadata_key} characters", "string_above_max_length"
            )
        if isinstance(value, str) and len(value) > limits.metadata_value:
            yield Problem(at, f"is longer than {limits.metadata_value} characters", "string_above_max_length")


def _tools(tools: list[Any], at: str, limits: Limits, *, inside: bool = False) -> Iterator[Problem]:
    """Tools, and those inside namespaces, which are no deeper than one level."""
    for n, tool in enumerate(tools):
        if not isinstance(tool, dict):
            continue
        here = f"{at}/{n}"
        name = tool.get("name")
        if isinstance(name, str) and (len(name) > limits.tool_name or not _TOOL_NAME.fullmatch(name)):
            yield Problem(
                f"{here}/name", f"must be 1 to {limits.tool_name} of A-Z a-z 0-9 _ -", "invalid_value"
            )
        yield from _schema(tool, "parameters", here, limits)
        inner = tool.get("tools")
        if tool.get("type") == "namespace" and isinstance(inner, list) and not inside:
            yield from _tools(inner, f"{here}/tools", limits, inside=True)


def _schema(owner: dict[str, Any], name: str, at: str, limits: Limits) -> Iterator[Problem]:
    """The schema that `owner`, at `at`, may have under `name`."""
    if name in owner and _deeper(owner[name], limits.depth):
        yield Problem(f"{at}/{name}", f"is nested deeper than {limits.depth}", "invalid_value")


def _deeper(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            member
            for one in level
            for member in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            if isinstance(member, dict | list)
        ]
        if not level:
            return False
    return True


def _too_many(at: str, found: int, allowed: int) -> Problem:
    return Problem(at, f"has {found:,} entries, {allowed:,} are allowed", "array_above_max_length")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
