from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture import connect, runs
from inspector.capture.model import Leg
from inspector.capture.runs import Run, run_of


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with closing(connect.for_writing(tmp_path / "capture.db", wait_for_disk=False)) as connection:
        yield connection


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.binary(max_size=5)), min_size=1))
def test_a_row_gives_the_chunks_back(chunks: list[tuple[int, bytes]]):
    told = [(microseconds / 1e6, data) for microseconds, data in chunks]
    run = run_of(7, *zip(*told, strict=True))
    assert run.chunks() == told
    assert run.index() == [(at, len(data)) for at, data in told]
    assert (run.n, run.at, run.count) == (7, told[0][0], len(told))
    assert run.data == b"".join(data for _, data in told)


def test_one_chunk_is_a_row_of_format_one():
    run = run_of(0, [1.5], [b"x"])
    assert run == Run(0, 1.5, None, b"x")
    assert run.chunks() == [(1.5, b"x")]


def test_times_are_read_to_the_microsecond_and_not_before_the_start():
    assert run_of(0, [-1e-9, 1.00000049], [b"", b""]).index() == [(0.0, 0), (1.0, 0)]
    assert run_of(0, [-0.5], [b""]).index() == [(0.0, 0)]


@pytest.mark.parametrize("cuts", [b"", b"x", bytes(13), bytes(24)])
def test_damage_is_a_value_error(cuts: bytes):
    with pytest.raises(ValueError, match="damaged"):
        Run(0, 0.0, cuts, b"data").chunks()


@pytest.mark.parametrize(
    ("since", "most", "found"),
    [
        (0, -1, [0, 3, 4]),
        (1, -1, [0, 3, 4]),
        (2, 1, [0]),
        (3, 1, [3]),
        (4, -1, [4]),
        (5, -1, [4]),
        (6, -1, []),
    ],
)
def test_rows_are_found_by_any_chunk_in_them(connection: Connection, since: int, most: int, found: list[int]):
    connection.execute(
        """INSERT INTO recorders (pid, host, process, version, mode, started)
            VALUES (1, '', '', '', '', 0)"""
    )
    for n, count in ((3, 1), (4, 2), (0, 3)):
        runs.insert(connection, 1, Leg.RESPONSE, run_of(n, [0.0] * count, [b"%d" % n] * count))
        runs.insert(connection, 1, Leg.REQUEST, run_of(n, [0.0], [b"another leg"]))
    rows = runs.select(connection, 1, Leg.RESPONSE, since=since, most=most)
    assert [row.n for row in rows] == found
    assert runs.select(connection, 2, Leg.RESPONSE) == []
