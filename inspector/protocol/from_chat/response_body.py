"""The Response object around the output: what a response says of the request that it answers.

Every field that the type of a Response requires is there; the fields of the request are echoed when they have
the right form, and are their defaults otherwise, so that a strange request cannot make a client refuse the
answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from inspector.protocol.json_text import is_shallow


def new_response(
    request: Mapping[str, Any], *, response_id: str, model: str, created_at: int
) -> dict[str, Any]:
    """A Response in progress, its output empty, for this request. `created_at` in Unix seconds."""
    return {
        "id": response_id,
        "object": "response",
        "created_at": created_at,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": _string(request.get("instructions")),
        "max_output_tokens": _integer(request.get("max_output_tokens")),
        "max_tool_calls": _integer(request.get("max_tool_calls")),
        "metadata": _metadata(request.get("metadata")),
        "model": model,
        "output": [],
        "parallel_tool_calls": request.get("parallel_tool_calls") is not False,
        "previous_response_id": _string(request.get("previous_response_id")),
        "prompt_cache_key": _string(request.get("prompt_cache_key")),
        "reasoning": _object(request.get("reasoning"), {"effort": None, "summary": None}),
        "safety_identifier": _string(request.get("safety_identifier")),
        "service_tier": _string(request.get("service_tier")) or "default",
        "store": request.get("store") is True,
        "temperature": _number(request.get("temperature")),
        "text": _object(request.get("text"), {"format": {"type": "text"}}),
        "tool_choice": _tool_choice(request.get("tool_choice")),
        "tools": _tools(request.get("tools")),
        "top_logprobs": _integer(request.get("top_logprobs")),
        "top_p": _number(request.get("top_p")),
        "truncation": "auto" if request.get("truncation") == "auto" else "disabled",
        "usage": None,
        "user": _string(request.get("user")),
    }


def is_writable(value: object) -> bool:
    """Whether a value from elsewhere can be sent on: it nests reasonably, and JSON has a form for it."""
    if not is_shallow(value):
        return False
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def _metadata(value: object) -> dict[str, str]:
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}


def _object(value: object, default: dict[str, Any]) -> dict[str, Any]:
    return {**default, **value} if isinstance(value, dict) and is_writable(value) else default


def _tool_choice(value: object) -> Any:
    if isinstance(value, dict) and isinstance(value.get("type"), str) and is_writable(value):
        return value
    return value if value in ("none", "auto", "required") else "auto"


def _tools(value: object) -> list[Any]:
    if not isinstance(value, list) or not is_writable(value):
        return []
    return [tool for tool in value if isinstance(tool, dict) and isinstance(tool.get("type"), str)]
