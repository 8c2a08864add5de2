"""Any two JSON values: what changed inside, each change at its pointers.

Elements of lists are aligned by their names (`call_id`, `id`, `name`) and their order. Below 64 levels a
difference is told as one change of the whole: nobody reads further, and the work stays bounded.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from inspector.protocol.compare.alignment import Element, align
from inspector.protocol.compare.canonical import canonical, same, verbatim
from inspector.protocol.compare.change import Change, ValueChange
from inspector.protocol.report import escape

_LEVELS = 64
_NAMES = ("call_id", "id", "name")


def value_difference(old: Any, new: Any, old_at: str = "", new_at: str = "") -> tuple[ValueChange, ...]:
    """What turns `old` into `new`, in the order of the old value, what is new after it; () if nothing."""
    return tuple(_walk(old, new, old_at, new_at))


@dataclass(frozen=True, slots=True)
class _Open:
    """Two values at two pointers, still to be compared."""

    old: Any
    new: Any
    old_at: str
    new_at: str
    level: int


def _walk(old: Any, new: Any, old_at: str, new_at: str) -> Iterator[ValueChange]:
    stack: list[_Open | ValueChange] = [_Open(old, new, old_at, new_at, 0)]
    while stack:
        task = stack.pop()
        if isinstance(task, ValueChange):
            yield task
        elif task.level < _LEVELS and isinstance(task.old, dict) and isinstance(task.new, dict):
            if not _surely_same(task):
                stack.extend(reversed(list(_members(task, task.old, task.new))))
        elif task.level < _LEVELS and isinstance(task.old, list) and isinstance(task.new, list):
            if not _surely_same(task):
                stack.extend(reversed(list(_elements(task, task.old, task.new))))
        elif not same(task.old, task.new):
            yield ValueChange(Change.CHANGED, task.old_at, task.new_at, task.old, task.new)


def _surely_same(task: _Open) -> bool:
    """Whether there is no need to look inside; most values that differ are found out by Python's `==`."""
    try:
        return task.old == task.new and canonical(task.old) == canonical(task.new)
    except RecursionError:
        return False


def _members(task: _Open, old: dict[str, Any], new: dict[str, Any]) -> Iterator[_Open | ValueChange]:
    for name, member in old.items():
        at = f"{task.old_at}/{escape(name)}"
        if name in new:
            yield _Open(member, new[name], at, f"{task.new_at}/{escape(name)}", task.level + 1)
        else:
            yield ValueChange(Change.VANISHED, at, None, member)
    for name, member in new.items():
        if name not in old:
            yield ValueChange(Change.ADDED, None, f"{task.new_at}/{escape(name)}", None, member)


def _elements(task: _Open, old: list[Any], new: list[Any]) -> Iterator[_Open | ValueChange]:
    for pair in align([_Value(one) for one in old], [_Value(one) for one in new], _objects):
        if pair.old is None or pair.new is None:
            if pair.old is not None:
                yield ValueChange(Change.VANISHED, f"{task.old_at}/{pair.old}", None, old[pair.old])
            elif pair.new is not None:
                yield ValueChange(Change.ADDED, None, f"{task.new_at}/{pair.new}", None, new[pair.new])
            continue
        before, after = old[pair.old], new[pair.new]
        old_at, new_at = f"{task.old_at}/{pair.old}", f"{task.new_at}/{pair.new}"
        if pair.moved:
            yield ValueChange(Change.MOVED, old_at, new_at, before, after)
        yield _Open(before, after, old_at, new_at, task.level + 1)


class _Value:
    """An element of any list."""

    levels = len(_NAMES)

    def __init__(self, value: Any) -> None:
        self.value = value
        self.text: Hashable
        self.kind: Hashable
        if isinstance(value, dict):
            self.text = verbatim(value)
            self.kind = _string(value.get("type")), _string(value.get("name"))
        elif isinstance(value, list):
            self.text, self.kind = verbatim(value), _LIST
        else:
            self.text = type(value), repr(value) if isinstance(value, float) else value
            self.kind = _SCALAR

    def name(self, level: int) -> Hashable | None:
        if not isinstance(self.value, dict):
            return None
        given = _string(self.value.get(_NAMES[level]))
        return (_string(self.value.get("type")), given) if given else None


_SCALAR, _LIST = "scalar", "list"


def _objects(one: Element, other: Element) -> bool:
    """Parts of one type are each other's changed forms in the order in which they come; scalars are not."""
    return one.kind != _SCALAR


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None
