"""Whose fragment is it: the entries of `delta.tool_calls`, each put to the call that it belongs to.

A well-behaved server gives each call an index, and an id and a name with its first fragment. Others leave
out any of them, send them late, repeat them, or use one index for two calls. The rules, first match wins:

1. An entry with an index belongs to the call that holds the index, unless it brings another id than that
   call's: then the call of that id, if need be a new one, takes the index over.
2. An entry with an id that is known belongs to that call; except that a new index together with another
   name, or with a name after the call's arguments are whole, is a new call, and its id, being taken, is
   forgotten.
3. An entry with a new index or a new id begins a call; but the last call, if it has neither yet, takes the
   id as its late one, unless the entry brings a name that differs.
4. Without index and id, entries that come several in one delta are told apart by their place, once there
   are so many calls.
5. A name begins a call, except when the last call still waits for its name, or has the same one and its
   arguments are not yet whole.
6. Everything else goes on with the last call, or begins one that is still nameless.

With an index but without both ids, rule 1 alone would run two calls together that share it. After arguments
that are whole JSON, another name begins a new call; so does the same name, but only when arguments follow it:
there are servers that repeat it to the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from inspector.protocol.json_text import write
from inspector.protocol.surrogates import whole


class Call(Protocol):
    """What the rules need to know of a call."""

    call_id: str | None
    name: str

    @property
    def has_arguments(self) -> bool:
        """Whether anything but white space came as its arguments."""

    def is_whole(self) -> bool:
        """Whether its arguments are complete, so that no more of them can come."""


# Not frozen: that makes building one, which happens at every delta, three times as slow.
@dataclass(slots=True)
class Fragment:
    """One entry of `delta.tool_calls`, in a form that can be relied on: absent is None, or "" for text."""

    index: int | None
    id: str | None
    name: str
    arguments: str
    place: int  # in its delta
    places: int  # entries in its delta


def read_fragment(entry: dict[str, Any], place: int, places: int) -> Fragment:
    """The fragment that an entry amounts to."""
    function = entry.get("function")
    if not isinstance(function, dict):
        # Custom tools over Chat (`{"custom": {"name", "input"}}`), and servers that leave the wrapper out.
        custom = entry.get("custom")
        function = custom if isinstance(custom, dict) else entry
    name = function.get("name")
    arguments = function.get("arguments", function.get("input"))
    return Fragment(
        index=_index(entry.get("index")),
        id=_id(entry.get("id")),
        name=whole(name) if isinstance(name, str) else "",
        arguments=argument_text(arguments),
        place=place,
        places=places,
    )


def argument_text(value: object) -> str:
    """Arguments as the text they should be; servers also send them as the object itself, or null."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    try:
        return write(value)
    except ValueError:
        return ""


def _index(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _id(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return whole(value) if isinstance(value, str) and value.strip() else None


C = TypeVar("C", bound=Call)


class CallTable(Generic[C]):
    """The calls of one response, and who holds which index and id."""

    def __init__(self, begin: Callable[[], C]) -> None:
        self._begin = begin
        self._by_index: dict[int, C] = {}
        self._by_id: dict[str, C] = {}
        self._unindexed: list[C] = []
        self._named_again: dict[int, str] = {}  # by index: the name of a call that begins if arguments follow
        self.last: C | None = None

    def assign(self, fragment: Fragment) -> C:
        """The call that the fragment belongs to, begun if need be; its id and name are taken note of."""
        call = self._find(fragment)
        if call is None:
            call = self._begin()
            if fragment.index is None:
                self._unindexed.append(call)
            elif (name := self._named_again.pop(fragment.index, None)) and not fragment.name:
                call.name = name
        if fragment.index is not None:
            self._by_index[fragment.index] = call
        if fragment.id is not None and call.call_id is None and fragment.id not in self._by_id:
            call.call_id = fragment.id
            self._by_id[fragment.id] = call
        if fragment.name and not call.has_arguments:
            # Some servers cut even the name in pieces, others repeat it with every fragment.
            call.name = fragment.name if call.name in ("", fragment.name) else call.name + fragment.name
        elif fragment.name and not call.name:
            call.name = fragment.name
        self.last = call
        return call

    def _find(self, fragment: Fragment) -> C | None:
        if fragment.index is not None and (held := self._by_index.get(fragment.index)):
            if not self._is_another(held, fragment):
                return held
            return None if fragment.id is None else self._by_id.get(fragment.id)
        if fragment.id is not None:
            if known := self._by_id.get(fragment.id):
                if fragment.index is None or not fragment.name:
                    return known
                return known if fragment.name == known.name and not known.is_whole() else None
            last = self.last
            if last is not None and last.call_id is None and last in self._unindexed:
                return last if fragment.name in ("", last.name) or not last.name else None
            return None
        if fragment.index is not None:
            return None
        if fragment.places > 1 and not fragment.name and fragment.place < len(self._unindexed):
            return self._unindexed[fragment.place]
        last = self.last
        if last is None or not fragment.name or not last.name:
            return last
        return last if fragment.name == last.name and not last.is_whole() else None

    def _is_another(self, held: C, fragment: Fragment) -> bool:
        """Whether a fragment is of another call than the one that holds its index."""
        assert fragment.index is not None
        if fragment.id is not None and held.call_id is not None:
            return fragment.id != held.call_id
        has_arguments = bool(fragment.arguments.strip())
        if not fragment.name:
            return has_arguments and fragment.index in self._named_again
        if not held.name or not held.is_whole():
            return False
        if fragment.name == held.name and not has_arguments:
            self._named_again[fragment.index] = held.name
            return False
        return True
