"""Many texts sought at once in much text, and in a time that does not grow with their number.

Long ones are known by eight of their characters: those after one of their spaces if they have any, so that
only what follows a space has to be looked at in a text; else any eight in a row, so that only every eighth
place has to be. Short ones are sought by one pattern, names among them as whole words: there is an "al" in
every text.

A session sends its history again with every request. So `Needles.find` cuts a text where its content says so,
and remembers of each piece what it found there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inspector.sharing.kinds import Kind

_GRAM = 8
_LONG = 2 * _GRAM - 1
_LETTERS = 4  # of eight characters that tell something
_ANCHORS = 8  # places of a text among which the one is taken that tells it best from others
CUT = re.compile(r"\},\s?(?=\{)|\n\n")
"""Between the items of a list, and the events of a stream."""
_LEAST, _MOST = 64, 2**13  # characters of a piece
_MOST_KNOWN = 2**20  # pieces

Piece = tuple[tuple[int, ...], tuple[int, ...], tuple["Hit", ...]]
"""Where in a piece long texts may stand, those with spaces and the others, and the short ones in it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A needle that was found: the place in the text, and what kind of text it is."""

    start: int
    end: int
    kind: Kind


class Needles:
    """Texts to be sought. Those of kind WORD and SECRET are found inside of words, the former in any case."""

    def __init__(self) -> None:
        self._spaced: dict[str, list[tuple[str, int, Kind]]] = {}
        self._grams: dict[str, list[tuple[str, int, Kind]]] = {}
        self._known: set[str] = set()
        self._short: dict[Kind, set[str]] = {}
        self._patterns: dict[Kind, re.Pattern[str]] = {}
        self._anywhere: dict[Kind, re.Pattern[str]] = {}  # the same, also inside of words
        self._reach = _LONG  # characters behind a piece that tell what begins in it
        self._pieces: dict[int, Piece] = {}

    def add(self, text: str, kind: Kind) -> None:
        """One more. Prose that is too short to be told from other prose is left out."""
        if text in self._known or not text:
            return
        is_short = len(text) < _LONG or kind is Kind.WORD
        if is_short and kind.is_place:
            return
        self._known.add(text)
        self._pieces.clear()
        if is_short:
            self._short.setdefault(kind, set()).add(text)
            self._patterns.pop(kind, None)
            self._reach = max(self._reach, len(text) + 1)
        elif anchors := _anchors(text):
            at = min(anchors, key=lambda at: len(self._spaced.get(text[at : at + _GRAM], ())))
            self._spaced.setdefault(text[at : at + _GRAM], []).append((text, at, kind))
        else:
            ends = (len(text) - _LONG, 0)  # paths begin alike
            first = min(ends, key=lambda at: len(self._grams.get(text[at : at + _GRAM], ())))
            for at in range(first, first + _GRAM):
                self._grams.setdefault(text[at : at + _GRAM], []).append((text, at, kind))

    def update(self, texts: Iterable[str], kind: Kind) -> None:
        """Some more."""
        for text in texts:
            self.add(text, kind)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, text: object) -> bool:
        return text in self._known

    def short(self) -> list[str]:
        """Those that might come about by chance."""
        return [text for texts in self._short.values() for text in texts]

    def find(self, text: str) -> list[Hit]:
        """Where they stand, in order, the longest where several overlap."""
        if not self._known:
            return []
        hits: list[Hit] = []
        for start, end in _steps(text):
            spaced, grams, short = self._piece(text, start, end)
            if spaced:
                hits += self._standing(text, start, spaced, self._spaced)
            if grams:
                hits += self._standing(text, start, grams, self._grams)
            if short:
                hits += [Hit(start + hit.start, start + hit.end, hit.kind) for hit in short]
        return _apart(hits) if hits else hits

    def _piece(self, text: str, start: int, end: int) -> Piece:
        """What the text itself says of the piece, a character before it and some behind included."""
        before = 1 if start else 0
        window = text[start - before : end + self._reach]
        key = hash((window, end - start, before))
        known = self._pieces.get(key)
        if known is None:
            if len(self._pieces) >= _MOST_KNOWN:
                self._pieces.clear()
            size = end - start
            known = self._pieces[key] = (
                tuple(self._after_spaces(window, before, size)),
                tuple(self._at_steps(window, before, size)),
                tuple(self._short_ones(window, before, size)),
            )
        return known

    def _after_spaces(self, window: str, before: int, size: int) -> Iterator[int]:
        known = self._spaced
        if not known:
            return
        at = window.find(" ", before, before + size)
        while at >= 0:
            if window[at + 1 : at + 1 + _GRAM] in known:
                yield at + 1 - before
            at = window.find(" ", at + 1, before + size)

    def _at_steps(self, window: str, before: int, size: int) -> Iterator[int]:
        known = self._grams
        if not known:
            return
        for at in range(before, before + size + _GRAM - 1, _GRAM):
            if window[at : at + _GRAM] in known:
                yield at - before

    def _short_ones(self, window: str, before: int, size: int) -> Iterator[Hit]:
        for kind, texts in self._short.items():
            pattern = self._patterns.get(kind) or self._compiled(kind, texts)
            if (anywhere := self._anywhere.get(kind)) and not anywhere.search(window, before):
                continue  # in a fraction of the time
            for found in pattern.finditer(window, before):
                if found.start() >= before + size:
                    break
                yield Hit(found.start() - before, found.end() - before, kind)

    def _standing(
        self, text: str, start: int, places: Iterable[int], known: dict[str, list[tuple[str, int, Kind]]]
    ) -> Iterator[Hit]:
        for place in places:
            at = start + place
            for needle, offset, kind in known[text[at : at + _GRAM]]:
                if at >= offset and text.startswith(needle, at - offset):
                    yield Hit(at - offset, at - offset + len(needle), kind)

    def _compiled(self, kind: Kind, texts: set[str]) -> re.Pattern[str]:
        if kind is Kind.WORD:
            made = re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))), re.I)
        elif kind is Kind.SECRET:
            made = re.compile(_any_of(texts))
        else:
            made = re.compile(rf"(?<![^\W_]){_any_of(texts)}(?![^\W_])")
            self._anywhere[kind] = re.compile(_any_of(texts))
        self._patterns[kind] = made
        return made


def _anchors(text: str) -> list[int]:
    """Places after a space that have enough behind them, letters above all: signs stay as they are."""
    found: list[int] = []
    at = text.find(" ", 0, -_GRAM)
    while at >= 0 and len(found) < _ANCHORS:
        if sum(map(str.isalnum, text[at + 1 : at + 1 + _GRAM])) >= _LETTERS:
            found.append(at + 1)
        at = text.find(" ", at + 1, -_GRAM)
    return found


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each, by CUT: the same text is cut in the same places, whatever stands before it."""
    start = 0
    if len(text) > _LEAST:
        for found in CUT.finditer(text):
            if (end := found.end()) - start >= _LEAST:
                yield start, end
                start = end
    if start < len(text):
        yield start, len(text)


