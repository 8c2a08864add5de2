"""What a person names on the command line: captures, by path or by the name in the list, and sources."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector import folders


@pytest.fixture
def listed(tape: Any) -> str:
    """The name of a capture in the captures folder."""
    tape.exchange(b'{"model": "gpt-5.5", "input": "hello"}', b"{}")
    return Path(shutil.copy(tape.path, folders.captures() / "listed.db")).name


def test_a_capture_is_found_by_the_name_that_it_is_listed_by(
    call: Callable[..., Result], listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert listed in call("captures").stdout
    [exchange] = json.loads(call("show", listed, "--json").stdout)
    assert exchange["id"] == "1"


def test_so_does_azure(
    refused: Callable[..., str], listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "has no exchange '7'; it holds 1 to 1" in refused(1, "azure", "get", listed, 7)
    assert f"which response of {listed}?" in refused(2, "azure", "get", listed)
    assert "`inspector captures` lists them" in refused(1, "azure", "get", "gone.db", 1)


def test_a_file_here_comes_before_one_that_is_listed(
    refused: Callable[..., str], listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(listed).write_text("dear diary")
    assert "is in no format that can be read here" in refused(1, "show", listed)


@pytest.mark.parametrize(
    "command",
    [("open",), ("show",), ("diff", 1), ("replay", 1), ("minimise", 1), ("hold", "list")],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("name", ["gone.db", "elsewhere/listed.db"])
def test_what_is_not_there_is_said_with_where_to_look(
    refused: Callable[..., str], listed: str, command: tuple[object, ...], name: str
) -> None:
    first, *rest = command
    said = refused(2, first, name, *rest)
    assert f"'{name}' does not exist; `inspector captures` lists what was recorded" in said


def test_standard_input_is_called_so() -> None:
    command = [sys.executable, "-m", "inspector", "translate", "-"]
    said = subprocess.run(command, input=b"{", capture_output=True, check=False, timeout=60)
    assert (said.returncode, said.stdout) == (1, b"")
    assert said.stderr.startswith(b"Error: standard input is not JSON: ")


@pytest.mark.parametrize(
    "words",
    [("import", "FILE", "-o", "-"), ("redact", "FILE", "-o", "-"), ("record", "--capture", "-")],
)
def test_no_capture_goes_to_a_pipe(refused: Callable[..., str], tape: Any, words: tuple[str, ...]) -> None:
    given = [str(tape.path) if word == "FILE" else word for word in words]
    assert "a capture is a database, and cannot go to standard output: name a file" in refused(2, *given)
