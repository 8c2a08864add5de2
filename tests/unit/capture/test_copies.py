from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import pytest

from inspector.capture import connect, copies
from inspector.capture.schema import MIGRATIONS

READERS = 6


def test_the_last_one_removes_it():
    made: list[Path] = []
    first = copies.shared("key", lambda path: made.append(path) or path.touch())
    second = copies.shared("key", made.append)
    assert made == [first.path] == [second.path]
    first.release()
    first.release()  # says nothing about the second one's share
    assert second.path.exists()
    second.release()
    assert not made[0].parent.exists()


def test_other_states_of_a_file_are_other_copies():
    with ExitStack() as stack:
        paths = set()
        for key in ("before", "after"):
            copy = copies.shared(key, Path.touch)
            stack.callback(copy.release)
            paths.add(copy.path)
        assert len(paths) == 2


def test_one_that_cannot_be_made_leaves_nothing_and_can_be_tried_again():
    tried: list[Path] = []

    def fail(path: Path) -> None:
        tried.append(path)
        path.touch()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        copies.shared("key", fail)
    assert not tried[0].parent.exists()
    copy = copies.shared("key", Path.touch)
    assert copy.path.exists()
    copy.release()


def test_readers_of_an_older_capture_share_one_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "older.db"
    connect.create(path, MIGRATIONS[:2])
    applied: list[object] = []
    apply = connect.apply_migrations
    monkeypatch.setattr(connect, "apply_migrations", lambda *to: (applied.append(to), apply(*to)))
    together = Barrier(READERS)

    def read() -> connect.Opened:
        together.wait(10)
        return connect.for_reading(path)

    with ThreadPoolExecutor(READERS) as pool:
        opened = [future.result() for future in [pool.submit(read) for _ in range(READERS)]]
    files = {row[2] for each in opened for row in each.connection.execute("PRAGMA database_list")}
    for each in opened:
        assert not each.live
        assert each.connection.execute("SELECT count(*) FROM exchanges").fetchone() == (0,)
        each.close()
    assert len(applied) == len(files) == 1
    assert not Path(files.pop()).parent.exists()
