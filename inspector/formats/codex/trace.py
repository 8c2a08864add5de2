"""Trace bundles: the folder that Codex writes for `CODEX_ROLLOUT_TRACE_ROOT`.

`manifest.json` names the log, `trace.jsonl`, a line an event; bodies lie beside it, `payloads/N.json`. An
exchange is an `inference_started` with the request, word for word but for its layout, and what followed under
the same `inference_call_id`. Measured with Codex 0.130 (schema 1) and 0.169 (schema 2):

| event | tells |
|---|---|
| `inference_started` | the model, the provider's name, the request |
| `inference_completed` | the items of the answer, its tokens, `upstream_request_id` |
| `inference_failed`, `inference_cancelled` | why, in Codex's words, and what had come by then |
| `compaction_request_started`, `.._completed`, `.._failed` | the same of a compaction, less of its request |
| `thread_started` | whose sub-agent a thread is |

Not in it: URL, most headers, the events of the stream. Attempts that Codex made within one call are one call.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
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
from inspector.formats.codex import heads, lines, retold
from inspector.formats.codex.heads import Thread
from inspector.formats.codex.lines import Line
from inspector.formats.importing import At, Input, Item
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object

MANIFEST = "manifest.json"
LARGEST = 2**27  # bytes of a payload
URL = "/responses"
COMPACT_URL = "/responses/compact"
NO_URL = (
    "The file does not tell where the request was sent; of its headers, only those that name thread and turn."
)
PARTLY = "Of a compaction's request the file holds the input, not all of its settings."
_LAST = 2**45  # ms, in the fourth millennium
_MOST = 2**12  # requests that have begun and not ended; Codex has a few
_ENDS = {
    "completed": Outcome.COMPLETE,
    "failed": Outcome.UPSTREAM_GONE,
    "cancelled": Outcome.CLIENT_GONE,
}
_CALLS = {"inference": "inference_call_id", "compaction_request": "compaction_request_id"}
"""How the events of a request to the model begin, and which member tells them apart."""


@dataclass(frozen=True, slots=True)
class _Call:
    """An inference that has begun: its number, where, when (Unix time), and where its request is.

    Not the request itself: a log may begin any number, and end none.
    """

    n: int
    line: int
    offset: int
    started: float
    model: str | None
    turn: str | None
    request: Path | None
    thread: Thread
    compacts: bool


@dataclass(slots=True)
class _Log:
    """What has been read of it."""

    threads: dict[str, Thread] = field(default_factory=dict)
    running: dict[str, _Call] = field(default_factory=dict)  # by what they are and their id
    begun: int = 0
    last: float = 0.0  # Unix time


class TraceImporter:
    """Reads a trace bundle; a folder, or its `trace.jsonl` alone."""

    name = "codex-trace"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By the words of its manifest, or of the log's first line that is whole."""
        if path.is_dir():
            manifest = _small_object(path / MANIFEST)
            return manifest is not None and "raw_event_log" in manifest and "schema_version" in manifest
        first = lines.first(head)
        return "schema_version" in first and "wall_time_unix_ms" in first and "payload" in first

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """The requests, in the order in which they ended; those without an end come last."""
        folder, path = _places(given.path)
        if os.path.exists(path) and not os.path.isfile(path):  # a pipe would be waited for
            yield Damage(None, f"{path.name} is no file.")
            return
        log = _Log()
        for line in lines.read(path, at):
            if isinstance(line, Damage):
                yield line
                continue
            payload, when = line.value.get("payload"), _seconds(line.value)
            if not isinstance(payload, dict) or when is None:
                yield Damage(line.offset, f"Line {line.n} has no payload, or no time.")
                continue
            log.last = max(log.last, when)
            kind = str(payload.get("type"))
            what, _, state = kind.rpartition("_")
            call = f"{what} {payload.get(_CALLS.get(what, ''))}"
            if kind == "thread_started":
                thread = _thread(folder, payload)
                log.threads[str(thread.id)] = thread
            elif what in _CALLS and state == "started":
                if call in log.running or len(log.running) >= _MOST:
                    lost = call if call in log.running else next(iter(log.running))
                    yield from _ended(given, folder, log.running.pop(lost), "", {}, when)
                log.begun += 1
                log.running[call] = _begun(folder, log, line, payload, when, compacts=what != "inference")
            elif state in _ENDS and call in log.running:
                yield from _ended(given, folder, log.running.pop(call), state, payload, when)
        for call_left in log.running.values():
            yield from _ended(given, folder, call_left, "", {}, log.last)


def _begun(
    folder: Path, log: _Log, line: Line, payload: Mapping[str, Any], when: float, *, compacts: bool
) -> _Call:
    thread_id = heads.text(payload.get("thread_id"))
    return _Call(
        log.begun,
        line.n,
        line.offset,
        when,
        heads.text(payload.get("model")),
        heads.text(payload.get("codex_turn_id")),
        _named(folder, payload.get("request_payload")),
        log.threads.get(str(thread_id)) or Thread(thread_id),
        compacts,
    )


