"""What a capture's rows derive from its bytes: session and turn, summary, first error in words.

Reads chunk rows and writes the derived columns. It knows nothing of threads: digester.py says when.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Lock

from inspector.capture import runs
from inspector.capture.asked import Asked, read_request
from inspector.capture.history import CaptureHistory
from inspector.capture.model import Headers, Leg, Outcome
from inspector.capture.redact import Redactor
from inspector.capture.runs import Run
from inspector.capture.schema import transaction
from inspector.capture.sessions import place
from inspector.capture.summary import SUMMARY_VERSION, ResponseReading, Summary
from inspector.protocol.azure import Operation
from inspector.protocol.codex import CodexContext, identify_message
from inspector.protocol.json_text import parse_object

_ROWS_AT_ONCE = 64
_AT_ONCE = 2**18  # bytes of a running response
_BREATH = 2**15  # bytes, about half a millisecond's work, and what a row counts for besides
_EACH = 2**9


class _Response:
    """A response that is being read: how far, and what it has come to."""

    def __init__(self, reading: ResponseReading) -> None:
        self.reading = reading
        self.next_chunk = 0
        self.size = 0

    def take(self, run: Run) -> None:
        """The next run. The time of the first event is told to the chunk."""
        if self.reading.first_event is None or self.reading.messages:
            for at, data in run.chunks():
                self.reading.feed(data, at)
        else:
            self.reading.feed(run.data, run.at)
        self.next_chunk = run.n + run.count
        self.size += len(run.data)


class Deriving:
    """The derived columns of one open capture."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        lock: Lock,
        redactor: Redactor,
        breathe: Callable[[], object] = lambda: None,
    ) -> None:
        """`breathe` is called between pieces of work: other threads want the interpreter too."""
        self._connection = connection
        self._lock = lock
        self._redactor = redactor
        self._breathe = breathe
        self._responses: dict[int, _Response] = {}

    def request(self, exchange: int) -> None:
        """The request is whole: its session, turn, model and stream flag. Once is enough."""
        row = self._connection.execute(
            """SELECT url, operation, connection, recorder, client, session, turn_id, turn, request_digest,
                parent, request_kind FROM exchanges WHERE id = ?""",
            (exchange,),
        ).fetchone()
        if row is None or row[8] is not None:
            return
        url, operation, connection, recorder, client, session, turn_id, turn, _, parent, kind = row
        headers, is_message = self._head(exchange, Leg.REQUEST)
        body = self._body(exchange, Leg.REQUEST)
        asked = asked_of(url, operation, headers, body)
        context = CodexContext(client=client, session=session, turn_id=turn_id, request_kind=kind)
        told: dict[str, object] = {}
        if is_message and operation == Operation.CREATE:
            context = identify_message(headers, parse_object(body) or {})
            session, told = context.session, context_columns(context)
        with self._lock, transaction(self._connection):
            if turn is None:
                # Connections are told apart within one recorder only.
                line = f"{connection}#{recorder}" if connection else ""
                history = CaptureHistory(self._connection, before=exchange)
                found = history.place_of(parent) or place(context, asked, line, history)
                if found is not None:
                    session, turn = found.session, found.turn
            self._set(exchange, **told, session=session, turn=turn, **request_columns(asked))

    def progress(self, exchange: int) -> bool:
        """A response goes on: its count, tokens and size so far. Whether more is waiting to be read."""
        response = self._response(exchange)
        if response is None:
            return False
        seen = response.size
        more = self._read(exchange, response, most=_AT_ONCE)
        if response.size == seen:
            return False
        columns = summary_columns(self._redactor, response.reading.summary())
        # The request's model comes first, and whether there is one is the end's to say.
        del columns["model"]
        with self._lock, transaction(self._connection):
            self._set(exchange, **columns, response_size=response.size)
        return more

    def end(self, exchange: int) -> None:
        """Nothing more comes: the whole summary, and the outcome in its light. Once: its chunks go."""
        row = self._connection.execute(
            """SELECT outcome, given_error, model, operation, status FROM exchanges
                WHERE id = ? AND summary_version = 0""",
            (exchange,),
        ).fetchone()
        if row is None:
            return
        outcome, given, model, operation, status = Outcome(row[0]), row[1], row[2], row[3], row[4]
        response = self._response(exchange)
        if response is None:
            reading = ResponseReading(operation, status, ())
        else:
            reading = response.reading
            self._read(exchange, response)
        summary = reading.close(outcome, given)
        if outcome is Outcome.CLIENT_GONE and summary.terminal:
            outcome = Outcome.COMPLETE  # it reset the stream because it had what it wanted
        columns = summary_columns(self._redactor, summary)
        columns["model"] = model or summary.model
        with self._lock, transaction(self._connection):
            self._set(exchange, outcome=outcome, summary_version=SUMMARY_VERSION, **columns)
        self._responses.pop(exchange, None)

    def forget(self, exchange: int) -> None:
        """Lets go of what was read of a response."""
        self._responses.pop(exchange, None)

    def _response(self, exchange: int) -> _Response | None:
        """The reading of a response, begun where it is not; None before the response's head."""
        response = self._responses.get(exchange)
        if response is None:
            row = self._connection.execute(
                """SELECT exchanges.operation, legs.status, legs.headers, binary_messages FROM exchanges
                    JOIN legs ON legs.exchange = exchanges.id AND legs.leg = ? WHERE exchanges.id = ?""",
                (Leg.RESPONSE, exchange),
            ).fetchone()
            if row is None:
                return None
            operation, status, headers, binary = row
            reading = ResponseReading(operation, status, _pairs(headers), messages=binary is not None)
            response = self._responses[exchange] = _Response(reading)
        return response

    def _read(self, exchange: int, response: _Response, most: int | None = None) -> bool:
        """Feeds the reading the runs that have come since, about `most` bytes; whether there may be more."""
        until = None if most is None else response.size + most
        for run in self._runs(exchange, Leg.RESPONSE, response.next_chunk):
            response.take(run)
            if until is not None and response.size >= until:
                return True
        return False

    def _runs(self, exchange: int, leg: Leg, since: int) -> Iterator[Run]:
        unbroken = 0
        while True:
            found = runs.select(self._connection, exchange, leg, since=since, most=_ROWS_AT_ONCE)
            for run in found:
                yield run
                since = run.n + run.count
                unbroken += len(run.data) + _EACH
                if unbroken > _BREATH:
                    self._breathe()
                    unbroken = 0
            if len(found) < _ROWS_AT_ONCE:
                return

    def _body(self, exchange: int, leg: Leg) -> bytes:
        return b"".join([run.data for run in self._runs(exchange, leg, 0)])

    def _head(self, exchange: int, leg: Leg) -> tuple[Headers, bool]:
        """Its header fields, and whether what it holds are messages of a WebSocket."""
        row = self._connection.execute(
            "SELECT headers, binary_messages FROM legs WHERE exchange = ? AND leg = ?", (exchange, leg)
        ).fetchone()
        return (_pairs(row[0]), row[1] is not None) if row else ((), False)

    def _set(self, exchange: int, **columns: object) -> None:
        self._connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'revision'")
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._connection.execute(
            f"""UPDATE exchanges SET {assignments},
                revision = (SELECT value FROM meta WHERE name = 'revision') WHERE id = ?""",
            (*columns.values(), exchange),
        )


