"""Where a copy goes: the machine's clipboard, a command, a file; and what is said of it."""

from __future__ import annotations

import shlex
import stat
import sys
from pathlib import Path

import pyperclip
import pytest

from inspector.ui.actions import clipboard


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def copied(home: Path, suffix: str = ".txt") -> str:
    path = home / "copies" / f"copy{suffix}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path.read_text("utf-8", "surrogateescape")


def test_the_machines_clipboard_is_enough(home: Path, monkeypatch: pytest.MonkeyPatch):
    taken: list[str] = []
    monkeypatch.setattr(pyperclip, "copy", taken.append)
    monkeypatch.setattr(pyperclip, "paste", lambda: taken[-1])
    assert clipboard.take("some text", "terminal") == ""
    assert taken == ["some text"]
    assert not (home / "copies").exists()


def fails(_: str) -> None:
    raise pyperclip.PyperclipException("there is none")


@pytest.mark.parametrize("copy", [fails, lambda _: None])
def test_where_it_has_none_or_does_not_take_it_there_is_a_file(
    copy: object, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pyperclip, "copy", copy)
    monkeypatch.setattr(pyperclip, "paste", lambda: "something else")
    for text in ("a longer one\udc80", "short"):
        said = clipboard.take(text, "terminal", ".json")
        assert str(home / "copies" / "copy.json") in said
        assert copied(home, ".json") == text


def test_a_file_when_it_is_asked_for(home: Path):
    assert clipboard.take("x", "file") == f" to {home / 'copies' / 'copy.txt'}"
    assert copied(home) == "x"


def test_a_command_reads_it(tmp_path: Path, home: Path):
    target = tmp_path / "the target"
    script = f"import sys; open({str(target)!r}, 'wb').write(sys.stdin.buffer.read())"
    assert clipboard.take("né\udc80", shlex.join([sys.executable, "-c", script])) == ""
    assert target.read_bytes() == "né".encode() + b"\x80"
    assert not (home / "copies").exists()


@pytest.mark.parametrize(
    ("command", "problem"),
    [("/nowhere/at-all", "cannot be run (No such file or directory)"),
     (f"{sys.executable} -c 'raise SystemExit(3)'", "ended with status 3"),
     (f"{sys.executable} -c 'import time; time.sleep(60)'", "took longer than")],
)  # fmt: skip
def test_a_command_that_does_not_take_it(
    command: str, problem: str, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clipboard, "PATIENCE", 0.3 if "sleep" in command else 20)
    assert problem in clipboard.take("x", command)
    assert copied(home) == "x"
