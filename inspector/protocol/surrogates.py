"""Whole characters out of pieces of text that may be cut between the two halves of one.

A chat stream escapes characters beyond U+FFFF as two `\\uXXXX`; some servers cut between them, so that two
JSON strings hold half a character each. Passed on like that, each half makes a Rust client (Codex) refuse the
whole event. Halves that meet are joined, halves that never do become U+FFFD.
"""

from __future__ import annotations

import re

_ANY = re.compile("[\ud800-\udfff]")


class SurrogateJoiner:
    """Feed pieces of text, get text without surrogates: half a character at a piece's end has to wait."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be said so far; may be empty."""
        if not self._held and (text.isascii() or not _ANY.search(text)):
            return text
        text = self._held + text
        self._held = ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._held = text[:-1], text[-1]
        return whole(text)

    def close(self) -> str:
        """No more pieces: the half that waited in vain, as U+FFFD."""
        held, self._held = self._held, ""
        return "\ufffd" if held else ""


def whole(text: str) -> str:
    """`text` with surrogate pairs joined and lone ones replaced by U+FFFD."""
    if not _ANY.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
