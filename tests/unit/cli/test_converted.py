"""One capture of whatever a person names, when all of it is there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

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


@pytest.mark.parametrize("command", ["show", "diff", "redact"])
def test_commands_that_only_read_take_files_of_other_programs(
    command: str, capture: Path, call: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "a.har"
    theirs.write_text("{}")
    monkeypatch.setattr(f"inspector.cli.{command}.whole_capture", {theirs: capture}.__getitem__)
    more = {"show": (), "diff": (1, 1), "redact": ("-o", tmp_path / "out.db")}[command]
    assert call(command, theirs, *more).exit_code == 0


@pytest.mark.parametrize("command", [("replay", 1), ("minimise", 1, "--expect", "status:400")])
def test_those_that_write_into_it_say_how_to_make_a_capture_of_one(
    command: tuple[object, ...], refused: Callable[..., str], tmp_path: Path
) -> None:
    theirs = tmp_path / "an answer"
    theirs.write_text('event: response.created\ndata: {"type":"response.created","response":{}}\n\n')
    name, *more = command
    assert f"inspector import '{theirs}' -o CAPTURE" in refused(1, name, theirs, *more)
