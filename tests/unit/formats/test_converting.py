"""Files converted by a process of its own, once, whoever opens them."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.anew import Standing, standing
from inspector.capture.bulk import BulkWriter
from inspector.capture.marks import put_mark
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo
from inspector.formats import cache
from inspector.formats.choosing import Chosen, choose, chosen
from inspector.formats.converting import MODE, convert
from inspector.formats.importing import ForeignFile
from inspector.formats.spooling import spool

SAMPLES = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))[:2]
INFO = RecorderInfo("1.0", MODE)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))


@pytest.fixture
def two() -> list[Chosen]:
    return choose(SAMPLES)


def whole(path: Path) -> Path:
    deadline = time.monotonic() + 20
    while standing(path, MODE) is not Standing.WHOLE:
        assert time.monotonic() < deadline, standing(path, MODE)
        time.sleep(0.01)
    return path


def numbers(path: Path) -> list[int]:
    with closing(Reader(path)) as reader:
        return sorted(each.id for each in reader.exchanges())


def test_two_who_open_at_once_share_one_conversion(two: list[Chosen]) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in SAMPLES}
    one, other = convert(two), convert(two)  # two processes: neither has begun when the other is started
    assert one.wait() == other.wait()
    path = whole(one.path)
    assert numbers(path) == list(range(1, 1 + sum(len(numbers(each)) for each in SAMPLES)))
    with closing(Reader(path)) as reader:
        assert [each.file for each in reader.imports()] == [each.name for each in SAMPLES]
        put_mark(path, reader.exchange(1), True)
    assert path.stat().st_mode & 0o777 == 0o600
    again = convert(two).wait()
    with closing(Reader(again)) as reader:
        assert reader.exchange(1).marked  # it is the same, and nobody began anew
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in SAMPLES} == before


def test_what_a_dead_process_left_is_begun_anew(two: list[Chosen]) -> None:
    path = cache.place_of(two)
    with closing(BulkWriter(path, INFO)) as writer:
        assert writer.begin_anew()
        number = writer.begin_import("half", "capture", 10)
        with closing(Reader(SAMPLES[0])) as reader:
            writer.add(reader.detail(1), number)
    assert standing(path, MODE) is Standing.STOPPED
    assert whole(convert(two).wait()) == path
    with closing(Reader(path)) as reader:
        assert [each.file for each in reader.imports()] == [each.name for each in SAMPLES]
    assert numbers(path)[0] == 1


def test_one_fills_it_and_the_others_leave_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert standing(path, MODE) is Standing.NONE
    with closing(BulkWriter(path, INFO)) as first, closing(BulkWriter(path, INFO)) as second:
        assert (first.begin_anew(), second.begin_anew()) == (True, False)
        assert standing(path, MODE) is Standing.FILLING
        first.end_import(first.begin_import("a", "har", 1))
    assert standing(path, MODE) is Standing.WHOLE
    with closing(BulkWriter(path, INFO)) as third:
        assert not third.begin_anew()


def test_what_came_through_a_pipe_is_kept_by_its_content() -> None:
    spooled = spool(io.BytesIO(SAMPLES[0].read_bytes()))
    assert spooled.path.stat().st_mode & 0o777 == 0o600
    given = [chosen(spooled.path, "-")]
    path = whole(convert(given, spooled=spooled.path, place=spooled.place).wait())
    assert path == spool(io.BytesIO(SAMPLES[0].read_bytes())).place
    deadline = time.monotonic() + 20
    while spooled.path.exists():
        assert time.monotonic() < deadline, "the spooled file stays"
        time.sleep(0.01)


def test_a_pipe_without_end_is_refused() -> None:
    with pytest.raises(ForeignFile, match="more than 1 MB"):
        spool(io.BytesIO(b"x" * 2**21), largest=2**20)
    assert not list(cache.folder().iterdir())


def test_what_keeps_the_capture_from_being_made_is_a_sentence(two: list[Chosen], tmp_path: Path) -> None:
    place = tmp_path / "a.db"
    with closing(sqlite3.connect(place)) as theirs:
        theirs.execute("CREATE TABLE theirs (a)")
    with pytest.raises(ForeignFile, match="another program's SQLite file"):
        convert(two, place=place).wait()


def test_a_file_that_goes_away_meanwhile_is_damage(tmp_path: Path) -> None:
    file = tmp_path / "gone.db"
    shutil.copy(SAMPLES[0], file)
    given = choose([file])
    os.truncate(file, 0)
    path = whole(convert(given).wait())
    with closing(Reader(path)) as reader:
        (imported,) = reader.imports()
        assert str(file) in imported.damage[0].text
