"""Files that something was done to: whatever it was, exchanges come, and damage within the file."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.capture.model import Damage, ExchangeDetail
from inspector.formats.importing import ForeignFile, Input
from inspector.formats.registry import importer, recognise


def _lines(*told: Any) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in told)


def _rollout(kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": "2026-11-21T10:00:00.5Z", "type": kind, "payload": payload}


def _trace(kind: str, **payload: Any) -> dict[str, Any]:
    return {"schema_version": 2, "wall_time_unix_ms": 5, "payload": {"type": kind, **payload}}


_OURS = {
    "id": 1,
    "method": "GET",
    "url": "/",
    "operation": "",
    "mode": "observe",
    "started": 1,
    "outcome": "complete",
}
_LEG = {"headers": [["a", "b"]], "text": "é", "times": [0.1], "sizes": [2]}
_ENTRY = {"startedDateTime": "2026-11-21T10:00:00Z", "request": {"headers": []}, "timings": {"wait": 5}}
FILES = {
    "codex-rollout": _lines(
        _rollout("session_meta", id="s", instructions="x"),
        _rollout("turn_context", turn_id="t", model="m"),
        _rollout("response_item", type="message", role="user"),
        _rollout("response_item", type="message", role="assistant"),
        _rollout("compacted", replacement_history=[{"type": "message"}]),
    ),
    "codex-trace": _lines(
        _trace("inference_started", inference_call_id="a", request_payload={"path": "1.json"}),
        _trace("inference_completed", inference_call_id="a", response_payload={"path": "2.json"}),
    ),
    "jsonl": _lines({"inspector": 1, "exchange": _OURS, "legs": {"response": _LEG}}) * 2,
    "har": json.dumps({"log": {"version": "1.2", "entries": [_ENTRY, _ENTRY]}}).encode(),
}  # fmt: skip
_BYTES = st.binary(max_size=5) | st.sampled_from(
    [b"{", b'"', b"]", b"\n", b"1e999", b"null", b"\\", b"\xff\xfe"]
)
_CHANGES = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 40), _BYTES), max_size=3)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=_CHANGES, end=st.integers(0, 900) | st.none())
def test_nothing_is_raised(
    name: str, tmp_path: Path, changes: list[tuple[int, int, bytes]], end: int | None
) -> None:
    content = FILES[name]
    for at, gone, put in changes:
        content = content[:at] + put + content[at + gone :]
    path = tmp_path / "file"
    path.write_bytes(content[:end])
    with suppress(ForeignFile):
        recognise(path)
    # Whatever it looks like now.
    for item in importer(name).read(Input("file", path, 0), lambda _: None):
        if isinstance(item, Damage):
            assert item.text
            assert item.offset is None or 0 <= item.offset <= 2 * len(content)  # UTF-16 is longer as UTF-8
        else:
            assert isinstance(item, ExchangeDetail)


@pytest.mark.parametrize("name", FILES)
def test_as_they_are_they_are_known_and_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FILES[name])
    for payload in ("1.json", "2.json"):
        (tmp_path / payload).write_text("{}")
    assert recognise(path).name == name
    items = list(importer(name).read(Input("file", path, 0), lambda _: None))
    assert {type(item) for item in items} == {ExchangeDetail}
