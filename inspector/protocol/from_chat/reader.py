"""The bytes of a chat stream -> JSON values with their place, whatever the upstream really sent.

Mostly that is an event stream. An upstream that ignores `stream: true`, or reports an error with status 200,
sends one JSON body instead: told by its first character, collected, and read at the end.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from inspector.protocol.json_text import parse
from inspector.protocol.sse import Decoder, ServerSentEvent

_BEFORE_BODY = b"\xef\xbb\xbf \t\r\n"
_QUOTED = 300  # bytes of a stream that made no sense, in the message that says so


class Reading(NamedTuple):
    """One thing read: a `value` (of an event `name`), the `end` mark, or a `note` on what was unreadable."""

    kind: Literal["value", "end", "note"]
    value: Any
    name: str
    offset: int


class ChatReader:
    """Feed bytes, get readings; `close` gives what the end of the bytes makes known."""

    def __init__(self) -> None:
        self.length = 0  # bytes so far
        self._decoder = Decoder()
        self._beginning = b""
        self._undecided = True  # nothing but white space so far
        self._body: bytearray | None = None

    def feed(self, data: bytes) -> list[Reading]:
        """What these bytes complete."""
        self.length += len(data)
        if self._body is not None:
            self._body += data
            return []
        if len(self._beginning) < _QUOTED:
            self._beginning = (self._beginning + data)[:_QUOTED]
        if self._undecided and (first := data.lstrip(_BEFORE_BODY)):
            self._undecided = False
            if first.startswith(b"{"):
                self._body = bytearray(first)
                self._decoder = Decoder()
                return []
        readings: list[Reading] = []
        for event in self._decoder.feed(data):
            self._read(event, readings)
        return readings

    def close(self) -> list[Reading]:
        """The bytes are over."""
        readings: list[Reading] = []
        if self._body is not None:
            body, self._body = self._body, None
            try:
                value = parse(body.decode(errors="replace"))
            except ValueError:
                return []
            readings.append(
                Reading("note", "the upstream answered with a JSON body instead of an event stream", "", 0)
            )
            readings.append(Reading("value", value, "", 0))
        for event in self._decoder.close():
            self._read(event, readings)
        return readings

    @property
    def beginning(self) -> str:
        """The stream's first bytes as text, for a message about it."""
        return self._beginning.decode(errors="replace").strip()

    def _read(self, event: ServerSentEvent, readings: list[Reading]) -> None:
        data = event.data
        if not data:  # keep-alives
            return
        if not event.valid_utf8:
            text = "bytes that are not UTF-8 were replaced by U+FFFD"
            readings.append(Reading("note", text, "", event.start))
        try:
            value = parse(data)
        except ValueError:
            if data.strip() == "[DONE]":
                readings.append(Reading("end", None, "", event.start))
            else:
                text = "an event whose data is not JSON was left out"
                readings.append(Reading("note", text, "", event.start))
            return
        readings.append(Reading("value", value, event.event, event.start))
