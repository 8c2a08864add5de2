"""Images inside a piece of traffic: those that came along as data, as files that other programs can show."""

from __future__ import annotations

import base64
import binascii
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SUFFIXES = {"png": ".png", "jpeg": ".jpg", "jpg": ".jpg", "gif": ".gif", "webp": ".webp", "bmp": ".bmp"}
"""Kinds that are opened: no more than pictures. An SVG could bring a program along."""

MOST = 10  # of one piece

_HEAD = re.compile(r"data:image/([a-z0-9.+-]{1,40})(?:;[^;,]{0,100})*;base64,", re.IGNORECASE)


def pictures(value: Any) -> list[tuple[str, bytes]]:
    """Suffix and bytes of the images within a JSON value, in their order, MOST of them at most."""
    found: list[tuple[str, bytes]] = []
    for text in _texts(value):
        head = _HEAD.match(text)
        suffix = SUFFIXES.get(head[1].lower()) if head else None
        if head is None or suffix is None or len(found) >= MOST:
            continue
        try:
            found.append((suffix, base64.b64decode(text[head.end() :])))
        except (binascii.Error, ValueError):
            continue  # damaged on its way: nothing to show
    return found


def write(found: list[tuple[str, bytes]], folder: Path) -> list[Path]:
    """The images as files for their owner's eyes only."""
    written = []
    for suffix, data in found:
        handle, name = tempfile.mkstemp(suffix, "image-", folder)  # 0600
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        written.append(Path(name))
    return written


def _texts(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, dict | list):
            stack.extend(reversed(list(piece.values() if isinstance(piece, dict) else piece)))
