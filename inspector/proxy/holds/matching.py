"""Which rule holds something: filters asked about an exchange of which only a part has passed.

An exchange on its way is what the capture has of it by then, with what is at hand laid over: the head of a
response that has not been recorded yet, or one event in the place of all that came back.

| asked about | known of a request | of a response's head | of an event |
|---|---|---|---|
| the request, who asked, `is:retry`, marks | as it came | the same | as at the stream's first event |
| `status:` | | it | it |
| `response:`, `type:`, `tool:` | | header fields, for `response:` | the event alone |
| `events:`, `size.response:` | | | up to and with this event |
| `tokens:`, `has:usage`, `error:`, `has:error` | | a status of 400 and up | where this event tells |
| `duration:`, `outcome:`, `is:done`, `remark:` | | | (they are of what has ended) |
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

from inspector.capture.encodings import decode
from inspector.capture.filter.language import Filter
from inspector.capture.filter.needles import Needle
from inspector.capture.filter.surroundings import Surroundings, surroundings
from inspector.capture.filter.texts import ExchangeTexts
from inspector.capture.held.values import Rule
from inspector.capture.model import Exchange, Leg, Message, Usage
from inspector.capture.reader import Reader
from inspector.capture.writer import Handle, Writer
from inspector.protocol import usage
from inspector.protocol.json_text import parse_object

_PATIENCE = 2.0  # seconds for the writer to bring what has passed into the file


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule, the number of its app, and its filter read."""

    rule: Rule
    app: int
    filter: Filter


@dataclass(frozen=True, slots=True)
class Known:
    """An exchange on its way, as far as the capture knows it; `request` is the client's."""

    exchange: Exchange
    around: Surroundings
    request: Message | None
    texts: ExchangeTexts = field(init=False, repr=False, compare=False)  # of the request: read once

    def __post_init__(self) -> None:
        texts = ExchangeTexts(self.exchange, {Leg.REQUEST: self.request}.get)
        object.__setattr__(self, "texts", texts)

    @property
    def asked(self) -> dict[str, Any]:
        """The JSON object that was asked with, an empty one if it was none."""
        if self.request is None:
            return {}
        return parse_object(decode(self.request.body, self.request.headers)[0]) or {}


def look_up(writer: Writer, capture: Path, handle: Handle) -> Known | None:
    """Waits for the writer, so not to be called in an event loop. None when the capture does not have it.

    Raises CaptureError when it cannot be read.
    """
    if not writer.flush(_PATIENCE) or handle.id is None:
        return None
    with closing(Reader(capture)) as reader:
        exchange = reader.exchange(handle.id)
        before = [one for one in reader.before(exchange, 1) if one.id != exchange.parent]
        request = reader.message(handle.id, Leg.REQUEST)
    return Known(exchange, surroundings([*before, exchange]), request)


def first_fitting(
    rules: Iterable[Compiled], known: Known, response: Message | None = None
) -> Compiled | None:
    """The first of the rules that fits the exchange with that response, or that head of one."""
    exchange = known.exchange
    if response is not None:
        size = max(exchange.response_size, len(response.body))
        events = max(exchange.event_count, 1 if response.body else 0)
        exchange = replace(exchange, status=response.status, response_size=size, event_count=events)
    return first_of(rules, exchange, known, response)


def first_of(
    rules: Iterable[Compiled], exchange: Exchange, known: Known, response: Message | None
) -> Compiled | None:
    """The same, where `exchange` is what its row is by now."""
    texts = _Passing(exchange, known.texts, response)
    return next((one for one in rules if one.filter.matches_deep(exchange, texts, known.around)), None)


def at_event(known: Known, status: int | None, data: str, events: int, size: int) -> Exchange:
    """The exchange when an event with that data passes: `events` and `size` (bytes) up to and with it."""
    exchange = known.exchange
    told = parse_object(data) if '"usage"' in data or '"error"' in data else None
    inner = told.get("response") if told is not None else None
    response = inner if isinstance(inner, Mapping) else told or {}
    return replace(
        exchange,
        status=status,
        response_size=max(exchange.response_size, size),
        event_count=max(exchange.event_count, events),
        usage=_usage_of(response) or exchange.usage,
        error=_error_of(told or {}, response) or exchange.error,
    )


def _usage_of(response: Mapping[str, Any]) -> Usage | None:
    told = response.get("usage")
    read = usage.from_responses(told) or usage.from_chat(told)
    return None if read is None else Usage(*astuple(read))


def _error_of(told: Mapping[str, Any], response: Mapping[str, Any]) -> str | None:
    """The error that an event tells, in its words."""
    error = response.get("error") or (told if told.get("type") == "error" else None)
    if not error:
        return None
    said = error.get("message") if isinstance(error, Mapping) else error
    return said if isinstance(said, str) and said else "an error"


class _Passing:
    """What of the bodies is there: the request, and that part of the response."""

    remarks: Collection[str] = ()  # rules of a whole stream say nothing of an event alone

    def __init__(self, exchange: Exchange, asked: ExchangeTexts, response: Message | None) -> None:
        self._asked = asked
        self._came = ExchangeTexts(exchange, {Leg.RESPONSE: response}.get)

    def request_has(self, needles: Sequence[Needle]) -> bool:
        """Whether what was sent has the texts."""
        return self._asked.request_has(needles)

    def response_has(self, needles: Sequence[Needle]) -> bool:
        """Whether what has come back has them."""
        return self._came.response_has(needles)

    @property
    def event_types(self) -> Collection[str]:
        """That of the event."""
        return self._came.event_types

    @property
    def tools_called(self) -> Collection[str]:
        """Those that the event calls."""
        return self._came.tools_called

    @property
    def tools_offered(self) -> Collection[str]:
        """Those that the request offers."""
        return self._asked.tools_offered
