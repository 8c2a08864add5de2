"""`.sse` files: the event stream of one answer, as `curl -N` or a log keeps it. In and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from inspector.capture.encodings import decode
from inspector.capture.events import response_events
from inspector.capture.model import ExchangeDetail, Leg, Message, Timing
from inspector.formats import spacing
from inspector.formats.exporting import Unfit
from inspector.formats.importing import At, Input, Item
from inspector.formats.one import the_one
from inspector.formats.plain import alone
from inspector.protocol.azure import Operation

_LINES = re.compile(rb"\r\n|\r|\n")
_FIELD = re.compile(rb"(?:data|event|id|retry)?:|(?:data|event|id|retry)\Z")
_DATA = re.compile(rb"^data: ?\{", re.MULTILINE)
_RESPONSES = re.compile(rb'"type"\s*:\s*"response\.|"object"\s*:\s*"response"')
_CHAT = re.compile(rb'"object"\s*:\s*"chat\.completion')
_BOM = b"\xef\xbb\xbf"
_HEAD = 2**16


class SseImporter:
    """An event stream: one exchange that has an answer and no request, its events spaced evenly."""

    name = "sse"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By its looks: all lines are fields of events, and there is a JSON object among them."""
        if not head or b"\0" in head:
            return False
        text = head.removeprefix(_BOM)
        lines = [line for line in _LINES.split(text) if line]
        whole = lines if len(lines) < 2 else lines[:-1]  # the last one may be cut
        return all(_FIELD.match(line) for line in whole) and _DATA.search(text) is not None

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """The one exchange, however many streams follow one another."""
        body, rest = alone.body(given.path)
        chunks = spacing.stepped(Leg.RESPONSE, body)
        message = Message(alone.EVENT_STREAM, body, 200)
        operation = _operation(body[:_HEAD])
        yield alone.exchange(given, self.name, operation, Leg.RESPONSE, message, chunks, timing=Timing.EVEN)
        if rest:
            yield rest
        at(given.size)


class SseExporter:
    """The answer's stream, unpacked: what is meant by `inspector export FILE ID -o X.sse`.

    Of an answer that went over a WebSocket, each message is an event. Nothing else is carried.
    """

    name = "sse"
    suffix = "sse"
    many = False

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """The stream; Unfit when there is none."""
        detail = the_one(details)
        number = detail.exchange.id
        message = detail.legs.get(Leg.RESPONSE)
        if message is None or message.absent or not message.body:
            raise Unfit(f"Exchange {number} has no answer that could be written.")
        if message.is_messages:
            for chunk in detail.chunks:
                if chunk.leg is Leg.RESPONSE:
                    out.write(b"data: " + b"\ndata: ".join(_LINES.split(chunk.data)) + b"\n\n")
            return ["It went over a WebSocket: each message is written as an event."]
        if not _is_stream(message) and not response_events(detail):
            raise Unfit(f"Exchange {number} was not answered by an event stream: write it as .har or .jsonl.")
        body, problem = decode(message.body, message.headers)
        out.write(body)
        return [f"Not all of the stream could be unpacked: {problem}."] if problem else []


def _is_stream(message: Message) -> bool:
    """By its own word."""
    return any(n.lower() == "content-type" and "event-stream" in v.lower() for n, v in message.headers)


def _operation(head: bytes) -> Operation | None:
    if _RESPONSES.search(head):
        return Operation.CREATE
    return Operation.CHAT if _CHAT.search(head) else None