def _steps(text: str) -> Iterator[tuple[int, int]]:
    """Pieces of a bounded length."""
    for start, end in pieces(text):
        while end - start > _MOST:
            yield start, start + _MOST
            start += _MOST
        yield start, end


def _apart(hits: list[Hit]) -> list[Hit]:
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    apart: list[Hit] = []
    for hit in hits:
        if not apart or hit.start >= apart[-1].end:
            apart.append(hit)
        elif hit.end > apart[-1].end:  # both have to go
            apart[-1] = Hit(apart[-1].start, hit.end, apart[-1].kind)
    return apart


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for any of these, by what they have in common at their beginning: the longest is found."""
    by_first: dict[str, list[str]] = {}
    for text in texts:
        by_first.setdefault(text[:1], []).append(text)
    ends = by_first.pop("", None) is not None
    made = []
    for alike in by_first.values():
        common = _common(min(alike), max(alike))
        rests = [text[len(common) :] for text in alike] if len(alike) > 1 else []
        made.append(re.escape(common) + (_any_of(rests) if rests else ""))
    return f"(?:{'|'.join(made)}){'?' if ends else ''}"


def _common(one: str, other: str) -> str:
    """What two texts have in common at their beginning."""
    for at, (mine, its) in enumerate(zip(one, other, strict=False)):
        if mine != its:
            return one[:at]
    return min(one, other, key=len)
