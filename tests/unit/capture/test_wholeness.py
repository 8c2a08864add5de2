"""What is damaged in a capture is told with its exchange and leg, and nothing else is."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inspector.capture.schema import CaptureError
from inspector.capture.wholeness import wholeness

SAMPLE = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))[0]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.db"
    path.write_bytes(SAMPLE.read_bytes())
    return path


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_whole_capture_is_whole_and_stays_as_it_is(sample: Path):
    before = sample.read_bytes()
    told = wholeness(sample)
    assert (told.faults, told.remarks, told.exchanges > 0) == ((), (), True)
    assert sample.read_bytes() == before
    assert list(sample.parent.iterdir()) == [sample]


SECOND = "exchange = 2 AND leg = 'response'"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"UPDATE bodies SET data = x'28' WHERE id = (SELECT body FROM legs WHERE {SECOND})", "damaged"),
        (f"UPDATE legs SET chunk_index = x'0001' WHERE {SECOND}", "its chunks have 1 bytes"),
        (f"UPDATE legs SET headers = '[' WHERE {SECOND}", "Expecting"),
        ("UPDATE exchanges SET response_size = 7 WHERE id = 2", "its exchange says 7"),
        (f"UPDATE legs SET body = 999 WHERE {SECOND}", "belongs to a row of bodies"),
        ("UPDATE bodies SET base = NULL WHERE base IS NOT NULL", "packed body"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_exchange(sample: Path, statement: str, words: str):
    change(sample, "PRAGMA foreign_keys = OFF", statement)
    faults = wholeness(sample).faults
    assert any(words in fault.text for fault in faults), faults
    assert any((fault.exchange, fault.leg) == (2, "response") for fault in faults)


def test_a_leg_that_is_gone_is_missed(sample: Path):
    change(sample, "DELETE FROM legs WHERE exchange = 3")
    assert {(fault.exchange, fault.text) for fault in wholeness(sample).faults} == {
        (3, "it has no request"),
        (3, "it is complete and has no response"),
    }


def test_a_recorder_that_died_is_no_damage(sample: Path):
    change(
        sample,
        "UPDATE recorders SET ended = NULL, pid = 0, process = 'x', host = 'elsewhere'",
        "UPDATE exchanges SET outcome = 'open', ended = NULL WHERE id = 3",
    )
    told = wholeness(sample)
    assert told.faults == ()
    assert told.remarks[0] == "Recorder 1 did not end in good order; it was at exchange 3."


def test_a_file_that_was_cut_off_says_where(sample: Path):
    data = sample.read_bytes()
    sample.write_bytes(data[:30_000])
    faults = wholeness(sample).faults
    assert faults[0].text == f"the file ends at byte 30000, and should have {len(data)}"
    assert any("malformed" in fault.text for fault in faults)


def test_what_lies_beside_the_file_that_a_link_names_belongs_to_it(sample: Path):
    """Without its `-wal` the file would end too early, and have nothing in it."""
    link = sample.parent / "other" / "link.db"
    link.parent.mkdir()
    link.symlink_to(sample)
    with closing(sqlite3.connect(sample)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("DELETE FROM legs WHERE exchange = 3")
        connection.commit()
        assert {fault.exchange for fault in wholeness(link).faults} == {3}


def test_a_page_of_the_list_that_is_gone_does_not_hide_the_others(sample: Path):
    """They are looked for from both ends."""
    page = int.from_bytes(sample.read_bytes()[16:18], "big")
    rows = [
        f"UPDATE c SET id = {n}, note = '{'x' * (page // 2)}{n}'; INSERT INTO exchanges SELECT * FROM c;"
        for n in range(50, 70)
    ]
    with closing(sqlite3.connect(sample)) as connection:
        connection.executescript("CREATE TEMP TABLE c AS SELECT * FROM exchanges LIMIT 1;" + "".join(rows))
    data = bytearray(sample.read_bytes())
    at = data.index(b"x" * 100 + b"60") // page * page
    data[at : at + page] = bytes(page)
    sample.write_bytes(data)
    told = wholeness(sample)
    assert told.exchanges > 20
    assert any("the list of exchanges cannot be read" in fault.text for fault in told.faults)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.integers(100, SAMPLE.stat().st_size - 1), st.binary(min_size=1, max_size=9)), max_size=9
    ),
    cut=st.none() | st.integers(1, SAMPLE.stat().st_size),
)
@example(changes=[(SAMPLE.read_bytes().index(b"CREATE TABLE legs"), b"CREATE \xff\xfe")], cut=None)
def test_whatever_the_bytes_are_it_says_how_it_stands(
    tmp_path: Path, changes: list[tuple[int, bytes]], cut: int | None
):
    data = bytearray(SAMPLE.read_bytes())
    for at, new in changes:
        data[at : at + len(new)] = new
    path = tmp_path / "odd.db"
    path.write_bytes(data[:cut])
    before = path.read_bytes()
    with suppress(CaptureError):
        assert wholeness(path).format
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_capture_cannot_be_looked_at(tmp_path: Path):
    (tmp_path / "x.db").write_bytes(b"nothing")
    with pytest.raises(CaptureError):
        wholeness(tmp_path / "x.db")
