"""One capture of whatever a person names, when all of it is there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click
import pytest

from inspector.capture.anew import Standing
from inspector.cli import converted
from inspector.cli.converted import whole_capture


@pytest.fixture
def capture(tape: Any) -> Path:
    """One exchange."""
    tape.exchange(b"{}", b"{}")
    path: Path = tape.path
    return path


@pytest.fixture
def folder(capture: Path) -> Path:
    """It, and half of it."""
    made = capture.parent / "both"
    made.mkdir()
    shutil.copy(capture, made / "whole.db")
    (made / "half.db").write_bytes(capture.read_bytes()[:5000])
    return made


def test_a_capture_is_itself(capture: Path) -> None:
    assert whole_capture(capture) == capture


def test_what_cannot_be_read_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = whole_capture(folder)
    assert made.parent.name == "imports"
    assert capsys.readouterr().err.startswith("half.db: ")


def test_an_import_that_ends_early_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converted, "standing", lambda *_: Standing.STOPPED)
    with pytest.raises(click.ClickException, match="could not be read to its end; try: inspector import"):
        whole_capture(folder)


def test_what_nobody_can_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"\x00\x01\x02")
    with pytest.raises(click.ClickException, match="in no format that can be read here"):
        whole_capture(tmp_path / "x.bin")
