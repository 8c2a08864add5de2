"""A text with placeholders in it, of the same length: by where it stands, and for what is sought in all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from inspector.sharing import images, views
from inspector.sharing.found import Found
from inspector.sharing.kinds import Kind
from inspector.sharing.literals import looks_like_json, reslashed, unslashed
from inspector.sharing.naming import HEXADECIMAL, IDS
from inspector.sharing.needles import Hit
from inspector.sharing.placeholder import Placeholders
from inspector.sharing.places import Place
from inspector.sharing.vocabulary import WORDS

_MOST_KNOWN = 2**25  # characters of texts whose replacement is remembered
_MOST_IDLE = 2**20
_ENDING = re.compile(r"(?<=[^/\\.])\.[A-Za-z0-9]{1,5}$")
_DIGIT = re.compile(r"\d")
_SEPARATOR = re.compile(r"([/\\]+)")
_ROOTS = frozenset(
    {"home", "Users", "tmp", "var", "private", "mnt", "opt", "usr", "root", "work", "workspace"}
)

_Key = TypeVar("_Key", bound=tuple[Any, ...])
_Value = TypeVar("_Value")

Nested = Callable[[str, Place], str | None]
"""A JSON text inside of a text, replaced; None where it is no JSON."""


class Replacer:
    """For one file; `counts` tells how many texts of which kind were replaced where (`where`)."""

    def __init__(self, found: Found, placeholders: Placeholders) -> None:
        self.counts: Counter[tuple[Kind, str]] = Counter()
        self.where = ""
        self._found = found
        self._placeholders = placeholders
        self._known: dict[tuple[str, Kind | None, str], tuple[str, tuple[Kind, ...]]] = {}
        self._once: dict[tuple[str, Hashable], tuple[str, tuple[tuple[Kind, int], ...]]] = {}
        self._size = 0
        self._told: list[Kind] = []
        self._idle: set[str] = set()  # what may be Base64, and says nothing that is sought

    def text(self, text: str) -> str:
        """Any text that stands nowhere in particular."""
        return self.at(text, Place(), lambda text, place: None)

    def at(self, text: str, place: Place, nested: Nested) -> str:
        """A text that stands there."""
        key = (text, place.kind, place.form)
        known = self._known.get(key)
        if known is None:
            before, self._told = self._told, []
            known = self._made(text, place, nested), tuple(self._told)
            self._told = before
            self._remember(self._known, key, known)
        for kind in known[1]:
            self.counts[kind, self.where] += 1
        return known[0]

    def once(self, what: tuple[str, Hashable], make: Callable[[], str]) -> str:
        """What `make` makes of it, also where it was asked for before; `what[0]` is the text."""
        known = self._once.get(what)
        if known is None:
            before, self.counts = self.counts, Counter()
            try:
                made = make()
                known = made, tuple((kind, count) for (kind, _), count in self.counts.items())
            finally:
                self.counts = before
            self._remember(self._once, what, known)
        for kind, count in known[1]:
            self.counts[kind, self.where] += count
        return known[0]

    def broken(self, text: str) -> str:
        """A text of unknown form: where texts go by their place, all but the words of the protocols."""
        if not self._found.choice.has_places:
            return self.text(text)
        made = self._placeholders.broken(text)
        if made != text:
            kinds = self._found.choice.kinds
            self.counts[next(kind for kind in Kind if kind in kinds and kind.is_place), self.where] += 1
        return self.text(made)

    def chosen(self, kind: Kind) -> bool:
        """Whether texts of this kind go."""
        return self._found.choice.has(kind)

    def seeks(self, text: str) -> bool:
        """Whether something that goes is in it."""
        return bool(self._found.needles.find(text))

    def hidden(self, text: str) -> str:
        """A text that goes since what it belongs to did."""
        return self._placeholders.text(text)

    def digits(self, text: str, place: Place) -> str:
        """What stands between the literals of a document: numbers that are sought, or somebody's."""
        if not _DIGIT.search(text):
            return text
        if self._found.choice.has(place.kind):
            return re.sub(r"\d+", lambda found: self._placeholders.number(found[0]), text)
        hits = [hit for hit in self._found.needles.find(text) if text[hit.start : hit.end].isdigit()]
        return self._replaced(text, hits)

    def _made(self, text: str, place: Place, nested: Nested) -> str:
        chosen = self._found.choice.has(place.kind)
        if place.form == "key":
            if not chosen or text.lower() in WORDS:
                return self._sought(text)
            return self._placeholders.piece(text)
        if place.kind is not Kind.SECRET and (place.form == "json" or looks_like_json(text)):
            inside = nested(text, place)
            if inside is not None:
                return inside
        if not chosen:
            return self._sought(text)
        made = self._placed(text, place)
        if made != text and place.kind is not None:
            self._told.append(place.kind)
        return made

    def _placed(self, text: str, place: Place) -> str:
        if images.is_data_url(text):
            return images.emptied(text) or self._placeholders.piece(text)
        if place.form == "opaque" or place.kind is Kind.SECRET:
            return self._placeholders.piece(text)
        if place.kind is Kind.NAME:
            return self._name(text)
        return self._placeholders.text(text)

    def _sought(self, text: str, depth: int = 0, least: int = 1) -> str:
        """What is sought goes, in each of the forms in which it may be there.

        `least`: characters of what counts as found, and not as chance.
        """
        text = self._plain(text, least)
        plain = unslashed(text)
        if plain is not None and (new := self._sought(plain, depth, least)) != plain:
            text = reslashed(text, new)
        if depth == views.DEEPEST:
            return text
        for read, written in views.FORMS:
            plain = read(text)
            if plain is not None and (new := self._sought(plain, depth + 1, least)) != plain:
                text = written(text, new)
        return self._unpacked(text, depth)

    def _unpacked(self, text: str, depth: int) -> str:
        """With what is in its Base64 replaced."""
        for start, end in views.runs(text):
            if (run := text[start:end]) in self._idle:
                continue
            is_idle = True
            for at in views.starts(start, end):
                said = views.decoded(text[at:end])
                if said is None or (new := self._sought(said, depth + 1, views.least(said))) == said:
                    continue
                is_idle = False
                text = text[:at] + views.encoded(new, text[at:end]) + text[end:]
            if is_idle and not depth:
                self._remember_idle(run)
        return text

    def _plain(self, text: str, least: int) -> str:
        hits = self._found.needles.find(text)
        return self._replaced(text, [hit for hit in hits if hit.end - hit.start >= least])

    def _replaced(self, text: str, hits: list[Hit]) -> str:
        made, at = [], 0
        for hit in hits:
            self._told.append(hit.kind)
            made += [text[at : hit.start], self._placeholder(text[hit.start : hit.end], hit.kind)]
            at = hit.end
        return "".join([*made, text[at:]]) if made else text

    def _placeholder(self, text: str, kind: Kind) -> str:
        if kind.is_place:
            return self._placeholders.text(text)
        if kind is Kind.PATH:
            return self._path(text)
        return self._name(text) if kind is Kind.NAME else self._placeholders.piece(text)

    def _name(self, text: str) -> str:
        """Of an id the kind stays, `resp_`."""
        if HEXADECIMAL.fullmatch(text):
            return self._placeholders.hexadecimal(text)
        kept = re.match(r"[a-z]+[_-]", text) if IDS.fullmatch(text) else None
        at = kept.end() if kept else 0
        return text[:at] + self._placeholders.piece(text[at:])

    def _path(self, path: str) -> str:
        """Folder by folder, so that what lies in one still does; endings tell what a file is."""
        ending = _ENDING.search(path)
        parts = _SEPARATOR.split(path[: ending.start()] if ending else path)
        made = [
            part if part in _ROOTS and n < 3 and len(parts) > 3 else self._placeholders.piece(part)
            for n, part in enumerate(parts)
        ]
        return "".join(made) + (ending[0] if ending else "")

    def _remember_idle(self, run: str) -> None:
        if len(self._idle) >= _MOST_IDLE:
            self._idle.clear()
        self._idle.add(run)

    def _remember(self, known: dict[_Key, _Value], key: _Key, value: _Value) -> None:
        if self._size > _MOST_KNOWN:
            self._known.clear()
            self._once.clear()
            self._size = 0
        self._size += len(key[0])
        known[key] = value
