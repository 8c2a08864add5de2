"""Programs of the person's own: which one, what it gets, and that nothing of it stays."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path

import pytest

from inspector.ui.actions import programs
from inspector.ui.actions.programs import NoProgramError


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VISUAL", "EDITOR", "PAGER"):
        monkeypatch.delenv(name, raising=False)


def test_settings_come_before_the_environment_and_that_before_what_is_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        programs.shutil, "which", lambda name: f"/bin/{name}" if name in ("vi", "more") else None
    )
    assert (programs.editor(""), programs.pager("")) == (["/bin/vi"], ["/bin/more"])
    monkeypatch.setenv("EDITOR", "ed -s")
    monkeypatch.setenv("PAGER", "most")
    assert (programs.editor(""), programs.pager(" ")) == (["ed", "-s"], ["most"])
    monkeypatch.setenv("VISUAL", "code --wait")
    assert programs.editor("") == ["code", "--wait"]
    assert programs.editor("'my editor' -n") == ["my editor", "-n"]


def test_none_at_all_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(programs.shutil, "which", lambda _: None)
    with pytest.raises(
        NoProgramError, match=r"^There is no editor: set EDITOR, or editor in the settings\.$"
    ):
        programs.editor("")
    with pytest.raises(NoProgramError, match="There is no pager"):
        programs.pager("")
    monkeypatch.setenv("EDITOR", "vi 'x")
    with pytest.raises(NoProgramError, match=r"^\"vi 'x\" is no command"):
        programs.editor("")
    with pytest.raises(NoProgramError, match=str(tmp_path)):
        programs.show(tmp_path)


def test_it_gets_a_private_file_that_is_gone_afterwards(tmp_path: Path):
    seen = tmp_path / "seen"
    script = f"""
import os, sys
path = sys.argv[1]
told = [path, oct(os.stat(path).st_mode & 0o777), oct(os.stat(os.path.dirname(path)).st_mode & 0o777)]
open({str(seen)!r}, "wb").write("\\n".join(told).encode() + b"\\n" + open(path, "rb").read())
"""
    assert programs.run_on([sys.executable, "-c", script], "né\udc80", "request.json") is None
    path, mode, folder, text = seen.read_bytes().split(b"\n")
    assert (mode, folder, text) == (b"0o600", b"0o700", "né".encode() + b"\x80")
    assert Path(path.decode()).name == "request.json"
    assert not Path(path.decode()).parent.exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [("/nowhere/at-all", "/nowhere/at-all cannot be run: No such file or directory."),
     (f"{sys.executable} -c 'raise SystemExit(4)'", f"{sys.executable} ended with status 4.")],
)  # fmt: skip
def test_what_goes_wrong_is_told(command: str, said: str):
    assert programs.run_on(shlex.split(command), "x", "x.txt") == said


def test_an_interrupt_is_the_programs_alone():
    script = "import os, signal; os.kill(os.getppid(), 2); assert signal.getsignal(2) is not signal.SIG_IGN"
    before = signal.getsignal(signal.SIGINT)
    assert programs.run_on([sys.executable, "-c", script], "x", "x.txt") is None
    assert signal.getsignal(signal.SIGINT) is before


def test_a_viewer_gets_the_path_and_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until_there
):
    viewer = tmp_path / "viewer"
    viewer.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/shown"\n')
    viewer.chmod(0o755)
    monkeypatch.setattr(programs.shutil, "which", lambda _: str(viewer))
    programs.show(tmp_path / "an image.png")
    assert until_there(tmp_path / "shown") == f"{tmp_path}/an image.png\n"
