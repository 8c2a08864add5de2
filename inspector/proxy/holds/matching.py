"""Which rule holds something: filters asked about an exchange of which only a part has passed.

An exchange on its way is what the capture has of it by then, with what is at hand laid over: the head of a
response that has not been recorded yet, or one event in the place of all that came back.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inspector.capture.encodings import decode
from inspector.capture.filter.language import Filter
from inspector.capture.filter.surroundings import Surroundings, surroundings
from inspector.capture.filter.texts import ExchangeTexts
from inspector.capture.held.values import Rule
from inspector.capture.model import Exchange, Leg, Message
from inspector.capture.reader import Reader
from inspector.capture.writer import Handle, Writer
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
    """The first of the rules that fits the exchange with that response, or that part of one."""
    exchange, legs = known.exchange, {Leg.REQUEST: known.request, Leg.RESPONSE: response}
    if response is not None:
        size = max(exchange.response_size, len(response.body))
        status, events = response.status, max(exchange.event_count, 1 if response.body else 0)
        exchange = replace(exchange, status=status, response_size=size, event_count=events)
    texts = ExchangeTexts(exchange, legs.get)
    return next((one for one in rules if one.filter.matches_deep(exchange, texts, known.around)), None)


def may_fit(rule: Compiled, known: Known, status: int | None) -> bool:
    """Whether there can be an event that the rule fits in the exchange's response of that status."""
    exchange = replace(known.exchange, status=status, response_size=1, event_count=1)
    return rule.filter.matches(exchange, known.around) is not False
