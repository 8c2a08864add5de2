from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result

from inspector import folders
from inspector.capture.writer import RecorderInfo, Writer

DAY = 24 * 3600.0


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes a finished capture in the captures folder that started so many days ago."""

    def make(name: str, *, days: float = 0) -> Path:
        path = folders.captures() / name
        with monkeypatch.context() as then:
            at = time.time() - days * DAY
            then.setattr(time, "time", lambda: at)
            writer = Writer(path, RecorderInfo("1.0", "observe"), on_problem=lambda _: None)
            assert writer.flush()
            writer.close()
        return path

    return make


@pytest.fixture
def in_use() -> Iterator[Path]:
    """A capture that is being recorded into."""
    path = folders.captures() / "now.db"
    writer = Writer(path, RecorderInfo("1.0", "observe"), on_problem=lambda _: None)
    assert writer.flush()
    yield path
    writer.close()


def test_none_is_no_error(call: Callable[..., Result], home: Path) -> None:
    result = call("captures")
    assert (result.exit_code, result.stdout) == (0, "")
    assert str(home / "captures") in result.stderr
    assert call("captures", "--json").stdout == "[]\n"


def test_the_list_is_oldest_first_and_says_what_is_recording(
    call: Callable[..., Result], keep: Callable[..., Path], in_use: Path
) -> None:
    old = keep("old.db", days=3)
    (folders.captures() / "notes.db").write_text("not ours")
    result = call("captures")
    first, second = result.stdout.splitlines()
    assert "old.db" in first
    assert "now.db" in second
    assert "recording" in second
    assert "2 captures," in result.stderr
    rows = json.loads(call("captures", "--json").stdout)
    assert [row["path"] for row in rows] == [str(old), str(in_use)]
    assert [row["in_use"] for row in rows] == [False, True]
    assert [row["exchanges"] for row in rows] == [0, 0]
    assert all(row["size"] > 0 for row in rows)
    assert datetime.fromisoformat(rows[0]["started"]).utcoffset() is not None


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (("--older-than", "5d"), ["b.db", "c.db"]),
        (("--older-than", "1w"), ["b.db", "c.db"]),
        (("--older-than", "12h"), ["c.db"]),
        (("--keep", "1"), ["c.db"]),
        (("--keep", "0"), []),
        (("--keep", "2", "--older-than", "12h"), ["c.db"]),
        (("--older-than", "40d"), ["a.db", "b.db", "c.db"]),
    ],
)
def test_prune(
    call: Callable[..., Result], keep: Callable[..., Path], options: tuple[str, ...], left: list[str]
) -> None:
    for name, days in (("a.db", 30), ("b.db", 2), ("c.db", 0)):
        keep(name, days=days)
    result = call("captures", "prune", *options)
    assert result.exit_code == 0
    assert sorted(path.name for path in folders.captures().iterdir()) == left
    deleted = [Path(line).name for line in result.stdout.splitlines()]
    assert sorted([*deleted, *left]) == ["a.db", "b.db", "c.db"]
    said = {
        0: "deleted 0 captures,",
        1: "deleted 1 capture,",
        2: "deleted 2 captures,",
        3: "deleted 3 captures,",
    }
    assert said[3 - len(left)] in result.stderr


def test_prune_wants_to_know_what_is_old(refused: Callable[..., str]) -> None:
    assert "say what is old" in refused(2, "captures", "prune")
    for age in ("30", "d", "1.5d", "2 weeks", "-3d"):
        assert "is not an age such as 12h, 30d or 8w" in refused(
            2, "captures", "prune", f"--older-than={age}"
        )


def test_what_is_being_recorded_stays(
    call: Callable[..., Result], refused: Callable[..., str], in_use: Path
) -> None:
    assert call("captures", "prune", "--keep", "0").stdout == ""
    assert "is being recorded into" in refused(1, "captures", "delete", in_use)
    assert in_use.exists()


def test_delete_by_path_or_name(
    call: Callable[..., Result], keep: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = keep("one.db"), keep("two.db")
    monkeypatch.chdir(tmp_path)
    assert call("captures", "delete", one, "two.db").stdout.splitlines() == [str(one), str(two)]
    assert list(folders.captures().iterdir()) == []


def test_only_captures_are_deleted(refused: Callable[..., str], tmp_path: Path) -> None:
    theirs, empty = tmp_path / "thesis.txt", tmp_path / "empty.db"
    theirs.write_text("years of work")
    empty.touch()
    assert "is not a capture" in refused(1, "captures", "delete", theirs)
    assert "not a capture" in refused(1, "captures", "delete", empty)
    assert "is a folder" in refused(1, "captures", "delete", tmp_path)
    assert "there is no capture gone.db" in refused(1, "captures", "delete", "gone.db")
    assert theirs.read_text() == "years of work"
    assert empty.exists()


def test_a_capture_that_cannot_be_read_is_listed_with_its_reason(
    call: Callable[..., Result], keep: Callable[..., Path]
) -> None:
    path = keep("torn.db")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    [row] = json.loads(call("captures", "--json").stdout)
    assert row["exchanges"] is None
    assert row["problem"]
    assert row["problem"] in call("captures").stdout
    assert call("captures", "prune", "--keep", "0").stdout == ""
    assert path.exists()
