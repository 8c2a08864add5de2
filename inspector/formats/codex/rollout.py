"""Rollout files: the history that Codex keeps of a session, `sessions/**/rollout-*.jsonl` in its home.

A line is `{timestamp, type, payload}`. What the model said and what went to it are `response_item`s, so that
an answer is the items of the model between two of the client's, and its request is all that stood before.
Both are retold: neither was kept as it passed. Measured with Codex 0.58, 0.130 and 0.169:

| line | tells |
|---|---|
| `session_meta` | the session, whose sub-agent it is, the instructions; the first is the file's own |
| `turn_context` | model, effort and summary of the turn that follows |
| `response_item` | an item of the history |
| `compacted` | the history is another one from here on |
| `token_usage_record` (0.169) | an answer is over: its id and tokens |
| `event_msg` `token_count` | the same without the id; also repeats what was counted before |

0.58 writes an answer when its calls have run, each call followed by its output, and counts before that: so an
output that is followed at once by another item of the model does not end an answer that was not counted yet.

A session that goes on from another one (a sub-agent's, a fork) begins with a copy of that one's lines. Its
answers are history here, and no exchanges: their turns are older than the session, which the ids of both tell
(UUIDs of version 7 begin with their time). A turn that was stopped before anything had come leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from inspector.capture.model import (
    Chunk,
    Damage,
    Exchange,
    ExchangeDetail,
    Leg,
    Message,
    Outcome,
    Source,
    Timing,
)
from inspector.formats.codex import heads, items, lines, retold
from inspector.formats.codex.answer import Answer
from inspector.formats.codex.heads import Thread, text
from inspector.formats.codex.history import LARGEST, History
from inspector.formats.codex.lines import Line
from inspector.formats.importing import At, Input, Item
from inspector.protocol import json_text
from inspector.protocol.azure import Operation

URL = "/responses"
REMARKS = (
    "The request is retold from the history: its tools, most settings and headers are not in the file, nor "
    "is where it was sent.",
    retold.REMARK,
)
TOO_LARGE = f"What stood before is more than {LARGEST:,} bytes: the request is left out."
_TYPES = frozenset(
    {"session_meta", "turn_context", "response_item", "event_msg", "compacted", "token_usage_record"}
)
_UUID = 36  # characters


class RolloutImporter:
    """Reads a rollout file."""

    name = "codex-rollout"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By its first line that is whole."""
        told = lines.first(head)
        return "timestamp" in told and "payload" in told and str(told.get("type")) in _TYPES

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """Every answer as an exchange."""
        telling = _Telling(given.name)
        for line in lines.read(given.path, at):
            if isinstance(line, Damage):
                yield line
                continue
            payload, when = line.value.get("payload"), _seconds(line.value.get("timestamp"))
            if not isinstance(payload, dict) or when is None:
                yield Damage(line.offset, f"Line {line.n} has no payload, or no time.")
                continue
            yield from telling.take(line, str(line.value.get("type")), payload, when)
        yield from telling.end()


