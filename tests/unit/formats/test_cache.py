"""Converted captures: named by content, and let go of when they are old or too many."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.marks import put_note
from inspector.capture.reader import Reader
from inspector.formats import cache
from inspector.formats.choosing import choose

SAMPLE = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))[0]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))


def kept(name: str, days_ago: float = 0) -> Path:
    path = cache.folder() / name
    shutil.copy(SAMPLE, path)
    path.chmod(0o600)
    then = time.time() - days_ago * 86400
    os.utime(path, (then, then))
    return path


def test_a_place_follows_the_content(tmp_path: Path) -> None:
    file = tmp_path / "odd name\n.mitm"
    shutil.copy(SAMPLE, file)
    first = cache.place_of(choose([file]))
    assert cache.place_of(choose([file])) == first
    assert first.name.startswith("odd-name-.mitm-")
    assert cache.place_of(choose([file, SAMPLE])) != first
    told = file.stat()
    with file.open("r+b") as opened:  # at its end, with the same size and time
        opened.seek(-1, os.SEEK_END)
        opened.write(b"\x77")
    os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert cache.place_of(choose([file])) != first


def test_what_was_not_opened_for_long_goes() -> None:
    old, new, wanted = kept("old.db", 31), kept("new.db", 29), kept("wanted.db", 40)
    spool, fresh = cache.folder() / "a.spool", cache.folder() / "b.spool"
    spool.touch()
    fresh.touch()
    os.utime(spool, (0, 0))
    assert cache.prune(wanted) == [old]
    assert [each.exists() for each in (old, new, wanted, spool, fresh)] == [False, True, True, False, True]


def test_the_oldest_go_where_they_are_too_many() -> None:
    files = [kept(f"{n}.db", days_ago=9 - n) for n in range(4)]
    cache.used(files[0])
    assert cache.prune(largest=2 * SAMPLE.stat().st_size) == files[1:3]


def test_what_is_open_or_has_something_of_a_person_on_it_stays() -> None:
    seen, noted, broken = kept("seen.db", 31), kept("noted.db", 31), kept("broken.db", 31)
    broken.write_bytes(b"no database at all" * 100)
    os.utime(broken, (0, 0))
    with closing(Reader(noted)) as reader:
        put_note(noted, reader.exchange(1), "the one")
    os.utime(noted, (0, 0))
    with closing(Reader(seen)) as reader:
        assert cache.prune() == [broken]
        assert reader.exchanges()
    os.utime(seen, (0, 0))
    assert cache.prune() == [seen]
    assert noted.exists()


def test_a_path_tells_that_it_is_one_of_them(tmp_path: Path):
    place = cache.place_of(choose([SAMPLE]))
    assert cache.is_one(place)
    assert not cache.is_one(tmp_path / place.name)
    assert not cache.is_one(place.with_name("mine.db"))
