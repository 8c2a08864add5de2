"""A JSON text with its literals and the places where they stand: gathered from, and written anew.

Pieces of one text that come in deltas are put together first, and cut again where they were cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from inspector.sharing import tokens
from inspector.sharing.found import Found
from inspector.sharing.images import is_data_url
from inspector.sharing.items import Item, cut, joined
from inspector.sharing.kinds import Kind
from inspector.sharing.literals import STRING, decoded, looks_like_json, parse, rewritten
from inspector.sharing.places import Around, Place, around_items, places
from inspector.sharing.replacing import Replacer

_DEEPEST = 6  # JSON in a text in JSON


@dataclass(slots=True)
class Literal:
    """A literal as it stands in its document."""

    start: int
    end: int
    raw: str
    text: str
    place: Place


@dataclass(slots=True)
class Document:
    """A JSON text. `literals` is None where it is none; those of its items are not among them."""

    text: str
    around: Around = field(default_factory=Around)
    literals: list[Literal] | None = None
    items: list[tuple[Item, Around]] = field(default_factory=list)

    def __post_init__(self) -> None:
        frame, items = cut(self.text)
        if not (items and self._read(frame, items)):
            self._read(self.text, [])

    def _read(self, text: str, items: list[Item]) -> bool:
        """Whether the frame tells what its items are."""
        try:
            value = parse(text.removeprefix("\ufeff"))
            known = places(value, self.around)
            found = [
                Literal(match.start(), match.end(), match[0], decoded(match[0]), place)
                for match, place in zip(STRING.finditer(text), known, strict=True)
            ]
        except (ValueError, RecursionError):
            return False
        arounds = {name: around_items(value, name, self.around) for name in {item.list for item in items}}
        inside = [(item, around) for item in items if (around := arounds[item.list]) is not None]
        if len(inside) < len(items):
            return False
        self.text, self.items, self.literals = text, inside, found
        return True


def gather(documents: Iterable[Document], found: Found, depth: int = 0) -> None:
    """What is in them is made known."""
    groups: dict[tuple[object, ...], list[Literal]] = {}
    for document in documents:
        if document.literals is None:
            _gather_broken(document.text, found)
            continue
        for item, around in document.items:
            if found.is_new(item.text, around):
                gather([Document(item.text, around)], found, depth)
        for literal in document.literals:
            if literal.place.group is None:
                _gather(literal.text, literal.place, found, depth)
            else:
                groups.setdefault(literal.place.group, []).append(literal)
    for pieces in groups.values():
        _gather("".join([piece.text for piece in pieces]), pieces[0].place, found, depth)


def replaced(documents: list[Document], replacer: Replacer, depth: int = 0) -> list[str]:
    """Their texts with placeholders in them, each as long as it was."""
    groups: dict[tuple[object, ...], list[Literal]] = {}
    for document in documents:
        for literal in document.literals or ():
            if literal.place.group is not None:
                groups.setdefault(literal.place.group, []).append(literal)
    numbers = "".join([tokens.said(document.text) for document in documents])
    hides = bool(numbers) and (replacer.chosen(Kind.PROMPT) or replacer.seeks(numbers))
    cut: dict[int, str] = {}
    for pieces in groups.values():
        before, place = "".join([piece.text for piece in pieces]), pieces[0].place
        whole = _replaced(before, place, replacer, depth)
        if place.form == "token":
            if hides and whole == before:
                whole = replacer.hidden(before)
            hides = hides or whole != before
        at = 0
        for piece in pieces:
            cut[id(piece)] = whole[at : at + len(piece.text)]
            at += len(piece.text)
    if not hides:
        return [_written(document, cut, replacer, depth) for document in documents]
    for document in documents:
        for literal in document.literals or ():
            if literal.place.form == "other token":
                cut[id(literal)] = replacer.hidden(literal.text)
    return [tokens.emptied(_written(document, cut, replacer, depth)) for document in documents]


def text(text: str, replacer: Replacer) -> str:
    """Any text, which may be JSON."""
    return _replaced(text, Place(), replacer, 0)


def gather_text(text: str, found: Found) -> None:
    """What is in any text, which may be JSON."""
    _gather(text, Place(), found, 0)


def _written(document: Document, cut: dict[int, str], replacer: Replacer, depth: int) -> str:
    if document.literals is None:
        return replacer.broken(document.text)
    between = Place(None if document.around.fields_stay else document.around.speaker)
    made, at = [], 0
    for literal in document.literals:
        made.append(replacer.digits(document.text[at : literal.start], between))
        new = cut.get(id(literal))
        if new is None:
            new = _replaced(literal.text, literal.place, replacer, depth)
        made.append(literal.raw if new == literal.text else rewritten(literal.raw, new))
        at = literal.end
    frame = "".join([*made, replacer.digits(document.text[at:], between)])
    return joined(frame, [(item, _item(item, around, replacer, depth)) for item, around in document.items])


def _item(item: Item, around: Around, replacer: Replacer, depth: int) -> str:
    """What becomes of it: the same wherever it stands in such a list."""
    return replacer.once(
        (item.text, around), lambda: replaced([Document(item.text, around)], replacer, depth)[0]
    )


def _replaced(text: str, place: Place, replacer: Replacer, depth: int) -> str:
    def nested(text: str, place: Place) -> str | None:
        document = _nested(text, place, depth)
        return None if document is None else replaced([document], replacer, depth + 1)[0]

    return replacer.at(text, place, nested)


def _gather(text: str, place: Place, found: Found, depth: int) -> None:
    if place.form == "key":
        found.text(text)
        return
    if place.kind is Kind.SECRET:
        found.secret(text)
        return
    if (place.form == "json" or looks_like_json(text)) and (inside := _nested(text, place, depth)):
        gather([inside], found, depth + 1)
        return
    if is_data_url(text) or place.form == "opaque":
        return
    found.text(text)
    if found.choice.has(place.kind) and place.kind is not None:
        if place.kind.is_place:
            found.prose(text, place.kind)
        else:
            found.names([text])


def _gather_broken(text: str, found: Found) -> None:
    found.text(text)
    for literal in STRING.finditer(text):
        try:
            found.text(decoded(literal[0]))
        except ValueError:
            continue


def _nested(text: str, place: Place, depth: int) -> Document | None:
    if depth == _DEEPEST:
        return None
    stay = place.form == "json" or place.kind in (None, Kind.NAME)
    document = Document(text, Around(place.kind, everything=True, fields_stay=stay))
    return document if document.literals is not None else None
