"""The other forms in which a text may be there: escaped for a URL, or as Base64 inside of a text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator

_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+|[^%]+|%", re.S)
_HAS_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_LONG = 12
_URL_SAFE = str.maketrans("-_", "+/")


def unescaped(text: str) -> str | None:
    """Without the escapes of URLs, None where there are none."""
    if not _HAS_PERCENT.search(text):
        return None
    return "".join([one for _, one in _percent(text)])


def reescaped(text: str, change: Callable[[str], str]) -> str:
    """`text` with what `change` makes of it unescaped: same length, escaped where it was."""
    units = list(_percent(text))
    changed = change("".join([one for _, one in units]))
    made = []
    for (raw, one), new in zip(units, changed, strict=True):
        made.append(raw if one == new else _escaped(new) if raw.startswith("%") and len(raw) > 1 else new)
    return "".join(made)


def embedded(text: str) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, bytes) of what may be Base64 in it; a long run may begin before the Base64 does."""
    for found in _BASE64.finditer(text):
        end = found.end()
        for start in range(found.start(), found.start() + (4 if end - found.start() >= _LONG else 1)):
            if (data := _decoded(text[start:end])) is not None:
                yield start, end, data


def unpacked(text: str) -> str:
    """All that may be Base64 in it, one after the other."""
    return "\0".join([data.decode("utf-8", "surrogateescape") for _, _, data in embedded(text)])


def encoded(data: bytes, like: str) -> str:
    """As Base64 in the form of `like`, for which it has the right number of bytes."""
    made = base64.b64encode(data).decode().rstrip("=")
    if "-" in like or "_" in like:
        made = made.replace("+", "-").replace("/", "_")
    return made + like[len(made) :]


def _decoded(text: str) -> bytes | None:
    bare = text.rstrip("=").translate(_URL_SAFE)
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error):
        return None


def _percent(text: str) -> Iterator[tuple[str, str]]:
    """Each character with what stood for it."""
    for found in _PERCENT.finditer(text):
        run = found[0]
        if len(run) < 3 or not run.startswith("%"):
            yield from zip(run, run, strict=True)
            continue
        at = 0
        for one in bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape"):
            size = 3 * len(one.encode("utf-8", "surrogateescape"))
            yield run[at : at + size], one
            at += size


def _escaped(one: str) -> str:
    return "".join([f"%{byte:02X}" for byte in one.encode("utf-8", "surrogateescape")])
