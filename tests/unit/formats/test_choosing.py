"""Files and folders that a person names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.formats.choosing import choose
from inspector.formats.importing import ForeignFile

SAMPLE = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))[0]


def test_a_folder_is_looked_through_by_name(tmp_path: Path) -> None:
    for name in ("b.har", "a.db", "sub/c", ".hidden", "sub/.git/d"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLE, tmp_path / name)
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "empty.db").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    found = choose([tmp_path])
    assert [each.given.name for each in found] == ["a.db", "b.har", "c"]
    assert {each.given.size for each in found} == {SAMPLE.stat().st_size}


def test_a_name_that_is_no_text_is_told_as_well_as_it_can_be(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    shutil.copy(SAMPLE, odd)
    (found,) = choose([odd])
    assert (found.given.name, found.given.path) == ("caf\ufffd", odd)


def test_what_is_named_must_be_readable(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(ForeignFile, match=r"no file in .* that can be read"):
        choose([tmp_path])
    with pytest.raises(ForeignFile, match=r"notes.txt is in no format"):
        choose([SAMPLE, tmp_path / "notes.txt"])
    with pytest.raises(ForeignFile, match="There is no file"):
        choose([tmp_path / "gone"])


def test_what_nobody_can_look_at_in_a_folder_is_passed_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SAMPLE, tmp_path / "a.db")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "secret").mkdir()

    def scandir(path: Path, really: Callable[..., Any] = os.scandir) -> Any:
        if path.name == "secret":
            raise PermissionError(13, "Permission denied")
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert [each.given.name for each in choose([tmp_path])] == ["a.db"]
    with pytest.raises(ForeignFile, match="secret cannot be read: Permission denied"):
        choose([tmp_path / "secret"])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ForeignFile, match="no file on a disk"):
        choose([tmp_path / "pipe"])
