"""Edits of single items without JSON: a text, an item less, another order. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.replay.edits.edit import Set, apply
from inspector.replay.edits.places import read_place, resolve, shown
from inspector.replay.edits.problem import EditProblem
from inspector.replay.edits.together import is_output, items_of, list_name, orphans, partners

Body = Mapping[str, Any]

_TEXTS = ("content", "output", "arguments", "input", "summary", "text", "refusal")


@dataclass(frozen=True, slots=True)
class Changed:
    """A new body. `gone` are the numbers, as they were, of items that were dropped; `remark`, one sentence,
    says where a call and its output have come apart by it."""

    body: dict[str, Any]
    gone: tuple[int, ...] = ()
    remark: str | None = None


def texts_of(item: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """The texts of the item at a pointer that a person may want to change, each with its own pointer."""
    if not isinstance(item, dict):
        if isinstance(item, str):
            yield pointer, item
        return
    for name in _TEXTS:
        value = item.get(name)
        if isinstance(value, str):
            yield f"{pointer}/{name}", value
        elif isinstance(value, list):
            for n, part in enumerate(value):
                yield from texts_of(part, f"{pointer}/{name}/{n}")


def set_text(body: Body, pointer: str, text: str) -> dict[str, Any]:
    """The body with another text where one is; `pointer` as from `texts_of`, or `/instructions`.

    EditProblem where there is none.
    """
    place = resolve(body, read_place(pointer))
    value: Any = body
    for step in place:
        value = value[step]
    if not isinstance(value, str):
        raise EditProblem(f"{shown(place)}: this is no text.")
    return apply([Set(place, text)], body)


def drop_item(body: Body, n: int, *, with_partners: bool = False) -> Changed:
    """The body without an item of its input (of Chat's messages); with its call or output, if wanted."""
    items, name = _items(body, n)
    tied = partners(items, n)
    gone = tuple(sorted((n, *tied))) if with_partners else (n,)
    left = [item for one, item in enumerate(items) if one not in gone]
    remark = None
    if tied and not with_partners:
        others = " and ".join(f"{name}[{one}]" for one in tied)
        what = "its call is" if is_output(items[n]) else "its output is"
        remark = f"{name}[{n}] is gone, and {what} still there ({others}): they belong together."
    return Changed({**body, name: left}, gone, remark)


def move_item(body: Body, n: int, to: int) -> Changed:
    """The body with an item elsewhere: `to` is its number afterwards."""
    items, name = _items(body, n)
    _items(body, to)
    moved = [item for one, item in enumerate(items) if one != n]
    moved.insert(to, items[n])
    remark = None
    if len(orphans(moved)) > len(orphans(items)):
        remark = f"{name}[{to}] is on the wrong side of what belongs to it: a call comes before its output."
    return Changed({**body, name: moved}, (), remark)


def _items(body: Body, n: int) -> tuple[list[Any], str]:
    name = list_name(body)
    resolve(body, (name, n))  # says what there is, where there is no such item
    return items_of(body), name
