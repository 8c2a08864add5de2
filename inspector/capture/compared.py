"""Two exchanges of a capture, compared: what was asked, and what came back.

The client's legs are compared, and, where the bridge or a repair stood between in both, what went upstream
in the place of what they asked. An answer counts as the Response that it amounts to, a chat answer too; what
is no answer (an error, a page) as the JSON or the text that it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inspector.capture.encodings import decode
from inspector.capture.events import response_events
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Usage
from inspector.protocol.accumulate import Accumulator
from inspector.protocol.azure import Operation
from inspector.protocol.compare.requests import RequestDifference, compare_requests
from inspector.protocol.compare.responses import ResponseDifference, compare_responses
from inspector.protocol.json_text import parse
from inspector.protocol.progress import Progress, part, untold
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamTranslator
from inspector.protocol.usage import TokenUsage


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from `old` to `new`."""

    old: Exchange
    new: Exchange
    requests: RequestDifference
    responses: ResponseDifference
    upstream: RequestDifference | None = None  # None: one of them passed as it was

    def to_json(self) -> dict[str, Any]:
        """As `inspector diff --json` prints it."""
        told = {
            "old": str(self.old.id),
            "new": str(self.new.id),
            "request": self.requests.to_json(),
            "response": self.responses.to_json(),
        }
        return told if self.upstream is None else {**told, "upstream": self.upstream.to_json()}


def compare_exchanges(old: ExchangeDetail, new: ExchangeDetail, progress: Progress = untold) -> Comparison:
    """Compare two exchanges as far as they have come; `progress` is told of items, the upstream's too."""
    answers = [detail.legs.get(Leg.RESPONSE) for detail in (old, new)]
    was_changed = all(Leg.UPSTREAM_REQUEST in detail.legs for detail in (old, new))
    return Comparison(
        old.exchange,
        new.exchange,
        _asked(old, new, Leg.REQUEST, part(progress, 0, 1 + was_changed)),
        compare_responses(
            response_of(old),
            response_of(new),
            old_headers=answers[0].headers if answers[0] else (),
            new_headers=answers[1].headers if answers[1] else (),
        ),
        _asked(old, new, Leg.UPSTREAM_REQUEST, part(progress, 1, 2)) if was_changed else None,
    )


def _asked(old: ExchangeDetail, new: ExchangeDetail, leg: Leg, progress: Progress) -> RequestDifference:
    legs = [detail.legs.get(leg) for detail in (old, new)]
    return compare_requests(
        body_of(old, leg),
        body_of(new, leg),
        old_headers=legs[0].headers if legs[0] else (),
        new_headers=legs[1].headers if legs[1] else (),
        old_usage=_usage(old.exchange.usage),
        new_usage=_usage(new.exchange.usage),
        progress=progress,
    )


def body_of(detail: ExchangeDetail, leg: Leg) -> Any:
    """A leg's body as JSON, as text where it is none; None without the leg, or with nothing in it."""
    message = detail.legs.get(leg)
    if message is None:
        return None
    data, _ = decode(message.body, message.headers)
    try:
        return parse(data) if data else None
    except ValueError:
        return data.decode("utf-8", "surrogateescape")


def response_of(detail: ExchangeDetail) -> Any:
    """The Response that an answer amounts to so far; of what is none the body."""
    body = body_of(detail, Leg.RESPONSE)
    if detail.exchange.operation == Operation.CHAT:
        events = _of_chat(detail, body)
    else:
        events = [record.members for record in response_events(detail) if record.members]
    if not events:
        return body
    answer = Accumulator()
    for event in events:
        answer.feed(event)
    return answer.response


def _of_chat(detail: ExchangeDetail, body: Any) -> list[dict[str, Any]]:
    """The events of the Responses API that a chat answer amounts to; none for an error."""
    message = detail.legs.get(Leg.RESPONSE)
    if message is None or (message.status or 200) >= 400:
        return []
    translator = StreamTranslator(
        request={}, tools=ToolNames(), model=detail.exchange.model or "", new_id=str, now=lambda: 0.0
    )
    if isinstance(body, dict):
        return [event.data for event in translator.feed_completion(body)] if "choices" in body else []
    data, _ = decode(message.body, message.headers)
    return [event.data for event in (*translator.feed(data), *translator.close())]


def _usage(usage: Usage | None) -> TokenUsage | None:
    if usage is None:
        return None
    return TokenUsage(usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens)
