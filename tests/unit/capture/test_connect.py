from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from inspector.capture import connect
from inspector.capture.schema import CaptureError


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "capture.db"
    connect.create(path)
    return path


def test_a_new_capture_is_its_owners(capture: Path):
    assert os.listdir(capture.parent) == [capture.name]
    if sys.platform != "win32":
        assert stat.S_IMODE(capture.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_what_is_beside_an_open_capture_is_its_owners_too(capture: Path):
    with closing(connect.for_writing(capture, wait_for_disk=False)) as connection:
        connection.execute("INSERT INTO notes (at, kind, text) VALUES (0, 'x', 'x')")
        assert [stat.S_IMODE(file.stat().st_mode) for file in connect.sidecars(capture)] == [0o600, 0o600]


def test_an_existing_capture_is_not_made_anew(capture: Path):
    before = capture.read_bytes()
    connect.create(capture)
    assert capture.read_bytes() == before


def test_many_may_make_it_at_once(tmp_path: Path):
    path = tmp_path / "capture.db"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: connect.create(path), range(16)))
    assert os.listdir(tmp_path) == ["capture.db"]
    connect.for_reading(path).close()


def test_an_empty_file_becomes_a_capture(tmp_path: Path):
    path = tmp_path / "made by mktemp?#%.db"
    path.touch()
    with closing(connect.for_writing(path, wait_for_disk=False)) as connection:
        assert connection.execute("SELECT count(*) FROM exchanges").fetchone() == (0,)


def test_a_file_system_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def no_links(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", no_links)
    connect.create(tmp_path / "capture.db")
    assert os.listdir(tmp_path) == ["capture.db"]
    connect.for_reading(tmp_path / "capture.db").close()


def test_a_reader_cannot_write(capture: Path):
    opened = connect.for_reading(capture)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.connection.execute("DELETE FROM exchanges")
    opened.close()


def test_the_last_reader_leaves_one_file(capture: Path):
    writer = connect.for_writing(capture, wait_for_disk=False)
    reader = connect.for_reading(capture)
    writer.execute("INSERT INTO notes (at, kind, text) VALUES (0, 'x', 'kept')")
    writer.close()
    assert len(os.listdir(capture.parent)) == 3
    reader.close()
    assert os.listdir(capture.parent) == [capture.name]
    with closing(sqlite3.connect(capture)) as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == [("kept",)]


def test_readers_that_leave_at_the_same_moment_leave_one_file(capture: Path):
    for _ in range(50):
        readers = [connect.for_reading(capture) for _ in range(4)]
        start = Barrier(len(readers))

        def leave(reader: connect.Opened, start: Barrier = start) -> None:
            start.wait()
            reader.close()

        with ThreadPoolExecutor(len(readers)) as pool:
            list(pool.map(leave, readers))
        assert os.listdir(capture.parent) == [capture.name]


def test_reading_leaves_a_capture_as_it_was(capture: Path):
    before = capture.read_bytes(), capture.stat().st_mtime_ns
    opened = connect.for_reading(capture)
    opened.connection.execute("SELECT * FROM exchanges").fetchall()
    opened.close()
    assert (capture.read_bytes(), capture.stat().st_mtime_ns) == before
    assert os.listdir(capture.parent) == [capture.name]


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that takes files once, and nothing after `seal`."""
    folder = tmp_path / "sealed"
    folder.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    if mounted:  # permissions do not hold root back, a read-only mount does
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", folder], check=False)
        mounted = done.returncode == 0
        if not mounted:
            pytest.skip("root may write anywhere, and this machine does not let us mount")
    yield folder
    if mounted:
        subprocess.run(["umount", "--lazy", folder], check=True)
    else:
        folder.chmod(0o700)


def seal(folder: Path) -> None:
    if os.path.ismount(folder):
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    else:
        for file in folder.iterdir():
            file.chmod(0o400)
        folder.chmod(0o500)


needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")


@needs_posix
def test_a_capture_in_a_read_only_folder_can_be_read(read_only: Path):
    path = read_only / "capture.db"
    connect.create(path)
    seal(read_only)
    opened = connect.for_reading(path)
    assert opened.connection.execute("SELECT count(*) FROM exchanges").fetchone() == (0,)
    opened.close()
    assert os.listdir(read_only) == ["capture.db"]


@needs_posix
def test_a_dead_recorders_capture_in_a_read_only_folder_is_read_with_its_wal(read_only: Path, tmp_path: Path):
    path = tmp_path / "capture.db"
    with closing(connect.for_writing(path, wait_for_disk=False)) as connection:
        connection.execute("INSERT INTO notes (at, kind, text) VALUES (0, 'x', 'only in the wal')")
        for file in (path, connect.sidecars(path)[0]):
            shutil.copy(file, read_only)
    seal(read_only)
    opened = connect.for_reading(read_only / "capture.db")
    assert not opened.live
    assert opened.connection.execute("SELECT text FROM notes").fetchall() == [("only in the wal",)]
    opened.close()


def test_a_damaged_capture_is_a_sentence(capture: Path):
    damaged = bytearray(capture.read_bytes())
    damaged[100:] = b"\xff" * (len(damaged) - 100)
    capture.write_bytes(damaged)
    with pytest.raises(CaptureError, match="cannot be read"):
        connect.for_reading(capture)


def test_words_about_a_damaged_capture_need_not_be_text(capture: Path):
    capture.write_bytes(capture.read_bytes().replace(b"CREATE TABLE legs", b"CREATE TAB\xff\xfe legs"))
    with pytest.raises(CaptureError, match="cannot be read: database disk image is malformed"):
        connect.for_reading(capture)


def test_what_a_deleted_capture_left_beside_it_is_not_replayed(capture: Path):
    with closing(connect.for_writing(capture, wait_for_disk=False)) as connection:
        connection.execute("INSERT INTO notes (at, kind, text) VALUES (0, 'x', 'of the deleted one')")
        wal = connect.sidecars(capture)[0].read_bytes()
    capture.unlink()
    connect.sidecars(capture)[0].write_bytes(wal)
    with closing(connect.for_writing(capture, wait_for_disk=False)) as connection:
        assert connection.execute("SELECT * FROM notes").fetchall() == []


def test_a_capture_on_a_full_disk_can_be_read(studio, small_disk: Path):
    path = small_disk / "capture.db"
    connect.create(path)
    studio.fill(small_disk)
    opened = connect.for_reading(path)
    assert opened.connection.execute("SELECT count(*) FROM exchanges").fetchone() == (0,)
    opened.close()
