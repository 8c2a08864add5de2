"""All that is told of one exchange: its row of the timeline, what went wrong, its section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from inspector.capture.encodings import decode
from inspector.capture.events import TimedEvent, response_events
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Outcome, Timing
from inspector.formats.md.answer import Answer, answer_of
from inspector.formats.md.brief import brief, cut
from inspector.formats.md.text import code, fenced, folded
from inspector.protocol import json_text
from inspector.protocol.azure import Operation
from inspector.protocol.conformance import Remark, check

FULL, SHORT = 2_400, 700
"""Characters of a body's beginning."""

_MOST = 12  # remarks, calls
_MOST_EVENTS = 40
_LARGEST = 2**24  # bytes of a body that are looked at
_TELLING = ("apim-request-id", "x-request-id", "x-ms-region", "retry-after", "retry-after-ms")
_LEGS = {
    Leg.REQUEST: "Request",
    Leg.UPSTREAM_REQUEST: "Request that the proxy sent instead",
    Leg.UPSTREAM_RESPONSE: "Answer that the proxy got",
    Leg.RESPONSE: "Answer",
}


@dataclass(frozen=True, slots=True)
class Story:
    """Of one exchange. `lines` is its section, to which `folds` add the beginnings of its bodies."""

    exchange: Exchange
    answer: Answer
    remarks: tuple[Remark, ...]
    lines: str
    full: str
    short: str

    @property
    def problem(self) -> str | None:
        """What went wrong, in words of the traffic; None when nothing did."""
        exchange = self.exchange
        if exchange.error:
            return exchange.error
        return None if exchange.outcome in (Outcome.COMPLETE, Outcome.OPEN) else exchange.outcome.value

    @property
    def is_odd(self) -> bool:
        """Whether there is something that a reader should see."""
        return self.problem is not None or bool(self.remarks)


def story_of(detail: ExchangeDetail) -> Story:
    """What there is to tell of it."""
    exchange = detail.exchange
    events = response_events(detail)
    message = detail.legs.get(Leg.RESPONSE)
    answer = answer_of(events, _value(message) if message is not None and not events else None)
    remarks: tuple[Remark, ...] = ()
    if events and exchange.operation in (Operation.CREATE, Operation.GET):
        remarks = tuple(check(event.data for event in events))
    lines = "".join(f"- {line}\n" for line in _facts(detail, events, answer, remarks))
    return Story(
        exchange,
        _named(answer),
        remarks,
        f"#### Exchange {exchange.id}\n\n{lines}\n",
        _folds(detail, events, answer, FULL),
        _folds(detail, events, answer, SHORT),
    )


def calls(answer: Answer) -> str:
    """The tools by name, in order, repeated ones counted."""
    groups = [(name, len(list(same))) for name, same in groupby(answer.calls)]
    words = [code(name, 60) + (f" \u00d7{count}" if count > 1 else "") for name, count in groups[:_MOST]]
    more = len(groups) - len(words)
    return ", ".join(words) + (f" and {more} more" if more else "")


def tokens(exchange: Exchange) -> str:
    """`4,200 (4,096 cached) → 77 (12 reasoning)`."""
    usage = exchange.usage
    if usage is None:
        return ""
    given = _count(usage.input_tokens) + (
        f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens is not None else ""
    )
    out = _count(usage.output_tokens)
    return f"{given} → {out}" + (f" ({usage.reasoning_tokens:,} reasoning)" if usage.reasoning_tokens else "")


def seconds(value: float | None) -> str:
    """`1.24 s`; "" of nothing."""
    return "" if value is None else f"{value:,.2f} s"


def _named(answer: Answer) -> Answer:
    """Without the answer itself: of many exchanges that would be much."""
    return Answer(None, answer.calls, answer.has_text)


