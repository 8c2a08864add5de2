"""A file is there whole or not at all, and what was there stays."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from inspector.formats import output
from inspector.formats.output import Refused, Watched, whole_file


def test_a_new_file_is_its_owners(tmp_path: Path) -> None:
    place = tmp_path / "out.har"
    with whole_file(place) as out:
        out.write(b"all")
        assert not place.exists()
    assert place.read_bytes() == b"all"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["out.har"]


@pytest.mark.parametrize(
    "failure", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left"), ValueError()]
)
@pytest.mark.parametrize("before", [b"before", None])
def test_what_fails_leaves_what_was_there(
    tmp_path: Path, failure: BaseException, before: bytes | None
) -> None:
    place = tmp_path / "out.har"
    if before is not None:
        place.write_bytes(before)

    def write() -> None:
        with whole_file(place, force=True) as out:
            out.write(b"half")
            raise failure

    with pytest.raises(type(failure)):
        write()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([] if before is None else [before])


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="this system has no files without a name")
@pytest.mark.parametrize("force", [False, True])
def test_until_it_is_whole_a_kill_leaves_nothing(tmp_path: Path, force: bool) -> None:
    with whole_file(tmp_path / "out.har", force=force) as out:
        out.write(b"half")
        out.flush()
        assert list(tmp_path.iterdir()) == []
    assert [file.name for file in tmp_path.iterdir()] == ["out.har"]


@pytest.mark.parametrize("before", [b"before", None])
def test_where_every_file_has_a_name(
    tmp_path: Path, before: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_OPEN_FILES", str(tmp_path / "none"))
    place = tmp_path / "out.har"
    if before is not None:
        place.write_bytes(before)
    with whole_file(place, force=True) as out:
        out.write(b"new")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"new"]


def test_nothing_is_replaced_unless_it_is_said(tmp_path: Path) -> None:
    place = tmp_path / "out.har"
    place.write_bytes(b"before")
    place.chmod(0o640)
    with pytest.raises(Refused, match="is there already"), whole_file(place):
        pytest.fail("it was opened")
    with whole_file(place, force=True) as out:
        out.write(b"new")
    assert place.read_bytes() == b"new"
    assert stat.S_IMODE(place.stat().st_mode) == 0o640


@pytest.mark.parametrize("links", [True, False])
def test_who_came_first_stays(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not links:

        def link(*_: Any, **__: Any) -> None:
            raise OSError(errno.EOPNOTSUPP, "no links here")

        monkeypatch.setattr(os, "link", link)
    place = tmp_path / "out.har"

    def write() -> None:
        with whole_file(place) as out:
            out.write(b"second")
            place.write_bytes(b"first")

    with pytest.raises(Refused, match="is there already"):
        write()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"first"]
    place.unlink()
    with whole_file(place) as out:
        out.write(b"third")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"third"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"before")
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(Refused), whole_file(tmp_path / "link"):
        pytest.fail("it was opened")
    with whole_file(tmp_path / "link", force=True) as out:
        out.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_no_place(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder"), whole_file(tmp_path):
        pytest.fail("it was opened")
    with pytest.raises(Refused, match="no folder"), whole_file(tmp_path / "none" / "out"):
        pytest.fail("it was opened")


def test_a_pipe_is_written_straight(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with whole_file(pipe) as out:
        out.write(b"through")
    reader.join()
    assert read == [b"through"]


def test_what_a_shell_calls_dev_fd_is_written_straight() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as read:
        with whole_file(Path(f"/dev/fd/{writing}")) as out:
            out.write(b"through")
        os.close(writing)
        assert read.read() == b"through"


@pytest.mark.parametrize(
    ("pieces", "marked"),
    [
        ([b"a [redacted 0123]"], True),
        ([b"a [reda", b"", b"ct", b"ed 0123]"], True),
        ([b"[redacted", b"-not"], False),
        ([b"[", b"r" * 50], False),
    ],
)
def test_what_stands_for_secrets_is_seen(pieces: list[bytes], marked: bool) -> None:
    with tempfile.TemporaryFile() as file:
        watched = Watched(file)
        for piece in pieces:
            watched.write(piece)
        file.seek(0)
        assert file.read() == b"".join(pieces)
    assert (watched.has_marks, watched.size) == (marked, sum(map(len, pieces)))


def test_the_mark_is_the_one_of_captures() -> None:
    from inspector.capture.redact import Redactor

    assert output.MARK in Redactor(b"salt").headers((("api-key", "x"),))[0][1].encode()
