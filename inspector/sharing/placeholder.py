"""Placeholders: nonsense of the same length, in characters and in UTF-8, for what is taken out.

Letters become other letters of the same case, digits digits, all else stays; so the shape of a text is to be
seen, and a patch, a table or JSON remains one. What stands for a word depends on the salt and on the words
before it in its line: equal lines have equal placeholders, lines that begin alike begin alike, and nobody
can count how often a word occurs in a text. Nobody knows the salt afterwards.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from inspector.sharing.vocabulary import KEPT, WORDS

_LETTERS, _DIGITS, _HEX = "abcdefghijklmnopqrstuvwxyz", "123456789", "abcdef"
_FEWEST = 6  # letters that are left to write with
SHORT = 12
"""Characters up to which a text might come about by chance."""
_TWO_BYTES = "абвгдежзиклмнопрстуфхцчшэюя"
_THREE_BYTES = "丁七万丈三上下不与丐丑专且世丘丙业丛东丝"
_FOUR_BYTES = "".join(map(chr, range(0x20000, 0x20014)))
_TOKEN = re.compile(r"[^\W_]+|[^\x00-\x7f]+")
_HEXADECIMAL = re.compile(r"(?=.*\d)[0-9a-f]{4,}|(?=.*\d)[0-9A-F]{4,}")


class Placeholders:
    """Those of one file. None of the texts to `avoid` comes about by chance, as far as letters allow."""

    def __init__(self, salt: bytes, avoid: Iterable[str] = ()) -> None:
        self._salt = hashlib.shake_128(salt)
        letters, digits = set(_LETTERS), set(_DIGITS)
        for text in sorted(text.casefold() for text in avoid if len(text) <= SHORT):
            mine = set(text) & set(_LETTERS)
            if mine and mine <= letters and len(letters) > _FEWEST:
                letters.discard(max(mine))
            elif not mine and (mine := set(text) & set(_DIGITS)) and mine <= digits and len(digits) > 3:
                digits.discard(max(mine))
        self._lower, self._digits = "".join(sorted(letters)), "".join(sorted(digits))
        self._hex = "".join(letter for letter in _HEX if letter in letters)
        if len(self._hex) < 2:
            self._hex = _HEX

    def text(self, text: str) -> str:
        """Prose: line by line, with what the vocabulary keeps of a line."""
        return "\n".join([self._line(line) for line in text.split("\n")])

    def piece(self, text: str) -> str:
        """Something that is one: a name, a key, a part of a line."""
        return self._piece(text, frozenset())

    def hexadecimal(self, text: str) -> str:
        """An id of hexadecimal digits, which remains one."""
        return self._piece(text, frozenset(), is_hexadecimal=True)

    def broken(self, text: str) -> str:
        """A text in which nobody can tell the protocol from what it carries: all but the protocol's words."""
        return "\n".join([self._piece(line, WORDS) for line in text.split("\n")])

    def number(self, text: str) -> str:
        """Digits of a number that is to remain one; a 0 in front is no number's."""
        return self.piece(text) if text.strip("0") else text

    def _line(self, line: str) -> str:
        if not line:
            return line
        made, at = [], 0
        for kept in KEPT.finditer(line.rstrip("\r")):
            made += [self.piece(line[at : kept.start()]), kept[0]]
            at = kept.end()
        return "".join([*made, self.piece(line[at:])])

    def _piece(self, text: str, kept: frozenset[str], *, is_hexadecimal: bool = False) -> str:
        state = self._salt.copy()
        made, at = [], 0
        for found in _TOKEN.finditer(text):
            token = found[0]
            if token.lower() in kept:
                continue
            state.update(token.lower().encode("utf-8", "surrogatepass") + b"\0")
            made += [
                text[at : found.start()],
                self._token(token, state.copy().digest(len(token)), is_hexadecimal),
            ]
            at = found.end()
        return "".join([*made, text[at:]])

    def _token(self, token: str, chance: bytes, is_hexadecimal: bool) -> str:
        letters = self._hex if is_hexadecimal or _HEXADECIMAL.fullmatch(token) else self._lower
        return "".join([self._other(one, letters, byte) for one, byte in zip(token, chance, strict=True)])

    def _other(self, one: str, letters: str, byte: int) -> str:
        """Another character than `one`, of its kind."""
        if "a" <= one <= "z":
            return _not(one, letters, byte)
        if "A" <= one <= "Z":
            return _not(one.lower(), letters, byte).upper()
        if "0" <= one <= "9":
            return _not(one, self._digits, byte)
        if one.isascii() or not _is_letter(one):
            return one
        size = len(one.encode())
        return _not(one, {2: _TWO_BYTES, 3: _THREE_BYTES}.get(size, _FOUR_BYTES), byte)


def _not(one: str, others: str, byte: int) -> str:
    chosen = others[byte % len(others)]
    return chosen if chosen != one else others[(byte + 1) % len(others)]


@lru_cache(4096)
def _is_letter(one: str) -> bool:
    """Letters, digits and the marks upon them; signs and symbols say nothing by themselves."""
    return unicodedata.category(one)[0] in "LMN"