def _facts(
    detail: ExchangeDetail, events: Sequence[TimedEvent], answer: Answer, remarks: Sequence[Remark]
) -> list[str]:
    exchange = detail.exchange
    facts = [f"{code(f'{exchange.method} {exchange.url}')}, {exchange.request_size:,} bytes"]
    if exchange.model:
        by = f", answered by {code(exchange.answered, 60)}" if exchange.answered else ""
        facts.append(f"Model {code(exchange.model, 60)}{by}")
    if exchange.mode != "observe":
        facts.append(f"The proxy was in its mode {code(exchange.mode, 20)}")
    if exchange.made is not None:
        made = f"Sent by hand ({code(exchange.made.by, 20)})"
        facts.append(made + (f", made of exchange {exchange.parent}" if exchange.parent else ""))
    facts.append(_answered(exchange, events))
    if exchange.error:
        facts.append(f"**Went wrong:** {code(exchange.error, 500)}")
    if exchange.usage is not None:
        facts.append(f"Tokens: {tokens(exchange)}")
    if answer.calls:
        facts.append(f"Calls: {calls(answer)}")
    facts += [f"Event {each.n} breaks the rule `{each.rule}`: {code(each.text)}" for each in remarks[:_MOST]]
    if len(remarks) > _MOST:
        facts.append(f"{len(remarks) - _MOST} more remarks on its events")
    ids = [
        f"{name.lower()} {code(value, 60)}"
        for name, value in (detail.legs[Leg.RESPONSE].headers if Leg.RESPONSE in detail.legs else ())
        if name.lower() in _TELLING
    ]
    if exchange.response_id:
        ids.append(f"response {code(exchange.response_id, 80)}")
    if ids:
        facts.append(", ".join(ids))
    if exchange.note:
        facts.append(f"Note: {code(exchange.note, 300)}")
    return facts + _told_by_file(exchange)


def _answered(exchange: Exchange, events: Sequence[TimedEvent]) -> str:
    said = f"Answered {exchange.status}" if exchange.status is not None else "Not answered"
    if exchange.first_byte is not None:
        said += f" after {seconds(exchange.first_byte)}"
    if events:
        first = (
            f", the first after {seconds(exchange.first_event)}" if exchange.first_event is not None else ""
        )
        said += f"; {len(events):,} events{first}"
    if exchange.ended is not None:
        said += f"; ended after {seconds(exchange.ended)}"
    if exchange.outcome is not Outcome.COMPLETE:
        said += f" ({exchange.outcome.value})"
    return f"{said}; {exchange.response_size:,} bytes"


def _told_by_file(exchange: Exchange) -> list[str]:
    source = exchange.source
    if source is None:
        return []
    worth = " Its times are not of the wire." if source.timing in (Timing.EVEN, Timing.NONE) else ""
    told = [f"Read from a file of the format {code(source.format, 30)}, {code(source.place, 60)}.{worth}"]
    return told + [code(remark, 300) for remark in source.remarks[:3]]


def _folds(detail: ExchangeDetail, events: Sequence[TimedEvent], answer: Answer, room: int) -> str:
    """The beginnings of its bodies, to be unfolded."""
    found = []
    for leg, message in detail.legs.items():
        if not message.body and not message.absent:
            continue
        name = f"{_LEGS[leg]}, {len(message.body):,} bytes"
        if message.absent:
            found.append(f"{_LEGS[leg]}: its body is not in the file.\n")
        elif leg is Leg.RESPONSE and events:
            found.append(folded(f"{len(events):,} events", fenced(_outline(events))))
            found.append(_json(f"{name}, put together", answer.value, room))
        else:
            found.append(_head(name, message, room))
    return "\n".join(found)


def _head(name: str, message: Message, room: int) -> str:
    value = _value(message)
    if isinstance(value, dict | list) and json_text.is_shallow(value):
        return _json(name, value, room)
    body, problem = decode(message.body, message.headers, limit=_LARGEST)
    words = f", which cannot be decoded to its end: {problem}" if problem else ""
    return folded(f"{name}{words}", fenced(cut(body[: 4 * room].decode("utf-8", "replace"), room)))


def _json(name: str, value: object, room: int) -> str:
    text, is_all = brief(value, room)
    return folded(name if is_all else f"{name}, shortened", fenced(text, "json"))


def _value(message: Message) -> object:
    """The JSON of a body, None where it is none."""
    body, _ = decode(message.body, message.headers, limit=_LARGEST)
    try:
        return json_text.parse(body)
    except ValueError:
        return None


def _outline(events: Sequence[TimedEvent]) -> str:
    """The types in order, each with the moment of its first; repeated ones counted."""
    lines = []
    for kind, same in groupby(events, lambda event: event.type):
        first, *more = same
        count = f"  \u00d7{len(more) + 1}, until {more[-1].at:.3f} s" if more else ""
        lines.append(f"{first.at:9.3f} s  {cut(kind, 80) or '(no type)'}{count}")
    if len(lines) > _MOST_EVENTS:
        half = _MOST_EVENTS // 2
        lines = [*lines[:half], f"… {len(lines) - 2 * half:,} more lines", *lines[-half:]]
    return "\n".join(lines)


def _count(told: int | None) -> str:
    return "?" if told is None else f"{told:,}"
