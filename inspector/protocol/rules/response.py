"""The Response that the first and the last events carry: its status, its usage, its output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspector.protocol.accumulate import TERMINALS
from inspector.protocol.rules.open_item import identity
from inspector.protocol.rules.shapes import Breach

_REASONS = ("max_output_tokens", "content_filter")


def check_ending(kind: str, response: Mapping[str, Any]) -> Iterator[Breach]:
    """What a terminal event of this type says about its response."""
    status = response.get("status")
    if status not in (TERMINALS[kind], None):
        yield "status", f"{kind} says that its response is {status}"
    if kind == "response.failed":
        error = response.get("error")
        if not isinstance(error, Mapping) or not isinstance(error.get("message"), str):
            yield "status", "response.failed does not say why: there is no error with a message"
    if kind == "response.incomplete":
        details = response.get("incomplete_details")
        if not isinstance(details, Mapping) or details.get("reason") not in _REASONS:
            yield (
                "status",
                "response.incomplete does not say why: there is no known incomplete_details.reason",
            )
    if (usage := response.get("usage")) is not None:
        yield from _check_usage(usage)


def _check_usage(usage: object) -> Iterator[Breach]:
    if not isinstance(usage, Mapping):
        yield "usage", "usage is no object"
        return
    if "prompt_tokens" in usage:
        yield "usage", "usage has the shape of Chat Completions"
    for name in ("input_tokens", "output_tokens", "total_tokens"):
        if type(usage.get(name)) is not int:
            yield "usage", f"usage lacks an integer {name!r}"
    for name, count in (
        ("input_tokens_details", "cached_tokens"),
        ("output_tokens_details", "reasoning_tokens"),
    ):
        details = usage.get(name)
        if details is not None and not (isinstance(details, Mapping) and type(details.get(count)) is int):
            yield "usage", f"usage.{name} lacks an integer {count!r}"


def check_output(output: object, closed: Mapping[int, Mapping[str, Any]]) -> Iterator[Breach]:
    """Whether a completed response lists the items that were closed, as they were closed."""
    listed = output if isinstance(output, list) else []
    if len(listed) != len(closed):
        yield "output", f"{len(closed)} items were closed, the final output has {len(listed)}"
        return
    for final, (index, item) in zip(listed, sorted(closed.items()), strict=True):
        if not isinstance(final, Mapping) or identity(final) != identity(item):
            yield "output", f"item {index} is another one in the final output"
        elif final != item:
            yield "output", f"item {index} differs in the final output from what it was when it closed"
