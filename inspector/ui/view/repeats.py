"""What a request says that the one before it in its session said already.

A session sends its whole history with every request: what is repeated is shown dim, so that what is new
stands out. A piece counts as repeated where the same piece was there before, member for member as it was
written; where it stood does not matter.
"""

from __future__ import annotations

from typing import Any

from inspector.protocol.compare.canonical import verbatim
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Row, Span, Tone
from inspector.ui.view.settings import token

LISTS = ("tools", "input", "messages")
FROM_REQUEST = "in:"  # how a link begins that names a piece of the request

_QUIET = frozenset((Tone.TEXT, Tone.STRONG, Tone.ROLE, Tone.KEY, Tone.STRING, Tone.NUMBER))


def repeated(before: Any, body: Any) -> frozenset[str]:
    """Pointers of the repeated pieces: settings, tools, items; `settings`, `/tools` where all of it is."""
    if not isinstance(before, dict) or not isinstance(body, dict):
        return frozenset()
    found: set[str] = set()
    changed = False
    for name, value in body.items():
        pointer, old = f"/{token(name)}", before.get(name)
        if name in LISTS and isinstance(value, list):
            said = {verbatim(piece) for piece in old} if isinstance(old, list) else set()
            same = [n for n, piece in enumerate(value) if verbatim(piece) in said]
            found.update(f"{pointer}/{n}" for n in same)
            found.update([pointer] if len(same) == len(value) else ())
        elif name in before and verbatim(value) == verbatim(old):
            found.add(pointer)
            found.update(_members(pointer, value))
        else:
            changed = changed or name not in ("instructions", "input")
            found.update(_same_members(pointer, old, value))
    return frozenset(found if changed else found | {"settings"})


def _members(pointer: str, value: Any) -> list[str]:
    return [f"{pointer}/{token(name)}" for name in value] if isinstance(value, dict) else []


def _same_members(pointer: str, old: Any, value: Any) -> list[str]:
    """The members of a setting that are as they were, where others are not."""
    if not isinstance(old, dict) or not isinstance(value, dict):
        return []
    same = {name: member for name, member in value.items()
            if name in old and verbatim(member) == verbatim(old[name])}  # fmt: skip
    return _members(pointer, same)


def repeats(node: Node, pointers: frozenset[str]) -> bool:
    """Whether all that a node was made from is among these pointers."""
    pieces = [link.removeprefix(FROM_REQUEST) for link in node.links if link.startswith(FROM_REQUEST)]
    return pointers.issuperset(pieces) if pieces else node.key in pointers


def quiet(row: Row) -> Row:
    """The row with its plain words dim; what tells of trouble or of the translation keeps its colour."""
    return Row(tuple(_quiet(span) for span in row.left), tuple(_quiet(span) for span in row.right))


def _quiet(span: Span) -> Span:
    return Span(span.text, Tone.DIM) if span.tone in _QUIET else span
