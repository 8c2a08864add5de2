"""JSON of any shape as indented text, without recursion and with indentation that ends somewhere.

The standard library's indenting encoder recurses, and at 5,000 levels its blanks alone would be 50 MB.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any

from inspector.ui.view.rows import Span, Tone
from inspector.ui.view.wrap import TextRows

DEEPEST_INDENT = 30


def pretty(value: Any) -> str:
    """Indented JSON; scalars in one line, empty containers as they are."""
    if not isinstance(value, dict | list):
        return scalar(value)
    out: list[str] = []
    stack: list[tuple[str, Any, int, str]] = [("", value, 0, "")]  # label, value, depth, what follows
    while stack:
        label, piece, depth, after = stack.pop()
        pad = "  " * min(depth, DEEPEST_INDENT)
        if isinstance(piece, dict) and piece:
            out.append(f"{pad}{label}{{")
            stack.append(("", _Closing("}"), depth, after))
            last = len(piece) - 1
            stack.extend(
                (f"{encode_basestring(str(key))}: ", member, depth + 1, "," if n < last else "")
                for n, (key, member) in reversed(list(enumerate(piece.items())))
            )
        elif isinstance(piece, list) and piece:
            out.append(f"{pad}{label}[")
            stack.append(("", _Closing("]"), depth, after))
            stack.extend(
                ("", piece[n], depth + 1, "," if n < len(piece) - 1 else "")
                for n in range(len(piece) - 1, -1, -1)
            )
        else:
            out.append(f"{pad}{label}{scalar(piece)}{after}")
    return "\n".join(out)


class _Closing(str):
    """The bracket that ends a container, on its way through the stack."""

    __slots__ = ()


def scalar(value: Any) -> str:
    """One JSON scalar, or an empty container."""
    if isinstance(value, _Closing):
        return str(value)
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value)


def compact(value: Any, limit: int = 400) -> str:
    """The beginning of a value as JSON on one line; strings without their quotes."""
    if isinstance(value, str):
        return value[:limit]
    try:
        return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))[:limit]
    except RecursionError:
        return pretty(value).replace("\n", " ")[:limit]


class JsonRows(TextRows):
    """Indented JSON laid out at a width, keys in their own tone."""

    def _spans(self, text: str, starts_line: bool) -> tuple[Span, ...]:
        blank = len(text) - len(text.lstrip())
        end = text.find('": ', blank + 1) if starts_line and text[blank : blank + 1] == '"' else -1
        if end < 0:
            return super()._spans(text, starts_line)
        return (
            Span(text[: end + 1], Tone.KEY),
            Span(text[end + 1 : end + 3], Tone.DIM),
            Span(text[end + 3 :]),
        )
