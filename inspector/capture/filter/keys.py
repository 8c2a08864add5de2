"""The keys that read the row: what each one is called, what it means to a person, what it looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from inspector.capture.filter import ranges
from inspector.capture.filter.patterns import Pattern, read_pattern
from inspector.capture.filter.problem import FilterError
from inspector.capture.filter.ranges import Range, read_range
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.filter.tokens import Value
from inspector.capture.model import Exchange, Timing

TextOf = Callable[[Exchange, Surroundings], str | None]
NumberOf = Callable[[Exchange], float | None]


@dataclass(frozen=True, slots=True)
class TextKey:
    """A key whose value is a text of the row; `lines`: several texts, a line each."""

    name: str
    about: str
    of: TextOf
    lines: bool = False


@dataclass(frozen=True, slots=True)
class NumberKey:
    """A key whose value is a number; `wanted` names what is understood, `read` understands it."""

    name: str
    about: str
    of: NumberOf
    wanted: str = "a number"
    read: ranges.Read = ranges.plain


@dataclass(frozen=True, slots=True)
class TimeKey:
    """A key whose value is a moment, compared with the exchange's start."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class DeepKey:
    """A key that looks into the bodies: see texts.py."""

    name: str
    about: str


Key = TextKey | NumberKey | TimeKey | DeepKey

_REMEMBERED = 1000  # texts: the rows of a capture say the same few over and over

_LENGTH = ("a length of time such as 5s, 300ms or 2m", ranges.length)
_COUNT = ("a number such as 300, 12k or 1.5M", ranges.count)
_SIZE = ("a size such as 812, 41KB or 1.2MB", ranges.size)
MOMENT = "a time such as 14:20, 2026-09-21, 2026-09-21T14:20, today or 10m (ago)"


def _tokens(name: str) -> NumberOf:
    def of(exchange: Exchange) -> float | None:
        found: int | None = getattr(exchange.usage, name, None)
        return found

    return of


def _all_tokens(exchange: Exchange) -> float | None:
    usage = exchange.usage
    if usage is None or (usage.input_tokens is None and usage.output_tokens is None):
        return None
    return (usage.input_tokens or 0) + (usage.output_tokens or 0)


def _made_by(exchange: Exchange, _: Surroundings) -> str | None:
    return None if exchange.made is None else exchange.made.by


def _took(exchange: Exchange) -> float | None:
    """None where nobody measured it."""
    return exchange.ended if exchange.timing.tells_ends else None


def _first_event(exchange: Exchange) -> float | None:
    return exchange.first_event if exchange.timing is Timing.RECORDED else None


def _from(exchange: Exchange, _: Surroundings) -> str | None:
    source = exchange.source
    return None if source is None else f"{source.file}\n{source.format}"


