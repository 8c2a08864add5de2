"""Edits of what stands beside the conversation: model, effort, settings, tools. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.replay.edits.edit import Drop, Set, apply
from inspector.replay.edits.items import Changed
from inspector.replay.edits.places import resolve
from inspector.replay.edits.together import list_name

Body = Mapping[str, Any]


def set_setting(body: Body, name: str, value: Any) -> dict[str, Any]:
    """The body with a member of another value."""
    return {**body, name: value}


def drop_setting(body: Body, name: str) -> dict[str, Any]:
    """The body without a member. EditProblem where it has none of that name."""
    return apply([Drop((name,))], body)


def set_model(body: Body, model: str) -> dict[str, Any]:
    """The body for another model or deployment."""
    return set_setting(body, "model", model)


def set_effort(body: Body, effort: str | None) -> dict[str, Any]:
    """The body with another effort of reasoning, each API's own way; None leaves it to the model."""
    if list_name(body) == "messages":
        place: tuple[str, ...] = ("reasoning_effort",)
    else:
        place = ("reasoning", "effort")
        if not isinstance(body.get("reasoning"), dict):
            body = {name: value for name, value in body.items() if name != "reasoning"}
    if effort is not None:
        return apply([Set(place, effort)], body)
    holder: Any = body if len(place) == 1 else body.get("reasoning", {})
    return apply([Drop(place)] if place[-1] in holder else [], body)


def set_tool(body: Body, n: int, tool: Mapping[str, Any]) -> dict[str, Any]:
    """The body with another definition in a tool's place. EditProblem where there is no such tool."""
    place = resolve(body, ("tools", n))
    return apply([Set(place, dict(tool))], body)


def drop_tool(body: Body, n: int) -> Changed:
    """The body without a tool; the remark tells of a `tool_choice` that still names it."""
    place = resolve(body, ("tools", n))
    tool = body["tools"][place[1]]
    left = apply([Drop(place)], body)
    name, choice = _name(tool), body.get("tool_choice")
    names_it = isinstance(choice, dict) and name is not None and _name(choice) == name
    return Changed(left, (), f"tool_choice still names {name}, which is gone." if names_it else None)


def _name(tool: Any) -> str | None:
    """The name of a tool in either API's form."""
    if not isinstance(tool, dict):
        return None
    function = tool.get("function")
    name = tool.get("name", function.get("name") if isinstance(function, dict) else None)
    return name if isinstance(name, str) else None
