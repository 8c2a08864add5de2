"""One leg of an exchange, as far as it is looked into: its text in lower case, its events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from inspector.capture.encodings import decode
from inspector.capture.events import EventReader, TimedEvent
from inspector.capture.filter.needles import Needle, find_all
from inspector.capture.model import Message
from inspector.protocol import sse
from inspector.protocol.json_text import in_a_row, parse_object

_LARGEST = 2**26  # bytes of a body, decoded, that are looked at
_TYPE_FIRST = re.compile(r'\s*\{\s*"type"\s*:\s*"([^"\\]+)"')
_ABOUT = ("type", "output_index", "content_index", "summary_index")  # what a delta belongs to
_STREAM_STARTS = (b"data:", b"event:")


class Side:
    """A leg's head and body; `problem` says why that is not all of the body."""

    def __init__(self, message: Message, *, answer: bool = False) -> None:
        """`answer`: over a WebSocket it is a stream."""
        self._headers = message.headers
        self._is_messages = answer and message.is_messages
        self.body, self.problem = decode(message.body, message.headers, limit=_LARGEST)
        if self._is_messages:  # as a stream of that data, so that what reads those can read it
            texts = in_a_row(self.body.decode("utf-8", "replace"))
            self.body = b"".join([sse.encode(text) for text in texts])

    def has(self, needles: Sequence[Needle]) -> bool:
        """Whether the head, the body, or a text that the stream sent in pieces has all of them in order."""
        return any(find_all(needles, text) for text in self._texts())

    def _texts(self) -> Iterator[bytes]:
        yield self._head
        yield self._lowered
        # A stream that came to its end has said its texts whole by then.
        if self.is_stream and b"response.completed" not in self.body:
            yield self._joined

    @cached_property
    def _head(self) -> bytes:
        lines = "\n".join(f"{name}: {value}" for name, value in self._headers)
        return lines.encode("utf-8", "replace").lower()

    @cached_property
    def _lowered(self) -> bytes:
        return self.body.lower()

    @cached_property
    def _joined(self) -> bytes:
        data = (parse_object(block.data) or {} for block in self._blocks if block.has_data)
        texts = ("".join(pieces) for pieces in _deltas(data).values())
        return "\n".join(texts).encode("utf-8", "replace").lower()

    @cached_property
    def is_stream(self) -> bool:
        """Whether it is one of events, by its content type or its first bytes."""
        return (
            self._is_messages
            or self.body.startswith(_STREAM_STARTS)
            or any(
                name.lower() == "content-type" and "event-stream" in value.lower()
                for name, value in self._headers
            )
        )

    @cached_property
    def value(self) -> dict[str, Any]:
        """The JSON object that the body is, else an empty one."""
        return parse_object(self.body) or {}

    @cached_property
    def events(self) -> list[TimedEvent]:
        """All of a stream, without their moments."""
        if not self.is_stream:
            return []
        reader = EventReader()
        return [*reader.feed(self.body, 0.0, 0), *reader.close()]

    def types(self) -> set[str]:
        """The types of its events; parsed only where the type is not what the data begins with."""
        found = set()
        for block in self._blocks:
            if first := _TYPE_FIRST.match(block.data):
                found.add(first[1])
            elif block.has_data:
                data = parse_object(block.data) or {}
                found.add(data.get("type") or block.event or data.get("object"))
        return {one for one in found if isinstance(one, str) and one}

    def objects_with(self, mark: str) -> Iterator[dict[str, Any]]:
        """The objects that have `mark` in their text: events that are not deltas of a text, or the body."""
        if not self.is_stream:
            yield self.value
            return
        for block in self._blocks:
            first = _TYPE_FIRST.match(block.data)
            if mark in block.data and not (first and first[1].endswith(".delta")):
                yield parse_object(block.data) or {}

    @cached_property
    def _blocks(self) -> list[sse.ServerSentEvent]:
        if not self.is_stream:
            return []
        decoder = sse.Decoder()
        return [*decoder.feed(self.body), *decoder.close()]


def _deltas(events: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], list[str]]:
    """The pieces of each text that a stream sends in pieces."""
    texts: dict[tuple[Any, ...], list[str]] = {}

    def add(piece: object, *about: object) -> None:
        if isinstance(piece, str):
            texts.setdefault(tuple(map(str, about)), []).append(piece)

    for data in events:
        if "delta" in data:
            add(data["delta"], *(data.get(name) for name in _ABOUT))
        for choice in objects(data.get("choices")):
            delta = member(choice, "delta")
            for name in ("content", "reasoning_content", "reasoning", "refusal"):
                add(delta.get(name), choice.get("index"), name)
            for call in objects(delta.get("tool_calls")):
                add(member(call, "function").get("arguments"), choice.get("index"), call.get("index"))
    return texts


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list, whatever it is."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def member(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """The object that is a member of another, an empty one if it is none."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}
