"""Bodies as values."""

from __future__ import annotations

from inspector.capture.encodings import decode
from inspector.capture.model import Message
from inspector.protocol import json_text

LARGEST = 2**24
"""Bytes of a body that are looked at."""


def value_of(message: Message) -> object:
    """The JSON of a body, None where it is none."""
    body, _ = decode(message.body, message.headers, limit=LARGEST)
    try:
        return json_text.parse(body)
    except ValueError:
        return None
