"""What a response came to, in one row: events, tokens, the first error in words, read as it streams.

A derived cache: the bytes are the truth, and `SUMMARY_VERSION` says which reading of them a row holds. An
event is decoded and parsed only when it can matter, else counted, so the cost is bounded by the bytes; a body
that is no stream is kept up to a limit and parsed at the end.

| the bytes begin like | read as |
|---|---|
| `{` or `[` | JSON, whatever the content type says |
| an event stream's field, or the content type says so | Server-Sent Events, Responses or Chat |
| anything else | text: looked at only if the status is an error |

What came over a WebSocket is a stream of messages, each an event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.capture import causes
from inspector.capture.encodings import Decoder as ContentDecoder
from inspector.capture.model import Headers, Outcome, Usage
from inspector.protocol import usage
from inspector.protocol.json_text import parse_object
from inspector.protocol.skim import Skim
from inspector.protocol.surrogates import whole

SUMMARY_VERSION = 1

_LARGEST_BODY = 2**25
_LARGEST_UNPACKED = 2**26  # of what came compressed: more is a bomb
_MATTERS = re.compile(
    r'"(?:response\.(?:created|completed|failed|incomplete|done)|error)"'
    r'|"finish_reason"\s*:\s*"|"usage"\s*:\s*\{'
)
# Of an event's bytes, in which each line of its data begins anew; and the end of a chat.
_MATTERS_IN_STREAM = re.compile(_MATTERS.pattern.replace(r"\s*", r"(?:\s|data:)*").encode() + rb"|\[DONE\]")
_STEP = 2**18  # bytes of a stream looked at together
_FIELD = re.compile(rb"(?:data|event|id|retry)?:")
_LONGEST_FIELD = len(b"event:")
_ENDED_EARLY = {
    Outcome.CLIENT_GONE: "the client closed the connection before the answer ended",
    Outcome.UPSTREAM_GONE: "upstream closed the connection before the answer ended",
    Outcome.UNREACHABLE: "upstream could not be reached",
    Outcome.REFUSED: "refused by the proxy",
    Outcome.INTERRUPTED: "the recording stopped before the answer ended",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What a response came to so far. `first_event` in seconds after the exchange's start."""

    event_count: int = 0
    first_event: float | None = None
    usage: Usage | None = None
    response_id: str | None = None
    model: str | None = None  # the one that answered
    error: str | None = None  # in words, None when fine
    terminal: bool = False  # the answer said that it was over


