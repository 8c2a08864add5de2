"""Many texts sought at once in much text, and in a time that does not grow with their number.

Long ones are known by eight of their characters, wherever these stand in them, so that only every eighth
place of a text has to be looked at. Short ones are sought by one pattern, names among them as whole words:
there is an "al" in every text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inspector.sharing.kinds import Kind

_GRAM = 8
_LONG = 2 * _GRAM - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A needle that was found: the place in the text, and what kind of text it is."""

    start: int
    end: int
    kind: Kind


class Needles:
    """Texts to be sought. Those of kind WORD and SECRET are found inside of words, the former in any case."""

    def __init__(self) -> None:
        self._grams: dict[str, list[tuple[str, int, Kind]]] = {}
        self._known: set[str] = set()
        self._short: dict[Kind, set[str]] = {}
        self._patterns: dict[Kind, re.Pattern[str]] = {}

    def add(self, text: str, kind: Kind) -> None:
        """One more. Prose that is too short to be told from other prose is left out."""
        if text in self._known or not text:
            return
        if len(text) < _LONG or kind is Kind.WORD:
            if not kind.is_place:
                self._known.add(text)
                self._short.setdefault(kind, set()).add(text)
                self._patterns.pop(kind, None)
            return
        self._known.add(text)
        for offset in range(_GRAM):
            known = self._grams.setdefault(text[offset : offset + _GRAM], [])
            known.append((text, offset, kind))

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
        hits = [*self._long_ones(text), *self._short_ones(text)]
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        apart: list[Hit] = []
        for hit in hits:
            if not apart or hit.start >= apart[-1].end:
                apart.append(hit)
            elif hit.end > apart[-1].end:  # both have to go
                apart[-1] = Hit(apart[-1].start, hit.end, apart[-1].kind)
        return apart

    def _long_ones(self, text: str) -> Iterator[Hit]:
        grams = self._grams
        if not grams:
            return
        for at in range(0, len(text) - _GRAM + 1, _GRAM):
            known = grams.get(text[at : at + _GRAM])
            if known is None:
                continue
            for needle, offset, kind in known:
                start = at - offset
                if start >= 0 and text.startswith(needle, start):
                    yield Hit(start, start + len(needle), kind)

    def _short_ones(self, text: str) -> Iterator[Hit]:
        for kind, texts in self._short.items():
            pattern = self._patterns.get(kind) or self._compiled(kind, texts)
            for found in pattern.finditer(text):
                yield Hit(found.start(), found.end(), kind)

    def _compiled(self, kind: Kind, texts: set[str]) -> re.Pattern[str]:
        any_of = "|".join(map(re.escape, sorted(texts, key=lambda text: (-len(text), text))))
        if kind is Kind.WORD:
            made = re.compile(any_of, re.I)
        elif kind is Kind.SECRET:
            made = re.compile(any_of)
        else:
            made = re.compile(rf"(?<![^\W_])(?:{any_of})(?![^\W_])")
        self._patterns[kind] = made
        return made
