"""Summaries derived anew while they are read, where the file has an older reading of the bytes or none.

The file is another's: a reader writes nothing into it. It is the exception: a capture of an older inspector,
and the last exchanges of a recorder that was killed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from inspector.capture.model import Chunk, Exchange, Message, Outcome
from inspector.capture.redact import Redactor
from inspector.capture.summary import ResponseReading


def refreshed(
    exchange: Exchange,
    given_error: str | None,
    response: Message | None,
    chunks: Iterable[Chunk],
    redactor: Redactor,
) -> Exchange:
    """The exchange with what its response, head and chunks, comes to; `given_error` is its recorder's."""
    headers, status = (response.headers, response.status) if response else ((), exchange.status)
    messages = response is not None and response.is_messages
    absent = response is not None and response.absent
    reading = ResponseReading(exchange.operation, status, headers, messages=messages, absent=absent)
    for chunk in chunks:
        reading.feed(chunk.data, chunk.at)
    summary = reading.close(exchange.outcome, given_error)
    had_all = exchange.outcome is Outcome.CLIENT_GONE and summary.terminal
    return replace(
        exchange,
        outcome=Outcome.COMPLETE if had_all else exchange.outcome,
        model=exchange.model or summary.model,
        answered=summary.model,
        error=summary.error and redactor.text(summary.error),
        first_event=summary.first_event,
        event_count=summary.event_count,
        usage=summary.usage,
        response_id=summary.response_id,
    )
