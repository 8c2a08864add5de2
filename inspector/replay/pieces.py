"""What a request may do without, as pieces that can be taken away: what minimising tries, coarse before fine.

A *way* is one kind of piece and the body without some of them. Calls and their outputs are one piece, and at
first so is reasoning with what it led to. `model` and the conversation stay: without them a request fails in
a manner of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from inspector.protocol.json_text import to_bytes
from inspector.replay.edits.edit import Drop, Set, apply
from inspector.replay.edits.together import groups, items_of, list_name

Body = dict[str, Any]
Place = tuple[str | int, ...]
Piece = TypeVar("Piece")

DEEPEST = 12  # levels of members and elements that are looked at
SHORT = 16  # characters; a shorter text is left as it is

_STAY = frozenset({"model", "input", "messages", "tools"})
_WITH_TOOLS = ("tools", "tool_choice", "parallel_tool_calls")
# What an item, a part or a tool cannot be without.
_NEEDED = frozenset(
    {
        "type", "role", "content", "text", "name", "call_id", "arguments", "input", "output", "function",
        "tool_call_id", "tool_calls", "properties", "image_url", "encrypted_content", "summary",
    }
)  # fmt: skip
_NEEDED_ANYWHERE = frozenset({"type", "name"})
_PROSE = frozenset({"text", "content", "output", "instructions", "description", "input"})


@dataclass(frozen=True, slots=True)
class Way:
    """`pieces` can go, in any combination; `without` is the body then; `name` is for a person."""

    name: str
    pieces: Sequence[Any]
    without: Callable[[Sequence[Any]], Body]


def inner_way(body: Body, depth: int) -> Way:
    """What is so deep inside the items, the tools and the settings."""
    loose = [place for place in _loose(body) if len(place) == depth + 1]
    return Way("parts", loose, lambda gone: apply([Drop(place) for place in gone], body))


def texts(body: Body) -> list[Place]:
    """Texts that could be shorter, the longest first."""
    found = [
        (len(value), place)
        for place, value in _leaves(body)
        if isinstance(value, str) and len(value) > SHORT and _is_prose(place)
    ]
    return [place for _, place in sorted(found, key=lambda one: (-one[0], [str(step) for step in one[1]]))]


def text_at(body: Body, place: Place) -> str:
    """The text at a place from `texts`."""
    value: Any = body
    for step in place:
        value = value[step]
    return str(value)


def with_texts(body: Body, new: Mapping[Place, str]) -> Body:
    """The body with other texts."""
    return apply([Set(place, text) for place, text in new.items()], body)


def _fields(body: Body) -> Way:
    return Way(
        "settings",
        [name for name in body if name not in _STAY],
        lambda gone: {name: value for name, value in body.items() if name not in gone},
    )


def _tools(body: Body) -> Way:
    tools = body.get("tools")
    listed = tools if isinstance(tools, list) else []

    def without(gone: Sequence[int]) -> Body:
        left = [tool for n, tool in enumerate(listed) if n not in gone]
        if left:
            return {**body, "tools": left}
        return {name: value for name, value in body.items() if name not in _WITH_TOOLS}

    return Way("tools", _largest_first(range(len(listed)), lambda n: listed[n]), without)


def _steps(body: Body) -> Way:
    """The conversation, calls with their outputs and with the reasoning that led to them."""
    items = items_of(body)
    return _of_items(body, items, _with_reasoning(groups(items), items))


def _items(body: Body) -> Way:
    """The conversation, calls with their outputs only; nothing where that makes no difference."""
    items = items_of(body)
    pieces = groups(items)
    return _of_items(body, items, [] if pieces == _with_reasoning(pieces, items) else pieces)


def _of_items(body: Body, items: Sequence[Any], pieces: Sequence[tuple[int, ...]]) -> Way:

    def without(gone: Sequence[tuple[int, ...]]) -> Body:
        numbers = {n for group in gone for n in group}
        return {**body, list_name(body): [item for n, item in enumerate(items) if n not in numbers]}

    in_order = _largest_first(pieces, lambda group: [items[n] for n in group])
    return Way("items", in_order, without)


def _largest_first(pieces: Iterable[Piece], value: Callable[[Piece], Any]) -> list[Piece]:
    """So that the smallest stays where any one would do."""
    return sorted(pieces, key=lambda piece: -len(to_bytes(value(piece))))


def _with_reasoning(tied: Sequence[tuple[int, ...]], items: Sequence[Any]) -> list[tuple[int, ...]]:
    """Reasoning in the group of what follows it."""
    found: list[tuple[int, ...]] = []
    led: tuple[int, ...] = ()
    for group in sorted(tied):
        if (
            len(group) == 1
            and isinstance(items[group[0]], dict)
            and items[group[0]].get("type") == "reasoning"
        ):
            led += group
            continue
        found.append((*led, *group))
        led = ()
    return [*found, led] if led else found


WAYS: tuple[Callable[[Body], Way], ...] = (_fields, _tools, _steps, _items)
"""The ways that a body offers, the coarse ones first."""


def _loose(body: Body) -> Iterator[Place]:
    """Places inside the body's members that may be dropped."""
    stack: list[tuple[Place, Any]] = [((name,), value) for name, value in body.items()]
    own = (list_name(body), "tools")
    while stack:
        place, value = stack.pop()
        if place[-1] == "tool_calls":
            continue  # answers belong to each of them
        if isinstance(value, list):
            inside: list[tuple[str | int, Any]] = list(enumerate(value))
            # The body's own lists have ways of their own; lists of scalars (`required`) mean something whole.
            may_go = place[0] not in own or len(place) > 1
            loose = [n for n, one in inside if may_go and isinstance(one, dict | list)]
        elif isinstance(value, dict):
            inside = list(value.items())
            needed = (
                frozenset() if place[-1] == "properties" else _NEEDED if place[0] in own else _NEEDED_ANYWHERE
            )
            loose = [name for name, _ in inside if name not in needed]
        else:
            continue
        yield from ((*place, step) for step in loose)
        stack += [((*place, step), one) for step, one in inside]


def _leaves(body: Body) -> Iterator[tuple[Place, Any]]:
    stack: list[tuple[Place, Any]] = [((), body)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, dict):
            stack += [((*place, name), one) for name, one in value.items()]
        elif isinstance(value, list):
            stack += [((*place, n), one) for n, one in enumerate(value)]
        else:
            yield place, value


def _is_prose(place: Place) -> bool:
    """Whether a text there is words, and no id, name, or JSON."""
    names = [step for step in place if isinstance(step, str)]
    return bool(names) and names[-1] in _PROSE
