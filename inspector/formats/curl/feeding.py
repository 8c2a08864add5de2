"""A body in a shell script, from where curl gets it to the byte, whatever it is and however long.

| body | way |
|---|---|
| one line of text | a here-document; `--data` takes the line's end away again |
| text that ends with a line's end | a here-document; `--data-binary` |
| other text | a function that prints it, of which `$(...)` takes the last line's end away |
| anything else | base64 |

So a text stays one that can be read, and edited. An argument would be refused from 128 KB on.
"""

from __future__ import annotations

import base64
import re

# What a terminal or an editor would act on; and what makes a text look like another one.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def fed(words: str, body: bytes) -> str:
    """The lines of a script in which the command `words` gets the body."""
    text = _text(body)
    if text is None:
        encoded = base64.encodebytes(body).decode()
        return f"base64 -d <<'END' | {words} \\\n  --data-binary @-\n{encoded}END\n"
    end = _end(text)
    if "\n" not in text:
        return f"{words} \\\n  --data @- <<'{end}'\n{text}\n{end}\n"
    if text.endswith("\n"):
        return f"{words} \\\n  --data-binary @- <<'{end}'\n{text}{end}\n"
    function = f"body() {{ cat <<'{end}'\n{text}\n{end}\n}}\n"
    return f'{function}printf %s "$(body)" | {words} \\\n  --data-binary @-\n'


def _text(body: bytes) -> str | None:
    """The body as a text to be written down, None where it is none."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if _ODD.search(text) else text


def _end(text: str) -> str:
    end = "BODY"
    lines = text.split("\n") if end in text else []
    while end in lines:
        end += "_"
    return end
