from __future__ import annotations

import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture import connect
from inspector.capture.model import Damage, Leg, Outcome
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.writer import RecorderInfo


def test_only_what_changed_is_read_again(studio):
    writer = studio.writer()
    first = studio.begin(writer)
    studio.exchange(writer, b"second")
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        seen = reader.exchanges()
        revision = max(exchange.revision for exchange in seen)
        assert [exchange.id for exchange in seen] == [1, 2]
        assert reader.exchanges(revision) == []
        writer.finish(first, Outcome.COMPLETE, at=time.monotonic())
        assert writer.flush()
        (changed,) = reader.exchanges(revision)
        assert (changed.id, changed.outcome) == (1, Outcome.COMPLETE)
        assert changed.revision > revision


def test_exchanges_come_in_order_of_start(studio):
    writer = studio.writer()
    now = time.monotonic()
    for start in (now, now - 10, now - 5):
        studio.begin(writer, at=start)
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert [exchange.id for exchange in reader.exchanges()] == [2, 3, 1]


@pytest.mark.parametrize("packed", [True, False])
def test_chunks_read_the_same_before_and_after_packing(studio, packed: bool):
    writer = studio.writer()
    pieces = [b"a" * n for n in (3, 0, 1, 70_000)]
    start = time.monotonic()
    handle = studio.begin(writer, at=start)
    for n, piece in enumerate(pieces):
        writer.chunk(handle, Leg.REQUEST, piece, start + n)
    writer.head(handle, Leg.RESPONSE, (), status=200, at=start + 4)
    writer.chunk(handle, Leg.RESPONSE, b"b", start + 2)
    if packed:
        writer.finish(handle, Outcome.COMPLETE, at=start + 4)
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        request = reader.chunks(1, Leg.REQUEST)
        assert [chunk.data for chunk in request] == pieces
        assert [(chunk.n, chunk.at) for chunk in request] == [(0, 0), (1, 1), (2, 2), (3, 3)]
        assert reader.chunks(1, Leg.REQUEST, since=2) == request[2:]
        assert reader.chunks(1, Leg.REQUEST, since=4) == []
        assert [(chunk.leg, chunk.n) for chunk in reader.chunks(1)] == [
            (Leg.REQUEST, 0),
            (Leg.REQUEST, 1),
            (Leg.REQUEST, 2),
            (Leg.RESPONSE, 0),
            (Leg.REQUEST, 3),
        ]
        assert reader.body(1, Leg.REQUEST) == b"".join(pieces)
        assert reader.detail(1).chunks == tuple(reader.chunks(1))
    with closing(sqlite3.connect(studio.path)) as connection:
        rows = connection.execute("SELECT count(*) FROM chunks").fetchone()
    assert rows == (0 if packed else 2,)  # what came at once is a row


def test_what_is_not_there(studio):
    writer = studio.writer()
    studio.begin(writer)
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert reader.body(1, Leg.REQUEST) == b""
        assert reader.body(1, Leg.UPSTREAM_REQUEST) is None
        assert reader.body(7, Leg.REQUEST) is None
        assert reader.chunks(7) == []
        for read in (reader.exchange, reader.detail):
            with pytest.raises(KeyError):
                read(7)


def test_what_a_recorder_was_told_is_there_for_its_exchanges(studio):
    options = {"deployments": {"gpt-5.5": "mine"}, "send_metadata": True, "without": ["sampling"]}
    for told in ({}, options):
        writer = studio.writer(told=told)
        studio.exchange(writer, b"{}")
        assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert [recorder.options for recorder in reader.recorders()] == [{}, options]
        assert [reader.detail(n).options for n in (1, 2)] == [{}, options]


def test_options_that_are_no_json_are_a_mistake_of_the_caller():
    with pytest.raises(TypeError, match="JSON"):
        RecorderInfo("1", "bridge", options={"x": object()})


