"""All that is told of one exchange: its row of the timeline, what went wrong, its section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from inspector.capture.events import TimedEvent, response_events
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Outcome, Timing
from inspector.formats.md.answer import Answer, answer_of
from inspector.formats.md.before import Before
from inspector.formats.md.bodies import counted, folds
from inspector.formats.md.changed import changes
from inspector.formats.md.text import code
from inspector.formats.md.values import value_of
from inspector.protocol.azure import Operation
from inspector.protocol.conformance import Remark, check

FULL, SHORT = 3_200, 800
"""Characters of a body's beginning."""

_MOST = 12  # remarks, calls
_TELLING = (
    *("apim-request-id", "x-request-id", "x-ms-region", "retry-after", "retry-after-ms"),
    *("x-ms-error-code", "openai-processing-ms", "azureml-model-session"),
)
_WORTH = {
    Timing.WHOLE: "it tells when an answer began and ended; the times of the events between are made up",
    Timing.EVEN: "it tells no times; those of the events are made up",
    Timing.NONE: "it tells no times",
}
_LIMITS = "x-ratelimit-"  # told where a request was refused


@dataclass(frozen=True, slots=True)
class Story:
    """Of one exchange. `lines` is its section, to which `folds` add the beginnings of its bodies."""

    exchange: Exchange
    answer: Answer
    remarks: tuple[Remark, ...]
    before: Before | None
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
        return self.problem is not None or bool(self.remarks or self.broken_cache)

    @property
    def broken_cache(self) -> str:
        """Where its prompt breaks the prompt cache; "" where it does not."""
        return "" if self.before is None else self.before.broken


def story_of(detail: ExchangeDetail, before: Before | None = None) -> Story:
    """What there is to tell of it; `before` is the request before it in its session."""
    exchange = detail.exchange
    events = response_events(detail)
    message = detail.legs.get(Leg.RESPONSE)
    answer = answer_of(events, value_of(message) if message is not None and not events else None)
    remarks: tuple[Remark, ...] = ()
    if events and exchange.operation in (Operation.CREATE, Operation.GET):
        remarks = tuple(check(event.data for event in events))
    facts = [*_facts(detail, events, answer, remarks), *_since(before), *_besides(detail)]
    lines = "".join(f"- {line}\n" for line in facts)
    return Story(
        exchange,
        _named(answer),
        remarks,
        before,
        f"#### Exchange {exchange.id}\n\n{lines}\n",
        folds(detail, events, answer, before, FULL),
        folds(detail, events, answer, before, SHORT),
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
    if exchange.mode in ("repair", "bridge"):  # the others change nothing
        facts.append(f"The proxy was in its mode {code(exchange.mode, 20)}")
    facts += changes(detail)
    if exchange.made is not None:
        made = f"Sent by hand ({code(exchange.made.by, 20)})"
        facts.append(made + (f", made of exchange {exchange.parent}" if exchange.parent else ""))
    if exchange.socket is not None:
        facts.append(f"Asked over the WebSocket that exchange {exchange.socket} opened")
    facts.append(_answered(exchange, events))
    if exchange.error:
        facts.append(f"**Went wrong:** {code(exchange.error, 500)}")
    if exchange.usage is not None:
        facts.append(f"Tokens: {tokens(exchange)}")
    if answer.calls:
        facts.append(f"Calls: {calls(answer)}")
    facts += [f"{_where(each, events)} the rule `{each.rule}`: {code(each.text)}" for each in remarks[:_MOST]]
    if len(remarks) > _MOST:
        facts.append(f"{len(remarks) - _MOST} more remarks on its events")
    refused = (exchange.status or 0) >= 400
    ids = [
        f"{name.lower()} {code(value, 60)}"
        for name, value in (detail.legs[Leg.RESPONSE].headers if Leg.RESPONSE in detail.legs else ())
        if name.lower() in _TELLING or (refused and name.lower().startswith(_LIMITS))
    ]
    if exchange.response_id:
        ids.append(f"response {code(exchange.response_id, 80)}")
    if ids:
        facts.append(", ".join(ids))
    return facts


def _where(remark: Remark, events: Sequence[TimedEvent]) -> str:
    """`Event 3, response.created, breaks`, counted from 1 as people do."""
    if remark.n >= len(events):
        return "The end of the stream breaks"
    kind = events[remark.n].type
    return f"Event {remark.n + 1}{f', {code(kind, 80)},' if kind else ''} breaks"


def _since(before: Before | None) -> list[str]:
    """What the request is to the one before it."""
    if before is None:
        return []
    if before.is_same:
        return [f"The same request as exchange {before.number}"]
    told = [f"**Costs more:** {before.broken}"] if before.broken else []
    if before.forgot:
        told.append(f"About {before.forgot:,} tokens could have come from the prompt cache and did not")
    return told


def _besides(detail: ExchangeDetail) -> list[str]:
    """What is not of the traffic: a person's note, failures of ours, the file that it is from."""
    exchange = detail.exchange
    told = [f"Note: {code(exchange.note, 300)}"] if exchange.note else []
    for each in detail.tracebacks[:3]:
        told.append(f"**The proxy itself failed here:** {code(each.strip().rpartition(chr(10))[2], 300)}")
    if exchange.source is not None:
        place = f", {code(exchange.source.place, 60)}" if exchange.source.place else ""
        told.append(f"Read from a file of the format {code(exchange.source.format, 30)}{place}")
    return told


def _answered(exchange: Exchange, events: Sequence[TimedEvent]) -> str:
    said = f"Answered {exchange.status}" if exchange.status is not None else "Not answered"
    if exchange.status is None and exchange.source is not None and exchange.outcome is Outcome.COMPLETE:
        return "Its answer is not in the file"
    if not exchange.timing.tells_ends:
        return f"{said}; {f'{counted(events)}; ' if events else ''}{exchange.response_size:,} bytes"
    if exchange.first_byte is not None:
        said += f" after {seconds(exchange.first_byte)}"
    if events:
        first = (
            f", the first after {seconds(exchange.first_event)}" if exchange.first_event is not None else ""
        )
        said += f"; {counted(events)}{first}"
    if exchange.ended is not None:
        said += f"; ended after {seconds(exchange.ended)}"
    if exchange.outcome is not Outcome.COMPLETE:
        said += f" ({exchange.outcome.value})"
    return f"{said}; {exchange.response_size:,} bytes"


def told_by_file(exchange: Exchange) -> list[str]:
    """What is odd or missing about it in the file that it was read from, and what its times are worth."""
    source = exchange.source
    if source is None:
        return []
    told = [] if exchange.timing is Timing.RECORDED else [_WORTH[exchange.timing]]
    return told + [code(remark, 300) for remark in source.remarks[:3]]


def _count(told: int | None) -> str:
    return "?" if told is None else f"{told:,}"
