"""Text from traffic made safe to look at: nothing in it can move the cursor, hide, reorder or change the
layout.

What cannot be shown as itself is shown as a *mark*. Inside a cleaned string the marks are private-use code
points, and only they are: a private-use character of the traffic becomes a mark as well. So a painter can
tell a mark from text that merely looks like one, and give it a tone of its own (`glyphs`).

    C0 controls, DEL      one cell each: the Unicode control pictures (␀ ␛ ␍ ...)
    everything invisible  its code point in brackets: bidi, zero-width, format, surrogates, unassigned, ...
    invalid UTF-8         the byte in brackets, as two hexadecimal digits
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

TAB = 4  # a tab becomes this many spaces at most, up to the next stop of the line

_PICTURES = 0xE000  # + the control's code: one cell, painted as U+2400 + code
_OPEN, _CLOSE, _DOTS, _DELETE = "\ue100", "\ue101", "\ue102", "\ue121"
_GLYPHS = {
    **{chr(_PICTURES + code): chr(0x2400 + code) for code in range(0x20)},
    _DELETE: "␡",
    _OPEN: "⟨",
    _CLOSE: "⟩",
    _DOTS: "…",
}
# A mark may have been cut in two where a line was wrapped. Six digits at most: a run of hexadecimal text
# stays cheap.
_MARKS = re.compile(
    f"[\ue000-\ue01f{_DELETE}{_DOTS}]|{_OPEN}[0-9A-F]{{0,6}}{_CLOSE}?|[0-9A-F]{{0,6}}{_CLOSE}"
)

# Drawn as nothing, or drawn on the character before, although their category says letter, mark or symbol.
_INVISIBLE = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),  # joiners and fillers
        *range(0x180B, 0x1810),  # Mongolian selectors
        *range(0xFE00, 0xFE10),  # variation selectors
        *range(0x1F3FB, 0x1F400),  # skin tones
        *range(0xE0100, 0xE01F0),  # variation selectors, more of them
    ]
)


class _Marks(dict[int, str]):
    """The table for `str.translate`, filled as characters are met."""

    def __init__(self) -> None:
        super().__init__()
        self._combining: list[str] = []  # characters drawn on the one before, as far as they were met
        self._stack, self._known = re.compile("(?!)()"), 0  # too many of them; how many it knows

    def unstacked(self, text: str) -> str:
        """At most three combining characters on one, whatever the script: a tower would reach other rows."""
        if self._known < (known := len(self._combining)):
            one = f"[{''.join(self._combining[:known])}]"
            self._stack, self._known = re.compile(f"({one}{{3}}){one}+"), known
        return self._stack.sub(rf"\1{_DOTS}", text)

    def __missing__(self, code: int) -> str:
        category = unicodedata.category(chr(code))
        if 0xDC80 <= code <= 0xDCFF:  # a byte that `decode` could not read
            shown = f"{_OPEN}{code - 0xDC00:02X}{_CLOSE}"
        elif code < 0x20:
            shown = chr(_PICTURES + code)
        elif code == 0x7F:
            shown = _DELETE
        elif category[0] == "C" or category in ("Zl", "Zp") or code in _INVISIBLE:
            shown = f"{_OPEN}{code:04X}{_CLOSE}"
        else:
            shown = chr(code)
            if category in ("Mn", "Me"):
                self._combining.append(shown)
        self[code] = shown
        return shown


_TABLE = _Marks()


def json_escaped(text: str) -> str:
    """JSON that says the same, with an escape for whatever `clean` marks; its lines and tabs are kept."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    marked = {code for code in map(ord, set(text)) if _TABLE[code] != chr(code)} - {0x09, 0x0A}
    text = text.translate({code: _escape(chr(code)) for code in marked})
    stacked = "".join(one for one in set(text) if unicodedata.category(one) in ("Mn", "Me"))
    if stacked:
        text = re.sub(f"(?<=[{stacked}]{{3}})[{stacked}]", lambda match: _escape(match[0]), text)
    return text


def _escape(character: str) -> str:
    """A character as JSON's escape, two of them beyond the first plane."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def decode(data: bytes) -> str:
    """UTF-8 as text; each byte that is none becomes a lone surrogate, which `clean` shows as that byte."""
    return data.decode("utf-8", "surrogateescape")


def clean(text: str) -> str:
    """One line of traffic, safe to paint: characters of known width, and marks for everything else."""
    if text.isascii() and text.isprintable():
        return text
    if "\t" in text:
        text = text.expandtabs(TAB)
    return _TABLE.unstacked(text.translate(_TABLE))


def lines(text: str) -> list[str]:
    """Traffic as lines, cut at line feeds only (a carriage return stays, as a mark), each one cleaned."""
    return [clean(line) for line in text.split("\n")]


def first_line(text: str, limit: int = 400) -> str:
    """The first line that says something, cleaned, at most `limit` characters of it."""
    head = text[: limit * 4].lstrip()
    return clean(head.split("\n", 1)[0][:limit].rstrip())


def one_line(text: str, limit: int = 400) -> str:
    """The beginning of a text on one line: line breaks and runs of blanks become one space."""
    return clean(" ".join(text[: limit * 2].split())[:limit])


def plain(cleaned: str) -> str:
    """A cleaned text as it looks, its marks spelled out."""
    return "".join(piece for piece, _ in glyphs(cleaned))


def glyphs(cleaned: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a cleaned string as they are drawn, each with whether it is a mark."""
    if cleaned.isprintable():
        if cleaned:
            yield cleaned, False
        return
    at = 0
    for mark in _MARKS.finditer(cleaned):
        if mark.start() > at:
            yield cleaned[at : mark.start()], False
        yield "".join(_GLYPHS.get(character, character) for character in mark[0]), True
        at = mark.end()
    if at < len(cleaned):
        yield cleaned[at:], False