def test_changed_is_told_once(studio):
    writer = studio.writer()
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert reader.changed()
        assert not reader.changed()
        studio.exchange(writer, b"{}")
        assert writer.flush()
        assert reader.changed()
        assert not reader.changed()


def test_ten_thousand_exchanges_are_listed_in_a_moment(studio):
    writer = studio.writer()
    writer.close()
    with closing(connect.for_writing(studio.path, wait_for_disk=False)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            """INSERT INTO exchanges (revision, recorder, method, url, http_version, operation, mode,
                connection, started, outcome, session, turn, model, status, input_tokens, event_count)
                VALUES (?, 1, 'POST', 'https://h/openai/v1/responses', 'HTTP/1.1', 'responses.create',
                'observe', 'c', ?, 'complete', 's', 1, 'gpt', 200, 5, 9)""",
            [(n, float(n)) for n in range(1, 10_001)],
        )
        connection.execute("COMMIT")
    with closing(Reader(studio.path)) as reader:
        begun = time.process_time()
        exchanges = reader.exchanges()
        took = time.process_time() - begun
        assert len(exchanges) == 10_000
        begun = time.process_time()
        assert len(reader.exchanges(9_999)) == 1
        again = time.process_time() - begun
    assert took < 1.5, f"{took:.3f} s"  # a fifth of it, alone: this holds against what grows faster
    assert again < 0.1, f"{again:.3f} s"


def test_any_thread_may_read(studio):
    writer = studio.writer()
    for n in range(30):
        studio.exchange(writer, b"%d" % n * 100, headers=(("thread-id", "t"),))
    assert writer.flush()
    with closing(Reader(studio.path)) as reader, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: reader.body(n + 1, Leg.REQUEST), range(30)))
        assert found == [b"%d" % n * 100 for n in range(30)]


def test_reading_goes_on_while_it_is_written(studio):
    """Several readers see whole exchanges only, whatever moment they look at."""
    writer = studio.writer()
    assert writer.flush()
    readers = [Reader(studio.path) for _ in range(2)]
    for n in range(40):
        studio.exchange(writer, b"x" * n, [b"y" * n, b"z" * n])
        for reader in readers:
            for exchange in reader.exchanges()[-3:]:
                detail = reader.detail(exchange.id)
                if exchange.outcome is Outcome.COMPLETE:
                    size = len(detail.legs[Leg.REQUEST].body)
                    assert detail.legs[Leg.RESPONSE].body == b"y" * size + b"z" * size
    assert writer.flush()
    assert [len(reader.exchanges()) for reader in readers] == [40, 40]
    for reader in readers:
        reader.close()


def test_a_damaged_body_is_a_sentence(studio):
    writer = studio.writer()
    studio.exchange(writer, b"abc" * 100)
    writer.close()
    with closing(connect.for_writing(studio.path, wait_for_disk=False)) as connection:
        connection.execute("UPDATE bodies SET data = x'00'")
    with closing(Reader(studio.path)) as reader:
        assert len(reader.exchanges()) == 1
        with pytest.raises(CaptureError, match=r"cannot be read: a packed body"):
            reader.body(1, Leg.REQUEST)


def test_a_file_in_the_place_of_the_old_one_is_read(studio, tmp_path: Path):
    writer = studio.writer()
    studio.exchange(writer, b"old")
    writer.close()
    with closing(Reader(studio.path)) as reader:
        assert reader.body(1, Leg.REQUEST) == b"old"
        studio.path.rename(tmp_path / "moved.db")
        assert reader.body(1, Leg.REQUEST) == b"old"
        assert reader.generation == 0
        studio.path.write_text("something else altogether")
        with pytest.raises(CaptureError, match="not a SQLite file"):
            reader.body(1, Leg.REQUEST)
        studio.path.unlink()
        again = studio.writer()
        studio.exchange(again, b"new")
        again.close()
        assert reader.body(1, Leg.REQUEST) == b"new"
        assert reader.generation == 1
        assert reader.changed()
    assert sorted(os.listdir(tmp_path)) == ["capture.db", "moved.db"]


