"""`.json` files: one body of the Responses or the Chat Completions API. In and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from inspector.capture.encodings import decode
from inspector.capture.model import Chunk, Damage, ExchangeDetail, Leg, Message, Timing
from inspector.formats import spacing
from inspector.formats.exporting import Unfit
from inspector.formats.importing import HEAD, At, Input, Item
from inspector.formats.one import the_one
from inspector.formats.plain import alone
from inspector.protocol import json_text, sse
from inspector.protocol.azure import Operation

REMARK = "The file holds the events as JSON: the stream is written anew from them."
_OBJECTS = {
    "response": Operation.CREATE,
    "response.compaction": Operation.COMPACT,
    "chat.completion": Operation.CHAT,
}
_OF_REQUESTS = frozenset({"model", "instructions", "previous_response_id", "stream", "tools"})
_LOOKS = re.compile(
    rb'[\[{].*?"(?:input|messages)"\s*:\s*["\[]'
    rb'|\{.*?"object"\s*:\s*"(?:response|response\.compaction|chat\.completion)"'
    rb'|\[\s*\{.*?"(?:type"\s*:\s*"response\.|object"\s*:\s*"chat\.completion\.chunk")',
    re.DOTALL,
)


class Read(NamedTuple):
    """What a body is: of which call, on which leg; or the events that it is made of."""

    operation: Operation
    leg: Leg
    status: int | None = None
    error: str | None = None
    events: list[Any] | None = None


class JsonImporter:
    """A body: one exchange that has that leg alone."""

    name = "json"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By the members of the body; of a large one by how it begins."""
        text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not text.startswith((b"{", b"[")):
            return False
        return _read(head) is not None if len(head) < HEAD else _LOOKS.match(text) is not None

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """The one exchange."""
        body, rest = alone.body(given.path)
        found = _read(body)
        if rest:
            yield Damage(0, f"It is larger than {alone.LARGEST:,} bytes, and is not read.")
        elif found is None:
            yield Damage(0, "It is no body of a request or an answer that can be told, or it is cut off.")
        else:
            try:
                yield _exchange(given, body, found)
            except ValueError as error:
                yield Damage(0, f"Its events cannot be written as a stream: {error}.")
        at(given.size)


class JsonExporter:
    """A request's body, unpacked: what is meant by `inspector export FILE ID -o X.json`.

    Of a call that sends none, as one on a stored response, it is the answer's. Nothing else is carried.
    """

    name = "json"
    suffix = "json"
    many = False

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """The body to the byte; Unfit when there is none."""
        detail = the_one(details)
        request, response = (detail.legs.get(leg) for leg in (Leg.REQUEST, Leg.RESPONSE))
        asked = request is not None and (request.body or request.absent)
        message = request if asked else response
        if message is None or message.absent or not message.body:
            raise Unfit(f"Exchange {detail.exchange.id} has no body that could be written.")
        body, problem = decode(message.body, message.headers)
        out.write(body)
        told = [] if asked else ["It was asked without a body: what is written is the answer's."]
        return [*told, *([f"Not all of it could be unpacked: {problem}."] if problem else [])]


def _exchange(given: Input, body: bytes, found: Read) -> ExchangeDetail:
    if found.events is not None:
        return _of_events(given, found, found.events)
    message = Message(alone.JSON, body, found.status)
    chunk = Chunk(found.leg, 0, 0.0, body)
    return alone.exchange(
        given, JsonImporter.name, found.operation, found.leg, message, [chunk], error=found.error
    )


def _of_events(given: Input, found: Read, events: list[Any]) -> ExchangeDetail:
    if len(events) > spacing.MOST:
        raise ValueError(f"there are more than {spacing.MOST:,}")
    pieces = [_encoded(event, found.operation) for event in events]
    chunks = [Chunk(Leg.RESPONSE, n, n * spacing.STEP, piece) for n, piece in enumerate(pieces)]
    message = Message(alone.EVENT_STREAM, b"".join(pieces), found.status)
    return alone.exchange(
        given,
        JsonImporter.name,
        found.operation,
        Leg.RESPONSE,
        message,
        chunks,
        timing=Timing.EVEN,
        remark=REMARK,
    )


def _encoded(event: Any, operation: Operation) -> bytes:
    kind = event.get("type") if isinstance(event, dict) and operation is Operation.CREATE else None
    name = kind if isinstance(kind, str) and not re.search(r"[\r\n]", kind) else None
    return sse.encode(json_text.to_bytes(event).decode(), event=name)


def _read(body: bytes) -> Read | None:
    """What the body is by its members; None when it is none of ours."""
    try:
        value = json_text.parse(body)
    except ValueError:
        return None
    if isinstance(value, list):
        return _events(value)
    if not isinstance(value, dict):
        return None
    kind, name = value.get("type"), value.get("object")
    if _asks(value, "messages"):
        return Read(Operation.CHAT, Leg.REQUEST)
    if _asks(value, "input") and name is None:
        return Read(Operation.CREATE, Leg.REQUEST)
    if isinstance(name, str) and name in _OBJECTS:
        return Read(_OBJECTS[name], Leg.RESPONSE, 200)
    if isinstance(kind, str) and kind.startswith("response."):
        return _events([value])
    return _error(value)


def _asks(value: Mapping[str, Any], member: str) -> bool:
    """Whether it is a request with that in it: other programs' settings have an `input`, too."""
    said = value.get(member)
    if not isinstance(said, list if member == "messages" else str | list):
        return False
    first = said[0] if said and isinstance(said, list) else None
    return bool(_OF_REQUESTS & value.keys()) or (
        isinstance(first, dict) and bool({"role", "type"} & first.keys())
    )


def _events(value: list[Any]) -> Read | None:
    first = value[0] if value and isinstance(value[0], dict) else {}
    kind, name = first.get("type"), first.get("object")
    if isinstance(kind, str) and (kind.startswith("response.") or kind == "error"):
        return Read(Operation.CREATE, Leg.RESPONSE, 200, events=value)
    if name == "chat.completion.chunk":
        return Read(Operation.CHAT, Leg.RESPONSE, 200, events=value)
    return None


def _error(value: Mapping[str, Any]) -> Read | None:
    """`{"error": {"message", "code"}}`; Azure often has the status for its code."""
    told = value.get("error")
    message = told.get("message") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(message, str):
        return None
    code = str(told.get("code"))
    status = int(code) if re.fullmatch(r"[45]\d\d", code) else None
    return Read(Operation.CREATE, Leg.RESPONSE, status, error=message)
