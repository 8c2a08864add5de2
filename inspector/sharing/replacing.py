"""A text with placeholders in it, of the same length: by where it stands, and for what is sought in all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from inspector.sharing import images, views
from inspector.sharing.found import Found
from inspector.sharing.kinds import Kind
from inspector.sharing.literals import STRING, decoded, looks_like_json, rewritten
from inspector.sharing.naming import HEXADECIMAL, IDS
from inspector.sharing.needles import Hit
from inspector.sharing.placeholder import Placeholders
from inspector.sharing.places import Place
from inspector.sharing.vocabulary import WORDS

_MOST_KNOWN = 2**25  # characters of texts whose replacement is remembered
_ENDING = re.compile(r"(?<=[^/\\.])\.[A-Za-z0-9]{1,5}$")
_SEPARATOR = re.compile(r"([/\\]+)")
_ROOTS = frozenset(
    {"home", "Users", "tmp", "var", "private", "mnt", "opt", "usr", "root", "work", "workspace"}
)

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
        self._size = 0
        self._told: list[Kind] = []

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
            self._remember(key, known)
        for kind in known[1]:
            self.counts[kind, self.where] += 1
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

    def digits(self, text: str, place: Place) -> str:
        """What stands between the literals of a document: numbers that are sought, or somebody's."""
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

    def _sought(self, text: str) -> str:
        """What is sought goes, in each of the forms in which it may be there."""
        text = self._unpacked(self._quoted(self._plain(text)))
        plain = views.unescaped(text)
        if plain is None:
            return text
        if self._found.needles.find(plain) or self._found.needles.find(views.unpacked(plain)):
            text = views.reescaped(text, lambda plain: self._unpacked(self._plain(plain)))
        return text

    def _quoted(self, text: str) -> str:
        """With what is in JSON's literals replaced, where a text has some in it and is no JSON."""
        if "\\" not in text:
            return text
        made, at = [], 0
        for literal in STRING.finditer(text):
            if "\\" not in literal[0]:
                continue
            try:
                inside = decoded(literal[0])
            except ValueError:
                continue
            if (new := self._sought(inside)) != inside:
                made += [text[at : literal.start()], rewritten(literal[0], new)]
                at = literal.end()
        return "".join([*made, text[at:]])

    def _unpacked(self, text: str) -> str:
        """With what is in its Base64 replaced."""
        if not self._found.needles.find(views.unpacked(text)):
            return text
        for start, end, data in views.embedded(text):
            inside = data.decode("utf-8", "surrogateescape")
            if self._found.needles.find(inside):
                made = self._plain(inside).encode("utf-8", "surrogateescape")
                text = text[:start] + views.encoded(made, text[start:end]) + text[end:]
        return text

    def _plain(self, text: str) -> str:
        return self._replaced(text, self._found.needles.find(text))

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

    def _remember(self, key: tuple[str, Kind | None, str], known: tuple[str, tuple[Kind, ...]]) -> None:
        if self._size > _MOST_KNOWN:
            self._known.clear()
            self._size = 0
        self._size += len(key[0])
        self._known[key] = known
