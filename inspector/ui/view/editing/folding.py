"""Large texts inside JSON, folded so that the rest can be read and typed: `"…18 KB (3)…"` stands for one.

Folded is what nobody reads (base64, encrypted content), what is longer than a screen, and of a very large
body the longest texts, until what is left is bearable. A fold's literal is put in its place again when the
text is taken out; what a person deletes is gone, and what they type is theirs. The text may be any.
"""

from __future__ import annotations

import re

from inspector.ui.view.measures import size

LONGEST = 8_000  # characters of one text that are shown: more than a screen
OPAQUE = 600  # ... of one that has no blanks
BEARABLE = 200_000  # characters of all of it: a text area wraps them in a tenth of a second
WORTH = 400  # a text that is shorter is never folded

_SIGN = 20  # characters that stand for a text, at most

_TEXT = re.compile(r'("(?:[^"\\\n]++|\\.)*+")(\s*:)?')  # a name, where the colon follows
_BLANK = re.compile(r" |\\n|\\t")
_FOLD = re.compile(r'"…[^"\n]* \((\d+)\)…"')
_DAMAGED = re.compile(r'"…[^"\n]*\(\d+\)[^"\n]*"|"[^"\n]* \(\d+\)…"')


class Folds:
    """The folded texts of one editor: all that were ever made, so that undoing finds them again."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}  # literals, by what stands for them

    def __bool__(self) -> bool:
        return bool(self._kept)

    def fold(self, text: str) -> str:
        """The text with its large texts folded."""
        found = [
            match.span(1)
            for match in _TEXT.finditer(text)
            if match[2] is None and match.end() - match.start() >= WORTH
        ]
        chosen = {place for place in found if _is_folded(text, *place)}
        left = len(text) - sum(end - start - _SIGN for start, end in chosen)
        for place in sorted(found, key=lambda place: place[0] - place[1]):
            if left <= BEARABLE:
                break
            if place not in chosen:
                chosen.add(place)
                left -= place[1] - place[0] - _SIGN
        pieces, at = [], 0
        for start, end in sorted(chosen):
            pieces += [text[at:start], self._keep(text[start:end], text)]
            at = end
        return "".join((*pieces, text[at:]))

    def unfold(self, text: str) -> str:
        """The text with everything in its place."""
        return _FOLD.sub(lambda match: self._kept.get(match[0], match[0]), text)

    def at(self, line: str, column: int) -> tuple[int, int, str] | None:
        """The fold of a line at a column, else the first behind it, else the line's last: from where to
        where, and its literal."""
        there = [match for match in _FOLD.finditer(line) if match[0] in self._kept]
        if not there:
            return None
        match = next((one for one in there if one.end() >= column), there[-1])
        return match.start(), match.end(), self._kept[match[0]]

    def damaged(self, text: str) -> int | None:
        """Where something was typed into a fold, so that its text is no longer behind it."""
        if not self._kept:
            return None
        for match in _DAMAGED.finditer(text):
            if match[0] not in self._kept:
                return match.start()
        return None

    def _keep(self, literal: str, text: str) -> str:
        number = len(self._kept) + 1
        while (sign := f'"…{size(len(literal) - 2)} ({number})…"') in text or sign in self._kept:
            number += 1
        self._kept[sign] = literal
        return sign


def _is_folded(text: str, start: int, end: int) -> bool:
    if end - start > LONGEST:
        return True
    return end - start > OPAQUE and _BLANK.search(text, start, end) is None
