"""What was changed, as the operations of a JSON Patch: `made` keeps them, `--patch` makes them again.

Found by names and numbers only, in linear time. Elements before and behind a changed stretch of a list are
the same; inside it some were only removed, else they are compared in order and the rest of the longer side
was added or removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inspector.protocol.compare.canonical import same
from inspector.protocol.json_text import to_bytes
from inspector.protocol.report import escape

Operation = dict[str, Any]

LARGEST_VALUE = 2_000  # bytes of JSON that the record of an edit repeats; the exchange itself has it whole
MOST = 100
_NOTHING = object()


def operations(before: Any, after: Any, at: str = "") -> Iterator[Operation]:
    """The operations that turn `before` into `after`, in an order in which they can be applied."""
    stack = [(before, after, at)]
    while stack:
        old, new, at = stack.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            for name in old:
                if name not in new:
                    yield {"op": "remove", "path": f"{at}/{escape(name)}"}
            for name, value in new.items():
                if name not in old:
                    yield {"op": "add", "path": f"{at}/{escape(name)}", "value": value}
            stack += [(old[name], new[name], f"{at}/{escape(name)}") for name in reversed(old) if name in new]
        elif isinstance(old, list) and isinstance(new, list):
            start, end = _same_ends(old, new)
            olds, news = len(old) - end, len(new) - end
            if olds > news and (left := _left_over(old[start:olds], new[start:news])) is not None:
                yield from ({"op": "remove", "path": f"{at}/{start + n}"} for n in reversed(left))
                continue
            both = min(olds, news)
            # Elements go from behind, and before anything is said of what lies deeper.
            yield from ({"op": "remove", "path": f"{at}/{n}"} for n in range(olds - 1, both - 1, -1))
            yield from ({"op": "add", "path": f"{at}/{n}", "value": new[n]} for n in range(both, news))
            stack += [(old[n], new[n], f"{at}/{n}") for n in range(both - 1, start - 1, -1)]
        elif not same(old, new):
            yield {"op": "replace", "path": at, "value": new}


def for_the_record(before: Any, after: Any) -> tuple[Operation, ...]:
    """The operations as an exchange keeps them: of a large value its size stands for it (`bytes`).

    Of very many the first are kept, and how many `more` there were.
    """
    kept: list[Operation] = []
    more = 0
    for operation in operations(before, after):
        if len(kept) == MOST:
            more += 1
            continue
        if "value" in operation and (size := len(to_bytes(operation["value"]))) > LARGEST_VALUE:
            operation = {"op": operation["op"], "path": operation["path"], "bytes": size}
        kept.append(operation)
    return (*kept, {"more": more}) if more else tuple(kept)


def _left_over(old: list[Any], new: list[Any]) -> list[int] | None:
    """The elements of `old` without which it is `new`; None where it takes more than that."""
    gone: list[int] = []
    wanted = iter(new)
    one = next(wanted, _NOTHING)
    for n, element in enumerate(old):
        if one is not _NOTHING and same(element, one):
            one = next(wanted, _NOTHING)
        else:
            gone.append(n)
    return gone if one is _NOTHING else None


def _same_ends(old: list[Any], new: list[Any]) -> tuple[int, int]:
    """How many elements are the same at the beginning, and at the end."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and same(old[start], new[start]):
        start += 1
    end = 0
    while end < shorter - start and same(old[-1 - end], new[-1 - end]):
        end += 1
    return start, end
