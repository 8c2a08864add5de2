"""Text of traffic in Markdown: it stays text, whatever is in it.

Nothing in it becomes a heading, a link, a picture, HTML, a mention of a person or of another issue: it stands
in code, of which it cannot get out. What cannot be seen is written as an escape.
"""

from __future__ import annotations

import re
from html import escape

LONGEST = 160

_TICKS = re.compile("`+")
_MEANS_SOMETHING = re.compile(r"[!-/:-@\[-`{-~]")


def code(text: str, longest: int = LONGEST) -> str:
    """A piece of a line, within a table as well."""
    line = " ".join(shown(text, "").split())
    if len(line) > longest:
        line = f"{line[: longest - 1]}…"
    if "|" in line:  # a table would end its cell there, even in code
        return f"<code>{_MEANS_SOMETHING.sub(lambda found: f'&#{ord(found[0])};', line)}</code>"
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line or ' '}{pad}{ticks}"


def fenced(text: str, language: str = "") -> str:
    """Lines of their own; the fence is longer than any in the text."""
    lines = shown(text, "\n\t").strip("\n")
    ticks = "`" * max(3, _longest_run(lines) + 1)
    return f"{ticks}{language}\n{lines}\n{ticks}\n"


def folded(summary: str, content: str) -> str:
    """Something to be unfolded; `content` is Markdown, the summary words of ours."""
    return f"<details><summary>{escape(summary)}</summary>\n\n{content}\n</details>\n"


def shown(text: str, kept: str) -> str:
    """The text with escapes for what cannot be seen, but for the `kept`."""
    return "".join(
        letter
        if letter.isprintable() or letter in kept
        else letter.encode("unicode_escape", "backslashreplace").decode()
        for letter in text
    )


def _longest_run(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
