"""Captures that are filled anew: what persons have added to what was read before stays."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from inspector.capture.anew import Standing, standing
from inspector.capture.bulk import BulkWriter
from inspector.capture.marks import put_mark, put_note
from inspector.capture.model import (
    Chunk,
    Exchange,
    ExchangeDetail,
    Leg,
    Message,
    Outcome,
    Source,
)
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo
from inspector.capture.wholeness import wholeness

IMPORT, REPLAY = RecorderInfo("1.0", "import"), RecorderInfo("1.0", "replay")


def made(number: int, place: str) -> ExchangeDetail:
    body = json.dumps({"prompt_cache_key": "k", "input": "long " * 200 + place}).encode()
    exchange = Exchange(
        number, 0, "POST", "http://h/", "responses.create", "observe", float(number), Outcome.INTERRUPTED,
        source=Source("a.mitm", "mitmproxy", place),
    )  # fmt: skip
    return ExchangeDetail(exchange, {Leg.REQUEST: Message((), body)}, (Chunk(Leg.REQUEST, 0, 0, body),))


def test_marks_notes_and_what_was_sent_again_outlive_a_second_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(BulkWriter(path, IMPORT)) as stopped:
        assert stopped.begin_anew()
        number = stopped.begin_import("a.mitm", "mitmproxy", 10)
        for n, place in enumerate(("byte 0", "byte 9", "byte 9"), 1):  # a WebSocket's share one
            stopped.add(made(n, place), number)
    with closing(Reader(path)) as reader:
        put_mark(path, reader.exchange(1), True)
        put_note(path, reader.exchange(3), "the one")
    with closing(BulkWriter(path, REPLAY)) as replay:
        child = replay.add(made(1, "elsewhere"))  # packed against what was read
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE exchanges SET parent = 3 WHERE id = ?", (child,))
    assert standing(path, "import") is Standing.STOPPED

    with closing(BulkWriter(path, IMPORT)) as second:
        assert second.begin_anew()
        number = second.begin_import("a.mitm", "mitmproxy", 10)
        for n, place in enumerate(("byte 0", "byte 9", "byte 9"), 1):
            second.outline(made(n, place), number)
        for n, place in enumerate(("byte 0", "byte 9", "byte 9"), 1):
            second.add(made(n, place), number)
        second.end_import(number)
    with closing(Reader(path)) as reader:
        found = {each.id: (each.marked, each.note, each.parent) for each in reader.exchanges()}
        assert reader.body(child, Leg.REQUEST) == made(1, "elsewhere").legs[Leg.REQUEST].body
        assert len(reader.imports()) == 1
    assert found == {
        child: (False, "", 7),
        5: (True, "", None),
        6: (False, "", None),
        7: (False, "the one", None),
    }
    assert wholeness(path).faults == ()
