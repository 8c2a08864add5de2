"""What tests/warm.py forks is what a person starts: the same words, files, ends and surroundings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CAPTURE = ROOT / "sample_captures" / "functions.db"
INSPECTOR = (sys.executable, "-m", "inspector")
ADDON = (sys.executable, "-P", "-m", "inspector", "addon")


def done(starter: Any, command: tuple[object, ...], folder: Path, **env: str) -> tuple[int, bytes, bytes]:
    out, err = folder / "out", folder / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = starter.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            env={**os.environ, **env},
        )
        try:
            status = process.wait(60)
        finally:
            process.kill()
    return status, out.read_bytes(), err.read_bytes()


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ((*INSPECTOR, "show", CAPTURE, "--json"), 0),
        ((*INSPECTOR, "show", "out"), 1),  # found, for it is in the working folder, and no capture
        ((*INSPECTOR, "sho"), 2),
        ((*INSPECTOR, "record", "--mode", "sideways"), 2),
        (ADDON, 0),
        ((sys.executable, "-m", "inspector.nothing"), 1),
    ],
    ids=lambda value: str(value[-1]) if isinstance(value, tuple) else None,
)
def test_it_says_and_ends_the_same(
    starter: Any, tmp_path: Path, command: tuple[object, ...], status: int
) -> None:
    forked, real = done(starter, command, tmp_path), done(subprocess, command, tmp_path)
    assert forked[0] == real[0] == status
    assert forked[1] == real[1]
    if "inspector.nothing" not in command:  # of which the interpreter itself speaks, under its own name
        assert forked[2] == real[2]


def test_it_has_the_environment_of_its_own(starter: Any, tmp_path: Path) -> None:
    kept = tmp_path / "captures"
    kept.mkdir()
    (kept / "a.db").write_bytes(CAPTURE.read_bytes())
    told = done(starter, (*INSPECTOR, "captures"), tmp_path, INSPECTOR_HOME=str(tmp_path))
    assert told == done(subprocess, (*INSPECTOR, "captures"), tmp_path, INSPECTOR_HOME=str(tmp_path))
    assert b"a.db" in told[1]


def test_a_signal_is_its_end(starter: Any, tmp_path: Path) -> None:
    process = starter.Popen(
        [*INSPECTOR, "translate"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.poll() is None
    assert os.getsid(process.pid) == process.pid
    process.kill()
    assert process.wait(20) == process.poll() == -signal.SIGKILL
    process.stdin.close()
    assert process.stdout.read() == b""  # nobody else holds its end
    process.stdout.close()


@pytest.mark.parametrize("name", ["PYTHONUTF8", "LC_ALL"])
def test_what_the_interpreter_reads_first_makes_a_real_one(starter: Any, name: str) -> None:
    process = starter.Popen(
        [*INSPECTOR, "--version"], stdout=subprocess.DEVNULL, env={**os.environ, name: "C"}
    )
    process.kill()
    process.wait(20)
    assert isinstance(process, subprocess.Popen)
