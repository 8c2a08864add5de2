"""Values as Python writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from inspector.protocol.snippets.call import Text, Variable

_WIDTH = 90


def mapping(pairs: Iterable[tuple[str, Text]]) -> str:
    """A dictionary of texts."""
    return "{" + ", ".join(f"{quoted(name)}: {expression(value)}" for name, value in pairs) + "}"


def expression(text: Text) -> str:
    """The text as a Python expression; one without any part is left out by the package."""
    parts = (f'os.environ["{part.name}"]' if isinstance(part, Variable) else quoted(part) for part in text)
    return " + ".join(parts) or "Omit()"


def literal(value: Any, depth: int = 0) -> str:
    """JSON as Python, on one line where it fits."""
    match value:
        case str():
            return quoted(value)
        case dict() if value:
            parts = [f"{quoted(name)}: {literal(part, depth + 1)}" for name, part in value.items()]
            opening, closing = "{}"
        case list() if value:
            parts = [literal(part, depth + 1) for part in value]
            opening, closing = "[]"
        case _:
            return repr(value)
    line = f"{opening}{', '.join(parts)}{closing}"
    if 4 * depth + len(line) <= _WIDTH and "\n" not in line:
        return line
    indent = "    " * depth
    return "\n".join([opening, *(f"{indent}    {part}," for part in parts), f"{indent}{closing}"])


def quoted(text: str) -> str:
    """A Python literal, in double quotes where that takes no escape."""
    written = repr(text)
    return written if '"' in written else f'"{written[1:-1]}"'