def asked_of(url: str, operation: str, headers: Headers, body: bytes) -> Asked:
    """What a whole request asks for."""
    asked = read_request(url, headers, body)
    if operation == Operation.COMPACT:  # it repeats the history, whoever had the last word in that
        return replace(asked, ends_with_user=False)
    if operation == Operation.CONNECT:
        return replace(asked, prepares=True)
    return asked


def request_columns(asked: Asked) -> dict[str, object]:
    """What a request asks for, as columns; its digest is there once it was read, be it empty."""
    return {"model": asked.model, "stream": asked.stream, "request_digest": asked.digest or ""}


def context_columns(context: CodexContext) -> dict[str, object]:
    """What a request tells of itself, besides its session, as columns."""
    return {
        "turn_id": context.turn_id,
        "request_kind": context.request_kind,
        "parent_session": context.parent_session,
        "agent": context.agent,
        "agent_name": context.agent_name,
    }


def summary_columns(redactor: Redactor, summary: Summary) -> dict[str, object]:
    """A summary as columns. An error's words may quote what they complain about: secrets go."""
    usage = summary.usage
    return {
        "event_count": summary.event_count,
        "first_event": summary.first_event,
        "response_id": summary.response_id,
        "model": summary.model,
        "answered": summary.model,
        "error": summary.error and redactor.text(summary.error),
        "input_tokens": usage and usage.input_tokens,
        "cached_tokens": usage and usage.cached_tokens,
        "output_tokens": usage and usage.output_tokens,
        "reasoning_tokens": usage and usage.reasoning_tokens,
    }


def _pairs(text: str) -> Headers:
    return tuple((str(name), str(value)) for name, value in json.loads(text))
