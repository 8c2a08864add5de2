"""Items that belong together: a call and its output, by their `call_id`; in Chat a message's calls and the
tool messages that answer them. One without the other is what endpoints refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from inspector.protocol.to_chat.items import CALLS, OUTPUTS, item_type


class Orphan(NamedTuple):
    """A call without its output, or an output without its call: the item's number, and their common id."""

    n: int
    call_id: str
    is_call: bool


def list_name(body: Any) -> str:
    """What holds the conversation in a body: `input`, or Chat's `messages`."""
    return "messages" if isinstance(body, dict) and "messages" in body and "input" not in body else "input"


def items_of(body: Any) -> list[Any]:
    """The conversation's items; none where it is a text or no list."""
    items = body.get(list_name(body)) if isinstance(body, dict) else None
    return items if isinstance(items, list) else []


def groups(items: Sequence[Any]) -> list[tuple[int, ...]]:
    """The numbers of all items, those that belong together in one group, in order of their first."""
    group_of: dict[str, list[int]] = {}
    found: list[list[int]] = []
    for n, item in enumerate(items):
        ids = [call_id for call_id, _ in _ties(item)]
        joined = [group_of[call_id] for call_id in ids if call_id in group_of]
        group = joined[0] if joined else []
        if not joined:
            found.append(group)
        for other in joined[1:]:
            if other is not group:
                group += other
                found.remove(other)
                group_of = {call_id: group if one is other else one for call_id, one in group_of.items()}
        group.append(n)
        group_of.update(dict.fromkeys(ids, group))
    return sorted(tuple(sorted(group)) for group in found)


def partners(items: Sequence[Any], n: int) -> tuple[int, ...]:
    """The items that belong to the one with that number, without it."""
    group = next((group for group in groups(items) if n in group), ())
    return tuple(one for one in group if one != n)


def orphans(items: Sequence[Any]) -> list[Orphan]:
    """Outputs without a call before them, and calls without an output behind them, in order."""
    open_calls: dict[str, int] = {}
    answered: set[str] = set()
    found: list[Orphan] = []
    for n, item in enumerate(items):
        for call_id, is_call in _ties(item):
            if is_call:
                open_calls[call_id] = n
            elif call_id in open_calls:
                del open_calls[call_id]
                answered.add(call_id)
            elif call_id not in answered:
                found.append(Orphan(n, call_id, is_call=False))
    return sorted([*found, *(Orphan(n, call_id, is_call=True) for call_id, n in open_calls.items())])


def is_output(item: Any) -> bool:
    """Whether an item is what a tool gave back."""
    return any(not is_call for _, is_call in _ties(item))


def _ties(item: Any) -> Iterator[tuple[str, bool]]:
    """The ids by which an item is tied to others, and whether it is the call."""
    if not isinstance(item, dict):
        return
    kind = item_type(item)
    if kind == "tool":
        yield from _tie(item.get("tool_call_id"), is_call=False)
    elif kind == "message":
        calls = item.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            yield from _tie(call.get("id") if isinstance(call, dict) else None, is_call=True)
    elif kind is not None and (kind in OUTPUTS or kind.endswith("_call_output")):
        yield from _tie(item.get("call_id"), is_call=False)
    elif kind in CALLS or kind == "computer_call":
        yield from _tie(item.get("call_id"), is_call=True)


def _tie(call_id: Any, *, is_call: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(call_id, str) and call_id:
        yield call_id, is_call
