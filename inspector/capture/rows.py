"""Rows of the capture as values of model.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from inspector.capture import summary
from inspector.capture.model import (
    Damage,
    Exchange,
    Headers,
    Import,
    Made,
    Outcome,
    Recorder,
    Source,
    Timing,
    Usage,
)
from inspector.protocol import json_text
from inspector.protocol.json_text import parse_object

INTERRUPTED_WORDS = "the recording stopped before the answer ended"

COLUMNS = (
    "id, revision, method, url, operation, mode, started, outcome, http_version, connection, parent, "
    "session, turn, turn_id, request_kind, client, model, stream, status, error, "
    "request_done, first_byte, first_event, ended, event_count, "
    "input_tokens, cached_tokens, output_tokens, reasoning_tokens, "
    "request_size, response_size, response_id, request_digest, "
    "marked, note, parent_session, agent, agent_name, made, answered, source, socket, "
    "recorder, summary_version, given_error"
)
OUTCOME, RECORDER_ID, SUMMARY_VERSION, GIVEN_ERROR = 7, 42, 43, 44
"""Where in such a row they stand."""

AWAITED = -1
"""The `summary_version` of an exchange whose heads were read from a file and whose bodies were not yet: its
legs are marked absent till then. Where the recorder that was to read them is gone, they stay so."""

NEVER_CAME = "The file was not read to its end: of this exchange only the heads are here."

RECORDER = "id, pid, host, version, mode, upstream, listening, started, ended, options"

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_TIMINGS = {timing.value: timing for timing in Timing}
_NO_TOKENS = (None, None, None, None)


def is_stale(row: tuple[Any, ...], living: frozenset[int]) -> bool:
    """Whether the summary in it is an older reading of the bytes, or one that a dead recorder left undone."""
    version = row[SUMMARY_VERSION]
    if version == AWAITED:
        return False
    return version < summary.SUMMARY_VERSION and (version > 0 or row[RECORDER_ID] not in living)


def exchange(row: tuple[Any, ...], living: frozenset[int]) -> Exchange:
    """A row of COLUMNS; `living` are the recorders that still run."""
    outcome, error = _OUTCOMES.get(row[OUTCOME], Outcome.INTERRUPTED), row[19]
    if outcome is Outcome.OPEN and row[RECORDER_ID] not in living:
        outcome, error = Outcome.INTERRUPTED, error or INTERRUPTED_WORDS
    awaited, told = row[SUMMARY_VERSION] == AWAITED, source(row[40])
    if awaited and row[RECORDER_ID] not in living:
        awaited, told = False, told and replace(told, remarks=(*told.remarks, NEVER_CAME))
    tokens = row[25:29]
    values = [
        *row[:7],
        outcome,
        *row[8:17],
        None if row[17] is None else bool(row[17]),
        row[18],
        error,
        *row[20:25],
        None if tokens == _NO_TOKENS else Usage(*tokens),
        *row[29:32],
        row[32] or None,
        bool(row[33]),
        *row[34:38],
        made(row[38]),
        row[39],
        told,
        row[41],
        awaited,
    ]
    return Exchange(*values)


def recorder(row: tuple[Any, ...]) -> Recorder:
    """A row of RECORDER."""
    values = [*row[:-1], options(row[-1])]
    return Recorder(*values)


def imported(row: tuple[Any, ...], damage: Sequence[Damage]) -> Import:
    """A row of `imports`, and those of `damage` that belong to it."""
    values = [*row, tuple(damage)]
    return Import(*values)


def made(text: str | None) -> Made | None:
    """How an exchange was made, as `made_text` keeps it; what is no such text counts as none."""
    told = parse_object(text) if text else None
    if told is None:
        return None
    edits = told.get("edits")
    return Made(
        str(told.get("by", "")),
        _text(told.get("boundary")),
        tuple(edits) if isinstance(edits, list) else (),
        _text(told.get("source")),
    )


def made_text(made: Made | None) -> str | None:
    """The same as it is kept: a JSON object, without what is not said."""
    if made is None:
        return None
    return json_text.write({name: value for name, value in asdict(made).items() if value})


def source(text: str | None) -> Source | None:
    """Where an exchange was read from, as `source_text` keeps it; what is no such text counts as none."""
    told = parse_object(text) if text else None
    if told is None:
        return None
    remarks = told.get("remarks")
    return Source(
        _text(told.get("file")) or "",
        _text(told.get("format")) or "",
        _text(told.get("place")) or "",
        _TIMINGS.get(_text(told.get("timing")) or "", Timing.RECORDED),
        tuple(one for one in remarks if isinstance(one, str)) if isinstance(remarks, list) else (),
    )


def source_text(source: Source | None) -> str | None:
    """The same as it is kept: a JSON object, without what is not said."""
    if source is None:
        return None
    told = {
        "file": source.file,
        "format": source.format,
        "place": source.place,
        "timing": source.timing.value,
        "remarks": list(source.remarks),
    }
    return json_text.write({name: value for name, value in told.items() if value})


def binary_messages(text: str | None) -> frozenset[int] | None:
    """Which messages of a WebSocket's leg are binary, as they are kept: a JSON array."""
    return None if text is None else frozenset(json.loads(text))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def options(text: str) -> dict[str, Any]:
    """A recorder's options as they are kept: a JSON object."""
    return parse_object(text) or {}


def headers(text: str | None) -> Headers:
    """Header fields as they are kept: a JSON array of pairs."""
    return tuple((name, value) for name, value in json.loads(text)) if text else ()
