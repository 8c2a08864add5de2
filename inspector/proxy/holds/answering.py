"""What people decide, as bytes: an answer of their own, the end of a running stream, an edited event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.capture.held.values import Decision
from inspector.capture.model import Headers
from inspector.protocol import sse
from inspector.protocol.from_chat.stream_event import StreamEvent
from inspector.protocol.json_text import parse_object, to_bytes
from inspector.protocol.response_events import completed, ending, events_of
from inspector.proxy.answers import EVENT_STREAM, JSON

_STREAM_STARTS = (b"data:", b"event:")


def answer_of(decision: Decision, asked: Mapping[str, Any]) -> tuple[int, Headers, bytes]:
    """Status, headers and body of an answer to a request with that body.

    A Response becomes a stream where that was asked for, and gets the fields that it lacks.
    """
    status, body = decision.status or 200, decision.body or b""
    kind = EVENT_STREAM if body.startswith(_STREAM_STARTS) else JSON
    told = parse_object(body)
    if told is not None and told.get("object") == "response" and status < 300:
        if asked.get("stream") is True:
            kind, body = EVENT_STREAM, b"".join(map(_encoded, events_of(told, asked)))
        else:
            body = to_bytes(completed(told, asked))
    headers = decision.headers or ()
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("content-type", kind))
    return status, headers, body


def ending_of(decision: Decision, event: sse.ServerSentEvent, started: Mapping[str, Any] | None) -> bytes:
    """The bytes that end a stream in the place of an event.

    `started` is the Response as the stream began it; None for a stream that is not of that API, which ends
    with the error alone.
    """
    told = parse_object(decision.body or b"") or {}
    if started is None:
        return sse.encode(to_bytes({"error": told.get("error")}).decode()) + sse.encode("[DONE]")
    last = ending(completed({**started, "status": "failed", **told}, {}))
    number = (parse_object(event.data) or {}).get("sequence_number")
    return _encoded({**last, "sequence_number": number if isinstance(number, int) else 0})


def edited_event(event: sse.ServerSentEvent, data: bytes) -> bytes:
    """The event with other data; its fields beside it stay."""
    if not data:
        return b""
    fields = b"" if event.id is None else b"id: %b\n" % event.id.encode("utf-8", "replace")
    if event.retry is not None:
        fields += b"retry: %d\n" % event.retry
    return fields + sse.encode(data.decode("utf-8", "replace"), event=event.event or None)


def _encoded(event: dict[str, Any]) -> bytes:
    return StreamEvent(event, 0, 0).encode()