class _Telling:
    """The history so far, and the answer that is growing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._history = History()
        self._settings: dict[str, Any] = {}
        self._thread: Thread | None = None
        self._turn: str | None = None
        self._asked: float | None = None  # when the client last said something
        self._answer = Answer()
        self._has_records = False  # which tell the tokens of each answer, so that counts need not
        self._counted_ahead: Mapping[str, Any] | None = None
        self._total: object = None  # of all that was counted and belongs to an answer
        self._count = 0

    def take(self, line: Line, kind: str, payload: Mapping[str, Any], when: float) -> Iterator[Item]:
        if self._answer.is_full or (self._answer.has_output and kind != "response_item"):
            yield from self.end()
        item = b""
        if kind == "response_item":
            payload = items.as_sent(payload)
            try:
                item = json_text.to_bytes(payload)
            except ValueError:
                yield Damage(line.offset, f"Line {line.n} nests too deeply.")
                return
        match kind:
            case "session_meta":
                self._begin(payload)
            case "turn_context":
                yield from self.end()
                self._turn_begins(payload)
            case "response_item" if items.is_of_the_model(payload):
                if self._answer.is_over:
                    yield from self.end()
                self._said(line, payload, item, when)
            case "response_item" if self._answer.goes_on and items.is_output(payload):
                self._answer.said(item)
                self._answer.has_output, self._answer.answered = True, when
            case "response_item":
                yield from self.end()
                self._history.add([item])
                self._asked = when
            case "compacted":
                yield from self.end()
                replaced = payload.get("replacement_history")
                if isinstance(replaced, list):
                    yield from self._replaced(line, replaced)
            case "token_usage_record":
                self._recorded(payload.get("usage"), payload.get("response_id"))
            case "event_msg" if payload.get("type") == "token_count":
                info = payload.get("info")
                if isinstance(info, dict) and not self._has_records:
                    self._counted(info.get("last_token_usage"), info.get("total_token_usage"))

    def end(self) -> Iterator[Item]:
        """The answer so far as an exchange, if there is one; it joins the history."""
        answer, self._answer = self._answer, Answer()
        if answer.line is None:
            return
        if answer.tokens is None:
            answer.tokens = self._counted_ahead
        self._counted_ahead = None
        if self._is_copied:
            self._go_on(answer)
            return
        self._count += 1
        try:
            yield self._exchange(answer, answer.line)
        except ValueError as error:
            yield Damage(
                answer.line.offset, f"What begins at line {answer.line.n} cannot be retold: {error}."
            )
        self._go_on(answer)

    def _go_on(self, answer: Answer) -> None:
        """It is history for the next request."""
        self._history.add(answer.history)
        self._asked = answer.answered or self._asked

    def _replaced(self, line: Line, history: list[Any]) -> Iterator[Damage]:
        try:
            self._history = History(
                [json_text.to_bytes(items.as_sent(each)) for each in history if isinstance(each, dict)]
            )
        except ValueError:
            yield Damage(line.offset, f"Line {line.n} nests too deeply.")

    def _begin(self, payload: Mapping[str, Any]) -> None:
        if self._thread is not None:  # of the session that this one goes on from
            return
        self._thread = heads.thread_of(payload)
        told = payload.get("base_instructions") or payload.get("instructions")
        instructions = text(told.get("text") if isinstance(told, dict) else told)
        if instructions:
            self._settings["instructions"] = instructions

    @property
    def _is_copied(self) -> bool:
        """Whether the running turn is older than the session."""
        session, turn = (self._thread and self._thread.id) or "", self._turn or ""
        return len(session) == len(turn) == _UUID and turn < session

    def _turn_begins(self, payload: Mapping[str, Any]) -> None:
        self._turn = text(payload.get("turn_id"))
        self._settings["model"] = text(payload.get("model")) or self._settings.get("model")
        reasoning = {name: payload[name] for name in ("effort", "summary") if payload.get(name)}
        self._settings["reasoning"] = reasoning or None

    def _said(self, line: Line, item: Mapping[str, Any], as_json: bytes, when: float) -> None:
        self._answer.line = self._answer.line or line
        self._answer.items.append(item)
        self._answer.said(as_json)
        self._answer.times.append(when)
        self._answer.has_output = False

    def _recorded(self, tokens: object, response_id: object) -> None:
        self._has_records = True
        if self._answer.line is None or not isinstance(tokens, dict):
            return
        self._answer.tokens = tokens
        if isinstance(response_id, str):
            self._answer.id, self._answer.is_over = response_id, True

    def _counted(self, tokens: object, total: object) -> None:
        """A count belongs to the answer that is there or comes next, unless it repeats what was said."""
        if not isinstance(tokens, dict) or (total is not None and total == self._total):
            return
        self._total = total
        if self._answer.line is None:
            self._counted_ahead = tokens
        else:
            self._answer.tokens = tokens

    def _exchange(self, answer: Answer, line: Line) -> ExchangeDetail:
        first, last = answer.times[0], max(answer.times)
        started = first if self._asked is None else min(self._asked, first)
        body = self._request()
        times = [max(0.0, when - started) for when in (first, *answer.times, last)]
        response, events = retold.stream(
            answer.id, self._settings.get("model"), answer.items, answer.tokens, times=times
        )
        exchange = Exchange(
            id=self._count,
            revision=0,
            method="POST",
            url=URL,
            operation=Operation.CREATE,
            mode="observe",
            started=started,
            outcome=Outcome.COMPLETE,
            request_done=0.0,
            ended=times[-1],
            status=200,
            source=Source(
                self._name,
                RolloutImporter.name,
                f"line {line.n}",
                Timing.WHOLE,
                REMARKS if body is not None else (*REMARKS, TOO_LARGE),
            ),
        )
        fields = heads.headers(self._thread or Thread(), self._turn, "turn")
        legs = {Leg.REQUEST: Message(fields, body or b"", absent=body is None), Leg.RESPONSE: response}
        sent = [Chunk(Leg.REQUEST, 0, 0.0, body)] if body else []
        return ExchangeDetail(exchange, legs, (*sent, *events))

    def _request(self) -> bytes | None:
        told = {name: value for name, value in self._settings.items() if value}
        session = self._thread.id if self._thread else None
        metadata = {"session_id": session, "thread_id": session, "turn_id": self._turn}
        behind = {
            "stream": True,
            **({"prompt_cache_key": session} if session else {}),
            "client_metadata": {name: value for name, value in metadata.items() if value},
        }
        return self._history.request(told, behind)


def _seconds(timestamp: object) -> float | None:
    """Unix time of an ISO 8601 timestamp."""
    if not isinstance(timestamp, str):
        return None
    try:
        return datetime.fromisoformat(timestamp).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
