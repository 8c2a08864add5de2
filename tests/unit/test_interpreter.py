from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspector import interpreter

PACKAGES = str(Path(interpreter.__file__).resolve().parents[1])


def test_nothing_of_the_working_directory_is_run(tmp_path: Path):
    for name in ("json", "h11", "inspector"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the project was run')")
    done = subprocess.run(
        interpreter.command("inspector.simulator", "--help"),
        env=interpreter.environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "--port" in done.stdout


def test_a_checkout_that_is_not_installed_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", "/theirs")
    monkeypatch.setattr(sys, "path", [PACKAGES, "/usr/lib/python"])
    assert interpreter.environment()["PYTHONPATH"].split(os.pathsep) == ["/theirs", PACKAGES]


def test_an_installed_one_needs_no_help(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(sys, "path", ["/somewhere", PACKAGES])
    assert "PYTHONPATH" not in interpreter.environment()