def test_its_size_is_what_it_holds(studio):
    writer = studio.writer()
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        empty = reader.size
        studio.exchange(writer, os.urandom(200_000))
        assert writer.flush()
        full = reader.size
        assert 190_000 < full - empty < 230_000  # the rows that were packed have left free pages
    writer.close()
    with closing(Reader(studio.path)) as reader:
        assert reader.size == full
        assert reader.size <= studio.path.stat().st_size


def test_an_empty_file_and_no_file(tmp_path: Path):
    (tmp_path / "empty.db").touch()
    with pytest.raises(CaptureError, match="nothing has been recorded"):
        Reader(tmp_path / "empty.db")
    with pytest.raises(CaptureError, match="There is no file"):
        Reader(tmp_path / "none.db")
    assert os.listdir(tmp_path) == ["empty.db"]


def test_a_reader_that_outlives_the_writer_leaves_one_file(studio):
    writer = studio.writer()
    studio.exchange(writer, b"{}")
    assert writer.flush()
    reader = Reader(studio.path)
    assert len(reader.exchanges()) == 1
    writer.close()
    assert len(os.listdir(studio.path.parent)) == 3
    reader.close()
    assert os.listdir(studio.path.parent) == [studio.path.name]


def test_those_before_an_exchange_are_the_last_of_its_session(studio):
    writer = studio.writer()
    for session in ("a", "b", "a", "a", None, None, "a"):
        studio.begin(writer, headers=[("session-id", session)] if session else [])
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        last = reader.exchange(7)
        assert [each.id for each in reader.before(last, 64)] == [1, 3, 4]
        assert [each.id for each in reader.before(last, 2)] == [3, 4]
        assert [each.id for each in reader.before(reader.exchange(6), 64)] == [5]


def test_what_a_leg_was_read_from_or_went_over(studio):
    writer = studio.writer()
    studio.exchange(writer, {"model": "gpt-5"}, [b"one", b"two"])
    assert writer.flush()
    with closing(sqlite3.connect(studio.path)) as connection, connection:
        connection.execute("UPDATE legs SET absent = 1 WHERE leg = 'request'")
        connection.execute("UPDATE legs SET binary_messages = '[1]' WHERE leg = 'response'")
        connection.execute("UPDATE exchanges SET socket = 1")
    with closing(Reader(studio.path)) as reader:
        legs = reader.detail(1).legs
        assert (legs[Leg.REQUEST].absent, legs[Leg.RESPONSE].absent) == (True, False)
        assert (legs[Leg.REQUEST].is_messages, legs[Leg.RESPONSE].is_messages) == (False, True)
        assert legs[Leg.RESPONSE].binary_messages == frozenset({1})
        assert reader.message(1, Leg.RESPONSE) == legs[Leg.RESPONSE]
        assert reader.exchange(1).socket == 1


def test_files_that_were_read_in(studio):
    writer = studio.writer()
    assert writer.flush()
    with closing(Reader(studio.path)) as reader:
        assert reader.imports() == []
        with closing(sqlite3.connect(studio.path)) as connection, connection:
            connection.execute("INSERT INTO imports VALUES (1, 1, 'a.har', 'har', 100, 60, 2, NULL)")
            connection.execute("INSERT INTO imports VALUES (2, 1, 'b.mitm', 'mitmproxy', 9, 9, 0, 5.0)")
            connection.execute("INSERT INTO damage VALUES (1, 2, 7, NULL, 'No flow begins here.')")
        going_on, ended = reader.imports()
        assert (going_on.file, going_on.done, going_on.found, going_on.ended) == ("a.har", 60, 2, None)
        assert (ended.format, ended.ended, ended.damage) == (
            "mitmproxy", 5.0, (Damage(7, "No flow begins here."),),
        )  # fmt: skip
