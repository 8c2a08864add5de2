"""`inspector open` of what is no capture: converted by a process of its own, shown in a real terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = sorted((Path(__file__).parents[2] / "sample_captures").glob("*.db"))[:2]
ROW = re.compile(r"✓ 200 gpt")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path / "home"))


def test_several_files_are_one_list_and_again_at_once(terminal: Callable[..., Any], tmp_path: Path) -> None:
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in SAMPLES]
    for _ in range(2):
        opened = terminal("open", *SAMPLES, columns=200, rows=50)
        opened.shows(f"{SAMPLES[0].name} +1", "Request", "Events")
        opened.until(lambda screen: len(ROW.findall(screen)) >= 8, "the exchanges of both are listed")
        opened.type("q")
        assert opened.ended() == 0
    [made] = (tmp_path / "home" / "cache" / "imports").iterdir()
    assert made.stat().st_mode & 0o777 == 0o600
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in SAMPLES] == before
