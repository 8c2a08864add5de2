"""The fields that an event must have beside `type` and `sequence_number`.

The events that make up an answer are listed; the rest of the API's events concern hosted tools. `name` of
`function_call_arguments.done` came late to the API and is not asked for. `logprobs` came late too: without
them an event is no less of use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Breach = tuple[str, str]
"""A rule and what breaks it, in words."""

_ITEM = {"output_index": int}
_PART = {"item_id": str, "output_index": int, "content_index": int}
_SUMMARY = {"item_id": str, "output_index": int, "summary_index": int}
_CALL = {"item_id": str, "output_index": int}
FIELDS: dict[str, dict[str, type]] = {
    "response.created": {"response": Mapping},
    "response.queued": {"response": Mapping},
    "response.in_progress": {"response": Mapping},
    "response.completed": {"response": Mapping},
    "response.incomplete": {"response": Mapping},
    "response.failed": {"response": Mapping},
    "error": {"message": str},
    "response.output_item.added": {**_ITEM, "item": Mapping},
    "response.output_item.done": {**_ITEM, "item": Mapping},
    "response.content_part.added": {**_PART, "part": Mapping},
    "response.content_part.done": {**_PART, "part": Mapping},
    "response.output_text.delta": {**_PART, "delta": str, "logprobs": list},
    "response.output_text.done": {**_PART, "text": str, "logprobs": list},
    "response.refusal.delta": {**_PART, "delta": str},
    "response.refusal.done": {**_PART, "refusal": str},
    "response.reasoning_text.delta": {**_PART, "delta": str},
    "response.reasoning_text.done": {**_PART, "text": str},
    "response.reasoning_summary_part.added": {**_SUMMARY, "part": Mapping},
    "response.reasoning_summary_part.done": {**_SUMMARY, "part": Mapping},
    "response.reasoning_summary_text.delta": {**_SUMMARY, "delta": str},
    "response.reasoning_summary_text.done": {**_SUMMARY, "text": str},
    "response.function_call_arguments.delta": {**_CALL, "delta": str},
    "response.function_call_arguments.done": {**_CALL, "arguments": str},
    "response.custom_tool_call_input.delta": {**_CALL, "delta": str},
    "response.custom_tool_call_input.done": {**_CALL, "input": str},
}


def is_usable(kind: str, event: Mapping[str, Any]) -> bool:
    """Whether the event can be put where it belongs."""
    return all(
        name == "logprobs" or _fits(event.get(name), form) for name, form in FIELDS.get(kind, {}).items()
    )


def check_shape(kind: str, event: Mapping[str, Any]) -> Iterator[Breach]:
    """The fields that are missing, or of no use."""
    for name, form in FIELDS.get(kind, {}).items():
        if not _fits(event.get(name), form):
            yield "shape", f"{kind} lacks a usable {name!r}"


def _fits(value: object, form: type) -> bool:
    return isinstance(value, form) and not isinstance(value, bool)
