"""Files and folders that a person names."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

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