class ResponseReading:
    """Reads one response while it arrives: `feed` its body, `close` when nothing more comes."""

    def __init__(
        self,
        operation: str,
        status: int | None,
        headers: Headers,
        *,
        messages: bool = False,
        absent: bool = False,
    ) -> None:
        """`messages`: each piece that it is fed is a message of a WebSocket. `absent`: there is no body to
        feed, though there was one: that it has no end is no fault.
        """
        self.messages = messages
        self._absent = absent
        self._operation = operation
        self._status = status
        self._event_stream = any(
            name.lower() == "content-type" and "event-stream" in value.lower() for name, value in headers
        )
        self._content = ContentDecoder(headers, limit=_LARGEST_UNPACKED)
        self._events: Skim | None = None
        self._decided = False  # whether it is a stream
        self._kept: bytearray | None = bytearray()  # the start of any body, all of one that is no stream
        self._at = 0.0
        self._count = 0
        self._first_event: float | None = None
        self._usage: usage.TokenUsage | None = None
        self._id: str | None = None
        self._model: str | None = None
        self._error: str | None = None
        self._terminal = False

    @property
    def first_event(self) -> float | None:
        """When the first event came, seconds after the exchange's start."""
        return self._first_event

    def feed(self, data: bytes, at: float) -> None:
        """Bytes of the body as they passed, `at` seconds after the exchange's start."""
        self._at = at
        if self.messages:
            self._message(data.decode("utf-8", "replace"))
            return
        for plain in self._content.pieces(data):
            self._plain(plain)

    def _plain(self, plain: bytes) -> None:
        """The same, its content encoding undone."""
        if self._events is None and self._kept is not None:
            self._kept += plain
            if not self._decided and self._is_stream(bytes(self._kept)):
                plain, self._kept = bytes(self._kept), None
                self._events = Skim(_MATTERS_IN_STREAM)
            elif len(self._kept) > _LARGEST_BODY:
                self._kept = None
        if self._events is not None:
            for start in range(0, len(plain), _STEP):
                for data in self._events.feed(plain[start : start + _STEP]):
                    self._data(data)
            self._count = self._events.count
            if self._count and self._first_event is None:
                self._first_event = self._at

    def summary(self) -> Summary:
        """What it has come to so far."""
        read = self._usage
        return Summary(
            event_count=self._count,
            first_event=self._first_event,
            usage=None
            if read is None
            else Usage(read.input_tokens, read.cached_tokens, read.output_tokens, read.reasoning_tokens),
            response_id=self._id,
            model=self._model,
            error=self._error,
            terminal=self._terminal,
        )

    def close(self, outcome: Outcome, given_error: str | None = None) -> Summary:
        """What it came to. `given_error` is what the recorder knew: a connection's failure, a refusal."""
        if self._events is None and self._kept:
            self._whole(bytes(self._kept))
        if outcome is Outcome.CLIENT_GONE and self._terminal:
            outcome = Outcome.COMPLETE
        self._error = self._verdict(outcome, given_error)
        return self.summary()

    def _verdict(self, outcome: Outcome, given_error: str | None) -> str | None:
        """The first of all that went wrong, in the order in which it must have happened."""
        if self._error is not None:
            return self._error
        if given_error is not None:
            return causes.one_line(given_error)
        if self._status is not None and self._status >= 400:
            return causes.of_status(self._status, bytes(self._kept or b""))
        if outcome in _ENDED_EARLY:
            return _ENDED_EARLY[outcome]
        streamed = self.messages or self._events is not None or (self._event_stream and not self._kept)
        if outcome is Outcome.COMPLETE and streamed and not self._terminal and not self._absent:
            if self._events is not None and self._content.problem is not None:
                return f"the stream cannot be read to its end: {self._content.problem}"
            return self._without_end()
        return None

    def _without_end(self) -> str | None:
        if self._operation == "chat.create":
            return "the stream ended without a finish_reason"
        if self._operation in ("responses.create", "responses.get"):
            return "the stream ended without a terminal event"
        return None

    def _is_stream(self, start: bytes) -> bool:
        """Whether these are the first bytes of an event stream; decides once there are enough of them."""
        begun = start.removeprefix(b"\xef\xbb\xbf").lstrip()
        stream = not begun.startswith((b"{", b"[")) and (
            self._event_stream or _FIELD.match(begun) is not None
        )
        self._decided = stream or begun.startswith((b"{", b"[")) or len(begun) > _LONGEST_FIELD
        return stream and bool(begun)

    def _message(self, data: str) -> None:
        self._count += 1
        if self._first_event is None:
            self._first_event = self._at
        if self._count == 1 or _MATTERS.search(data):
            self._data(data)

    def _data(self, data: str) -> None:
        """An event that may matter."""
        if data == "[DONE]":
            self._terminal = self._terminal or self._operation == "chat.create"
        else:
            self._object(parse_object(data) or {})

    def _whole(self, body: bytes) -> None:
        value = parse_object(body)
        if not value:
            return
        if self._status is not None and self._status >= 400:
            self._fail(causes.of_status(self._status, body))
        elif value.get("object") == "response":
            self._response(value, ended=value.get("status") not in ("queued", "in_progress"))
        else:
            self._object(value)

    def _object(self, value: Mapping[str, Any]) -> None:
        """One event's data, or a complete body."""
        kind = value.get("type")
        response = value.get("response")
        if kind == "error":
            self._fail(causes.of_value(value) or "an error event without words")
        elif isinstance(kind, str) and kind.startswith("response."):
            ended = kind in ("response.completed", "response.failed", "response.incomplete", "response.done")
            if ended or kind == "response.created":
                self._response(response if isinstance(response, dict) else {}, ended=ended)
            if kind in ("response.failed", "response.incomplete"):
                self._fail("the response failed" if kind.endswith("failed") else "the response is incomplete")
        elif value.get("error"):
            self._fail(causes.of_value(value) or "an error without words")
        elif "choices" in value:
            self._chat(value)
        elif "usage" in value:  # a compaction, or embeddings
            self._named(value)
            used = value["usage"]
            self._usage = usage.from_responses(used) or usage.from_chat(used) or self._usage

    def _response(self, response: Mapping[str, Any], *, ended: bool) -> None:
        self._named(response)
        self._terminal = self._terminal or ended
        self._usage = usage.from_responses(response.get("usage")) or self._usage
        if response.get("error"):
            self._fail(causes.of_value(response) or "the response failed")
        elif response.get("status") == "incomplete":
            details = response.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, dict) else None
            self._fail(f"incomplete: {reason if isinstance(reason, str) else 'no reason given'}")
        elif response.get("status") == "failed":
            self._fail("the response failed")

    def _chat(self, value: Mapping[str, Any]) -> None:
        self._named(value)
        self._usage = usage.from_chat(value.get("usage")) or self._usage
        choices = value.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            reason = choice.get("finish_reason") if isinstance(choice, dict) else None
            if isinstance(reason, str):
                self._terminal = True
                if reason in ("length", "content_filter"):
                    self._fail(f"incomplete: finish_reason {reason}")

    def _named(self, value: Mapping[str, Any]) -> None:
        for name in ("id", "model"):
            said = value.get(name)
            if isinstance(said, str) and said and getattr(self, f"_{name}") is None:
                setattr(self, f"_{name}", whole(said))

    def _fail(self, words: str) -> None:
        self._error = self._error or causes.one_line(words)
