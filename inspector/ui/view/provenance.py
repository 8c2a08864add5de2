"""The translation's report, arranged by the pieces that the panes show.

The report speaks of leaves; the panes show items, messages, tools and settings. A *piece* is the part of a
pointer that names one of those: `/input/3`, `/messages/4`, `/tools/2`, `/input/0/tools/5`,
`/reasoning/effort`.
"""

from __future__ import annotations

from collections import defaultdict

from inspector.protocol.report import Kind, Report, Row

LISTS = ("input", "messages", "tools")
LOST = (Kind.DROPPED, Kind.REJECTED)


def is_index(token: str) -> bool:
    """Whether a pointer's token can be an index; a member's name may be any digits of any script."""
    return token.isascii() and token.isdecimal() and len(token) < 10


def piece(pointer: str) -> str:
    """The shown piece that a pointer lies in."""
    parts = pointer.split("/")
    if len(parts) > 4 and parts[1] == "input" and parts[3] == "tools":
        return "/".join(parts[:5])
    whole_list = len(parts) > 2 and is_index(parts[2]) and parts[1] not in LISTS
    return "/".join(parts[:2] if whole_list else parts[:3])


_FIRST = {"instructions": 0, "tools": 1, "input": 2}


def order(pointer: str) -> tuple[int, ...]:
    """Sorts pieces of the conversation as the translation goes through them."""
    head, *rest = pointer.split("/")[1:] or [""]
    return (_FIRST.get(head, 3), *(int(part) for part in rest if is_index(part)))


class Provenance:
    """Rows by the piece of the payload they made, and the rows of pieces that made nothing."""

    def __init__(self, report: Report) -> None:
        self.made: defaultdict[str, list[Row]] = defaultdict(list)
        self.lost: defaultdict[str, list[Row]] = defaultdict(list)
        for row in report:
            for target in {piece(target) for target in row.targets}:
                self.made[target].append(row)
            if row.source is not None and row.kind in LOST and not row.targets:
                self.lost[piece(row.source)].append(row)

    def sources(self, target: str) -> frozenset[str]:
        """The pieces of the request that a piece of the payload came from."""
        return frozenset(piece(row.source) for row in self.made.get(target, ()) if row.source is not None)

    def links(self, target: str) -> frozenset[str]:
        """What a node of the payload shares with the request's nodes."""
        return frozenset(f"in:{source}" for source in self.sources(target))

    def change(self, target: str) -> tuple[str, str]:
        """(mark, reason) of what happened to a piece: `+` added, `→` moved, ("", "") for neither."""
        rows = self.made.get(target, ())
        if rows and all(row.source is None for row in rows):
            return "+", rows[0].reason
        moved = next((row for row in rows if row.kind is Kind.MOVED), None)
        return ("→", moved.reason) if moved else ("", "")

    def remark(self, target: str) -> str:
        """What the report has to say of a piece that is as it was; "" for nothing."""
        return next((row.reason for row in self.made.get(target, ()) if row.reason), "")
