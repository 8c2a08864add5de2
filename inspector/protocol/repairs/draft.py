"""A request while it is repaired: copied only where it changes, with every change on record.

Rules name places by paths, tuples of member names and indices, as the request came in. These stay valid
whatever other rules did: a list keeps a mark where an entry was taken out until `finish`, which closes the
gaps and says where every change ended up in the final body.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from inspector.protocol.families import Family
from inspector.protocol.report import Kind, escape

Path = tuple[str | int, ...]


class Change(NamedTuple):
    """One change: by which rule, from where (None: it was not there), to where in the final body, and why."""

    rule: str
    kind: Kind
    source: str | None
    targets: tuple[str, ...]
    text: str

    def to_json(self) -> dict[str, Any]:
        """The change as the commands print it."""
        return {
            "rule": self.rule,
            "kind": str(self.kind),
            "source": self.source,
            "targets": list(self.targets),
            "text": self.text,
        }


class _Edit(NamedTuple):
    rule: str
    kind: Kind
    source: Path | None
    target: Path | None
    text: str


GONE: Any = object()
"""Stands in a list of the draft for an entry that a rule took out."""


class Draft:
    """One request for the rules to read (`body`) and to change (the methods). The source stays as it is."""

    def __init__(self, body: dict[str, Any], family: Family, *, dated: bool) -> None:
        self.body = body
        self.family = family
        self.dated = dated
        self.rule = ""  # the id of the rule at work
        self._copied: set[Path] = set()
        self._gone: dict[Path, list[int]] = {}
        self._edits: list[_Edit] = []

    def drop(self, path: Path, text: str) -> None:
        """Take out a member or an entry."""
        *above, last = path
        parent = self._open(tuple(above))
        if isinstance(last, int):
            parent[last] = GONE
            self._gone.setdefault(tuple(above), []).append(last)
        else:
            del parent[last]
        self._note(Kind.DROPPED, path, None, text)

    def put(self, path: Path, value: Any, text: str) -> None:
        """Say something else in the same place."""
        *above, last = path
        self._open(tuple(above))[last] = value
        self._note(Kind.RENAMED, path, path, text)

    def rename(self, name: str, other: str, text: str) -> None:
        """Give a field of the request another name, which is free; it keeps its value and its place."""
        self._open(())
        self.body = {other if key == name else key: value for key, value in self.body.items()}
        self._note(Kind.RENAMED, (name,), (other,), text)

    def add(self, path: Path, value: Any, text: str) -> None:
        """Say something that was not said: a member of an object."""
        *above, last = path
        self._open(tuple(above))[last] = value
        self._note(Kind.INJECTED, None, path, text)

    def append(self, path: Path, value: Any, text: str) -> None:
        """Say something more at the end of the list at `path`."""
        found = self._open(path)
        found.append(value)
        self._note(Kind.INJECTED, None, (*path, len(found) - 1), text)

    def finish(self) -> tuple[Change, ...]:
        """Close the gaps in lists; every change, with pointers into source and final body."""
        for path in self._gone:
            found = self._open(path)
            found[:] = [one for one in found if one is not GONE]
        return tuple(
            Change(
                edit.rule,
                edit.kind,
                None if edit.source is None else _pointer(edit.source),
                () if edit.target is None else (_pointer(self._final(edit.target)),),
                edit.text,
            )
            for edit in self._edits
        )

    def _open(self, path: Path) -> Any:
        """The container at `path`, to be written to: it and those around it are copies of ours."""
        if () not in self._copied:
            self._copied.add(())
            self.body = self.body.copy()
        here: Any = self.body
        for depth, token in enumerate(path, 1):
            if path[:depth] not in self._copied:
                self._copied.add(path[:depth])
                here[token] = here[token].copy()
            here = here[token]
        return here

    def _final(self, path: Path) -> Path:
        """Where what stood at `path` stands once the gaps are closed."""
        return tuple(
            token - sum(gone < token for gone in self._gone.get(path[:depth], ()))
            if isinstance(token, int)
            else token
            for depth, token in enumerate(path)
        )

    def _note(self, kind: Kind, source: Path | None, target: Path | None, text: str) -> None:
        self._edits.append(_Edit(self.rule, kind, source, target, text))


def _pointer(path: Path) -> str:
    return "".join(f"/{escape(str(token))}" for token in path)
