"""Words and bodies that a POSIX shell takes as they are, pasted into it or run from a file."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from shlex import quote

from inspector.protocol import json_text
from inspector.protocol.snippets.call import Text, Variable, joined

SHORT = 1000
"""Characters up to which a body of one line is an argument."""

_PLAIN = re.compile(r"[\w :/.,?&=%@+-]*", re.ASCII)  # nothing in it means anything within double quotes
_BRACED = re.compile(r"\$\{(\w+)\}(?!\w)")
_UNSEEN = re.compile(r"[^\n -~]")


def word(text: Text) -> str:
    """One word of a command; variables are left for the shell."""
    text = joined(text)
    variables = any(isinstance(part, Variable) for part in text)
    if variables and all(isinstance(part, Variable) or _PLAIN.fullmatch(part) for part in text):
        inside = "".join(f"${{{part.name}}}" if isinstance(part, Variable) else part for part in text)
        bare = _BRACED.sub(r"$\1", inside)
        return f'"{bare}"'
    # An interactive shell reads `!` within double quotes, so they hold the variables only.
    return "".join(f'"${part.name}"' if isinstance(part, Variable) else quote(part) for part in text)


def command(groups: Sequence[Sequence[str]], body: bytes = b"") -> str:
    """A command, a group of words a line; `body` is what it reads from its standard input.

    Without a body there is nothing to read. JSON goes in as it is, in a here-document: that ends with a line
    end, which means nothing there. Any other body goes in by way of base64.
    """
    lines = " \\\n  ".join(" ".join(group) for group in groups)
    if not body:
        return f"{lines}\n"
    text = _json(body)
    if text is None:
        return f"base64 -d <<'END' | {lines}\n{base64.encodebytes(body).decode()}END\n"
    end = "JSON"
    while end in text.split("\n"):
        end += "_"
    return f"{lines} <<'{end}'\n{text}\n{end}\n"


def short(body: bytes) -> str | None:
    """The body as a text for an argument, None when it is long or no JSON."""
    text = _json(body)
    return text if text is not None and len(text) <= SHORT and "\n" not in text else None


def _json(body: bytes) -> str | None:
    """The body's JSON, to the letter but for what a terminal would act on or not show: that is escaped."""
    try:
        json_text.parse(body)
        text = body.decode("utf-8-sig")
    except ValueError:
        return None
    # Outside of strings JSON has no such characters but white space.
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNSEEN.sub(lambda found: found[0] if found[0].isprintable() else _escaped(found[0]), text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
