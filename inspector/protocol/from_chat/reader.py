"""The bytes of a chat stream -> JSON values with their place, whatever the upstream really sent.

| the bytes | are read as |
|---|---|
| an event stream | its events; an event named `error` may hold plain text |
| first of all `{` or `[` | one JSON body, at the end: upstream ignored `stream: true`, or has an error |
| JSON between the events, without `data:` | a value: some gateways put their errors so |
| control characters in JSON strings | what they are, though JSON wants them escaped |
| anything else | a note, and at the end a message that quotes how it begins |
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from inspector.protocol.json_text import parse
from inspector.protocol.sse import Decoder, ServerSentEvent

_MARK = "\ufeff"
_BEFORE_BODY = b"\xef\xbb\xbf \t\r\n"
_QUOTED = 300  # bytes of a stream that made no sense, in the message that says so
_GZIP = b"\x1f\x8b"


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
        if len(self._beginning) < _QUOTED:
            self._beginning = (self._beginning + data)[:_QUOTED]
        if self._body is not None:
            self._body += data
            return []
        if self._undecided and (first := data.lstrip(_BEFORE_BODY)):
            self._undecided = False
            if first.startswith((b"{", b"[")):
                self._body = bytearray(first)
                self._decoder = Decoder()
                return []
        readings: list[Reading] = []
        for event in self._decoder.feed(data):
            readings += self._read(event)
        return readings

    def close(self) -> list[Reading]:
        """The bytes are over."""
        readings: list[Reading] = []
        if self._body is not None:
            body, self._body = self._body, None
            try:
                value = _parse(body.decode(errors="replace"))
            except ValueError:
                return []
            note = "the upstream answered with a JSON body instead of an event stream"
            readings.append(Reading("note", note, "", 0))
            values = value if isinstance(value, list) else [value]  # some endpoints put errors in a list
            readings += [Reading("value", one, "", 0) for one in values]
        for event in self._decoder.close():
            readings += self._read(event)
        return readings

    @property
    def beginning(self) -> str:
        """The stream's first bytes as text that can be shown, for a message about it."""
        if self._beginning.startswith(_GZIP):
            return "gzip-compressed data, which no content-encoding announced"
        text = " ".join(self._beginning.decode(errors="replace").split())
        return "".join(character if character.isprintable() else "\ufffd" for character in text)

    def _read(self, event: ServerSentEvent) -> Iterator[Reading]:
        data, at = event.data, event.start
        if not event.valid_utf8:
            yield Reading("note", "bytes that are not UTF-8 were replaced by U+FFFD", "", at)
        if event.strange:
            yield from _read_strange(event.strange, at)
        if not data:  # keep-alives
            return
        try:
            yield Reading("value", _parse(data), event.event, at)
        except ValueError:
            if data.strip() == "[DONE]":
                yield Reading("end", None, "", at)
            elif event.event == "error":
                yield Reading("value", {"message": data}, event.event, at)
            else:
                yield Reading("note", "an event whose data is not JSON was left out", "", at)


def _read_strange(lines: tuple[str, ...], at: int) -> Iterator[Reading]:
    """Lines that are no field of an event: a field behind a stray byte order mark, bare JSON, or junk."""
    fields = [line.lstrip(_MARK) for line in lines]
    for text in ["\n".join(fields)] if len(fields) == 1 or fields[0].startswith("{") else fields:
        try:
            value = _parse(text.removeprefix("data:"))
        except ValueError:
            value = None
        if isinstance(value, dict):
            yield Reading("value", value, "", at)
        else:
            yield Reading("note", "a line that is no part of an event stream was left out", "", at)


_parse_leniently = json.JSONDecoder(strict=False).decode


def _parse(text: str) -> Any:
    try:
        return parse(text)
    except ValueError:
        try:
            return _parse_leniently(text)
        except RecursionError:
            raise ValueError("nested too deeply") from None
