"""What stood in a session before a request, each item as the JSON that it is: a request is put together from
these for every answer, in no more time than it takes to copy them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inspector.protocol import json_text

LARGEST = 2**25
"""Bytes of a history. More no model would take: what is behind it has no requests until it is compacted."""


class History:
    """The items so far; none at all of one that has grown too large."""

    def __init__(self, items: Iterable[bytes] = ()) -> None:
        self._items: list[bytes] = []
        self._size = 0
        self.add(items)

    def add(self, items: Iterable[bytes]) -> None:
        """What was said next."""
        for item in items:
            self._size += len(item)
            if self._size > LARGEST:
                self._items.clear()
            else:
                self._items.append(item)

    def request(self, before: Mapping[str, Any], behind: Mapping[str, Any]) -> bytes | None:
        """The request's body: its members `before` the input and `behind` it. None of what is too large."""
        if self._size > LARGEST:
            return None
        first, last = (json_text.to_bytes(each)[1:-1] for each in (before, behind))
        given = b'"input":[%s]' % b",".join(self._items)
        return b"{%s}" % b",".join(each for each in (first, given, last) if each)
