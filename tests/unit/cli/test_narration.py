"""What is said of a proxy can be typed as it stands."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from inspector.cli.narration import recorded
from inspector.proxy.registry import Running


def proxy_of(capture: Path) -> Running:
    return Running(os.getpid(), "http://127.0.0.1:8080", None, capture, None, "observe", True, 0.0)


def test_the_command_that_shows_a_recording_is_one_for_a_shell(tmp_path: Path) -> None:
    capture = tmp_path / "it's a capture.db"
    capture.touch()
    said = recorded(proxy_of(capture))
    assert said.startswith(f"recorded to {capture};")
    assert shlex.split(said.partition("see it with: ")[2]) == ["inspector", "open", str(capture)]


def test_a_recording_that_could_not_be_made(tmp_path: Path) -> None:
    assert recorded(proxy_of(tmp_path / "a.db")) == f"nothing was recorded: {tmp_path}/a.db could not be made"
