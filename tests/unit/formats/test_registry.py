"""What is no file of any format that is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.formats.importing import ForeignFile
from inspector.formats.registry import IMPORTERS, importer, recognise


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is in no format that can be read here"),
        (b"\xff" * 70_000, "is in no format that can be read here"),
        (b' {"model": "m", "input": ', "it begins like JSON, and is broken, or no HTTP archive"),
    ],
)
def test_what_nobody_knows_is_said_in_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "some.mitm"
    file.write_bytes(content)
    with pytest.raises(ForeignFile, match=words):
        recognise(file)
    assert file.read_bytes() == content


def test_a_file_that_is_not_there_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ForeignFile, match=r"There is no file .*/none\."):
        recognise(tmp_path / "none")
    with pytest.raises(ForeignFile, match="is a folder"):
        recognise(tmp_path)


def test_each_format_goes_by_its_own_name() -> None:
    assert [importer(name).name for name in IMPORTERS] == list(IMPORTERS)
