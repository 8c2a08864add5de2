"""The other forms in which a text may be there: escaped for a URL or a form, with zeros between its
characters, or as Base64 inside of a text. Each can be written back with something else as long in it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

DEEPEST = 4
"""Such forms inside of each other."""
FEWEST = 5
"""Characters of what does not come about by chance in bytes that are packed, or are no text at all."""

_ESCAPES = re.compile(r"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*")
_ZEROS = re.compile(r"\0+")
_LETTER = r"[A-Za-z0-9+/_-]"
_WRAP = re.compile(  # the line end first: it is rare, and so quickly found
    rf"(?:\n(?<={_LETTER}{{16}}\n)|\r\n(?<={_LETTER}{{16}}\r\n))(?=[A-Za-z0-9+/_=-]{{2}})"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_LONG = 12
_URL_SAFE = str.maketrans("-_", "+/")
_SURE = 18  # bytes that are a text; fewer may be one by chance
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def unescaped(text: str) -> str | None:
    """Without the escapes of URLs, None where there are none."""
    if "%" not in text:
        return None
    plain = _ESCAPES.sub(lambda found: _unescaped(found[0]), text)
    return None if len(plain) == len(text) else plain


def reescaped(text: str, new: str) -> str:
    """`text` where it says `new` unescaped, which is as long as what it said: escaped where it was."""
    made, at, n = [], 0, 0
    for found in _ESCAPES.finditer(text):
        size = found.start() - at
        made.append(new[n : n + size])
        at, n = found.start(), n + size
        for one in _unescaped(found[0]):
            end = at + 3 * len(one.encode("utf-8", "surrogateescape"))
            made.append(text[at:end] if new[n] == one else _escaped(new[n]))
            at, n = end, n + 1
    return "".join([*made, new[n:]])


def without_zeros(text: str) -> str | None:
    """Of UTF-16 or UTF-32 that was read as bytes what stands between the zeros, None where there are none."""
    return text.replace("\0", "") if "\0" in text else None


def with_zeros(text: str, new: str) -> str:
    """`text` where it says `new` between its zeros, which is as long as what it said."""
    return _with(_ZEROS, text, new)


def unwrapped(text: str) -> str | None:
    """Without the line ends inside of what may be Base64, None where there are none."""
    if "\n" not in text:
        return None
    plain = _WRAP.sub("", text)
    return None if len(plain) == len(text) else plain


def wrapped(text: str, new: str) -> str:
    """`text` where it says `new` without those line ends, which is as long as what it said."""
    return _with(_WRAP, text, new)


def spaced(text: str) -> str | None:
    """With spaces for the + of URLs and forms, None where there are none."""
    return text.replace("+", " ") if "+" in text else None


def unspaced(text: str, new: str) -> str:
    """`text` where it says `new` with spaces."""
    return "".join([raw if one == " " else one for raw, one in zip(text, new, strict=True)])


FORMS = (
    (unescaped, reescaped),
    (without_zeros, with_zeros),
    (unwrapped, wrapped),
    (spaced, unspaced),
)
"""Each with what writes it back."""


def runs(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of what may be Base64 in it."""
    for found in _BASE64.finditer(text):
        yield found.span()


def starts(start: int, end: int) -> range:
    """Where in such a run the Base64 may begin: other letters may stand before it."""
    return range(start, start + (4 if end - start >= _LONG else 1))


def decoded(text: str) -> str | None:
    """What a text says in Base64, as far as it goes."""
    bare = text.rstrip("=").translate(_URL_SAFE)
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    try:
        data = base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error):
        return None
    return data.decode("utf-8", "surrogateescape")


def encoded(text: str, like: str) -> str:
    """As Base64 in the form of `like`, which said something as long."""
    made = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode().rstrip("=")
    if "-" in like or "_" in like:
        made = made.replace("+", "-").replace("/", "_")
    return made + like[len(made) :]


def least(text: str) -> int:
    """Characters that a find in what Base64 says must have, in order not to be chance."""
    return 1 if len(text) >= _SURE and not _CONTROL.search(text) else FEWEST


def _with(removed: re.Pattern[str], text: str, new: str) -> str:
    made, at, n = [], 0, 0
    for found in removed.finditer(text):
        size = found.start() - at
        made += [new[n : n + size], found[0]]
        at, n = found.end(), n + size
    return "".join([*made, new[n:]])


def _unescaped(run: str) -> str:
    return bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape")


def _escaped(one: str) -> str:
    return "".join([f"%{byte:02X}" for byte in one.encode("utf-8", "surrogateescape")])