def _ended(
    given: Input, folder: Path, call: _Call, state: str, payload: Mapping[str, Any], when: float
) -> Iterator[Item]:
    body, missing = _payload(call.request)
    if missing:
        yield Damage(call.offset, f"Line {call.line}: {missing}")
    reference = payload.get("response_payload") or payload.get("partial_response_payload")
    answer, missing = _payload(_named(folder, reference)) if reference else (None, None)
    told = parse_object(answer) if answer else None
    if missing or (answer and told is None):
        yield Damage(call.offset, f"Line {call.line}: {missing or 'its answer is no JSON object.'}")
    took = max(0.0, when - call.started)
    failed = str(payload["error"]) if payload.get("error") else None
    remarks = [NO_URL, *([PARTLY] if call.compacts else [])]
    request = (parse_object(body) if body else None) or {}
    kind = "compaction" if call.compacts else "turn"
    fields = heads.headers(call.thread, call.turn, kind, request.get("client_metadata"))
    legs = {Leg.REQUEST: Message(fields, body or b"", absent=body is None)}
    chunks = [Chunk(Leg.REQUEST, 0, 0.0, body)] if body else []
    url, operation = (COMPACT_URL, Operation.COMPACT) if _is_whole(call, request) else (URL, Operation.CREATE)
    if told is not None:
        try:
            response, events = _retold(call, told, took, over=state == "completed")
        except ValueError as error:
            yield Damage(call.offset, f"Line {call.line}: its answer cannot be retold: {error}.")
        else:
            legs[Leg.RESPONSE] = response
            chunks += events
            remarks.append(retold.REMARK)
    exchange = Exchange(
        id=call.n,
        revision=0,
        method="POST",
        url=url,
        operation=operation,
        mode="observe",
        started=call.started,
        outcome=_ENDS.get(state, Outcome.INTERRUPTED),
        request_done=0.0,
        ended=took,
        status=200 if Leg.RESPONSE in legs else None,
        error=failed,
        source=Source(given.name, TraceImporter.name, f"line {call.line}", Timing.WHOLE, tuple(remarks)),
    )
    yield ExchangeDetail(exchange, legs, tuple(chunks))


def _is_whole(call: _Call, request: Mapping[str, Any]) -> bool:
    """Whether it is a compaction of older Codex, which asks for it at an address of its own."""
    asked = request.get("input")
    last = asked[-1] if isinstance(asked, list) and asked else None
    return call.compacts and not (isinstance(last, dict) and last.get("type") == "compaction_trigger")


def _retold(call: _Call, told: Mapping[str, Any], took: float, *, over: bool) -> tuple[Message, list[Chunk]]:
    items, tokens = told.get("output_items"), told.get("token_usage")
    items = items if isinstance(items, list) else []
    message, chunks = retold.stream(
        str(told.get("response_id") or ""),
        call.model,
        items,
        tokens if isinstance(tokens, dict) else None,
        times=[took] * (len(items) + 2),  # when the first byte came is not told: all of it when it was over
        over=over,
    )
    request_id = told.get("upstream_request_id")
    if isinstance(request_id, str):
        message = Message((*message.headers, ("x-request-id", request_id)), message.body, message.status)
    return message, chunks


def _places(path: Path) -> tuple[Path, Path]:
    """The bundle's folder, and its log."""
    if not path.is_dir():
        return path.parent, path
    named = (_small_object(path / MANIFEST) or {}).get("raw_event_log")
    log = _inside(path, named)
    return path, log if log is not None else path / "trace.jsonl"


def _thread(folder: Path, payload: Mapping[str, Any]) -> Thread:
    told, _ = _payload(_named(folder, payload.get("metadata_payload")))
    return heads.thread_of({**((parse_object(told) if told else None) or {}), **payload})


def _named(folder: Path, reference: object) -> Path | None:
    """The file of a payload, by an event's words for it; None when they name none inside the bundle."""
    return _inside(folder, reference.get("path") if isinstance(reference, dict) else None)


def _payload(path: Path | None) -> tuple[bytes | None, str | None]:
    """The bytes of a payload; or None, and a sentence that says why there are none."""
    if path is None:
        return None, "it names no payload inside the bundle."
    try:
        about = path.stat()
        if about.st_size > LARGEST:
            return None, f"{path.name} is larger than {LARGEST:,} bytes."
        if not S_ISREG(about.st_mode):  # a pipe would be waited for
            return None, f"payload {path.name} is no file."
        return path.read_bytes(), None
    except OSError as error:
        return None, f"payload {path.name} cannot be read: {error.strerror or error}."


def _inside(folder: Path, name: object) -> Path | None:
    """A file of the bundle; None for names that lead out of it."""
    if not isinstance(name, str) or not name or "\0" in name:
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) else None


def _small_object(path: Path) -> dict[str, Any] | None:
    if not os.path.isfile(path):
        return None
    try:
        with path.open("rb") as file:
            return parse_object(file.read(2**16))
    except OSError:
        return None


def _seconds(line: Mapping[str, Any]) -> float | None:
    told = line.get("wall_time_unix_ms")
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return told / 1000 if 0 <= told < _LAST else None