_KEYS: tuple[Key, ...] = (
    TextKey("model", "the model or deployment that was asked", lambda exchange, _: exchange.model),
    TextKey("session", "the session's id", lambda exchange, _: exchange.session),
    TextKey("client", "who asked: program and version", lambda exchange, _: exchange.client),
    TextKey("method", "the request's method", lambda exchange, _: exchange.method),
    TextKey("url", "the upstream's URL", lambda exchange, _: exchange.url),
    TextKey("mode", "observe, repair or bridge", lambda exchange, _: exchange.mode),
    TextKey("kind", "what Codex calls the request: turn, compact ...", lambda one, _: one.request_kind),
    TextKey("agent", "the kind of sub-agent that asks: review, collab_spawn ...", lambda one, _: one.agent),
    TextKey("agent.name", "what the sub-agent was called", lambda one, _: one.agent_name),
    TextKey("made", "how a person had it sent: replay, edit, minimise, azure", _made_by),
    TextKey("source", "the file of another program that it was read from, or its format", _from, lines=True),
    TextKey("from", "the same", _from, lines=True),
    TextKey("outcome", "how it ended: complete, client-gone ...", lambda exchange, _: exchange.outcome.value),
    TextKey("error", "the error, in words", lambda exchange, _: exchange.error),
    TextKey("note", "what a person wrote beside it", lambda exchange, around: around.notes.get(exchange.id)),
    NumberKey("id", "the exchange's number", lambda exchange: exchange.id),
    NumberKey("parent", "the number of the exchange that it was made of", lambda exchange: exchange.parent),
    NumberKey("turn", "the turn in its session", lambda exchange: exchange.turn),
    NumberKey(
        "status", "the response's status", lambda exchange: exchange.status, "a number such as 429 or 4xx"
    ),
    NumberKey("events", "how many events came", lambda exchange: exchange.event_count, *_COUNT),
    NumberKey("tokens", "tokens in and out", _all_tokens, *_COUNT),
    NumberKey("tokens.in", "tokens that were sent", _tokens("input_tokens"), *_COUNT),
    NumberKey("tokens.out", "tokens that came back", _tokens("output_tokens"), *_COUNT),
    NumberKey("tokens.cached", "tokens read from the prompt cache", _tokens("cached_tokens"), *_COUNT),
    NumberKey("tokens.reasoning", "tokens spent on reasoning", _tokens("reasoning_tokens"), *_COUNT),
    NumberKey("duration", "from the request to the end", _took, *_LENGTH),
    NumberKey("first", "from the request to the first event", _first_event, *_LENGTH),
    NumberKey("size", "bytes of both bodies", lambda one: one.request_size + one.response_size, *_SIZE),
    NumberKey("size.request", "bytes of the request's body", lambda one: one.request_size, *_SIZE),
    NumberKey("size.response", "bytes of the response's body", lambda one: one.response_size, *_SIZE),
    TimeKey("after", "started at this moment or later"),
    TimeKey("before", "started before this moment"),
    DeepKey("request", "a text in what was sent"),
    DeepKey("response", "a text in what came back"),
    DeepKey("type", "the operation, or the type of one of its events"),
    DeepKey("tool", "a tool that the answer calls"),
    DeepKey("offers", "a tool that the request offers"),
    DeepKey("remark", "what conformance says about its events"),
)

KEYS: dict[str, Key] = {key.name: key for key in _KEYS}


@dataclass(frozen=True, slots=True)
class TextField:
    """One of the patterns fits the row's text."""

    key: TextKey
    patterns: tuple[Pattern, ...]
    _seen: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def fits(self, exchange: Exchange, around: Surroundings) -> bool:
        """Whether it does; a text that is not there fits nothing."""
        found = self.key.of(exchange, around)
        if found is None:
            return False
        fits = self._seen.get(found)
        if fits is None:
            folded = found.casefold()
            texts = folded.split("\n") if self.key.lines else (folded,)
            fits = any(pattern.matches(text) for pattern in self.patterns for text in texts)
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[found] = fits
        return fits


@dataclass(frozen=True, slots=True)
class NumberField:
    """The row's number lies in one of the ranges."""

    key: NumberKey | TimeKey
    ranges: tuple[Range, ...]

    def fits(self, exchange: Exchange, around: Surroundings) -> bool:
        """Whether it does; a number that is not there lies in none."""
        found = exchange.started if isinstance(self.key, TimeKey) else self.key.of(exchange)
        return found is not None and any(one.has(found) for one in self.ranges)


def read_field(
    key: TextKey | NumberKey | TimeKey, values: tuple[Value, ...], now: datetime
) -> TextField | NumberField:
    """The condition on the row that a term stands for."""
    if isinstance(key, TextKey):
        return TextField(key, tuple(read_pattern(key.name, value) for value in values))
    if isinstance(key, NumberKey):
        return NumberField(key, tuple(read_range(key.name, key.wanted, key.read, value) for value in values))
    return NumberField(key, tuple(_since(key, value, now) for value in values))


def _since(key: TimeKey, value: Value, now: datetime) -> Range:
    if value.operator or ".." in value.text:
        raise FilterError(
            f"{key.name}: takes one moment and no operator: write after:A before:B for the time between",
            value.at,
        )
    at = read_range(key.name, MOMENT, ranges.moment(now), value)
    if key.name == "after":
        return Range(at.text, low=at.low)
    return Range(at.text, high=at.low, open=True)
