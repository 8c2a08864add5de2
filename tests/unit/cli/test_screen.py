from __future__ import annotations

import gc
import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from inspector.cli.screen import app_on, require_terminal, show
from inspector.settings import Settings


class Tty(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stdin", "stderr", "missing"),
    [(Tty(), io.StringIO(), "stderr"), (io.StringIO(), Tty(), "stdin"), (None, Tty(), "stdin")],
)
def test_no_screen_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stdin: Any, stderr: Any, missing: str
) -> None:
    monkeypatch.setattr(sys, "__stdin__", stdin)
    monkeypatch.setattr(sys, "__stderr__", stderr)
    with pytest.raises(click.ClickException, match=f"needs a terminal, and {missing} is none"):
        require_terminal()


def test_a_terminal_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stdin__", Tty())
    monkeypatch.setattr(sys, "__stderr__", Tty())
    require_terminal()


@pytest.mark.parametrize(("code", "status"), [(None, 0), (0, 0), (1, 1)])
def test_the_status_is_the_apps(code: int | None, status: int) -> None:
    ran: list[bool] = []
    app: Any = SimpleNamespace(run=lambda: ran.append(True), return_code=code)
    try:
        assert show(app) == status
    finally:
        gc.unfreeze()
    assert ran == [True]


def test_what_is_there_when_the_app_starts_is_no_garbage() -> None:
    frozen: list[int] = []
    app: Any = SimpleNamespace(run=lambda: frozen.append(gc.get_freeze_count()), return_code=0)
    gc.unfreeze()
    try:
        show(app)
    finally:
        gc.unfreeze()
    assert frozen[0] > 10_000


def test_the_app_is_as_the_person_has_set_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path))
    made = app_on(tmp_path / "a.db")
    assert made.settings == Settings()
    file = tmp_path / "config" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('theme = "nord"\ngap = "long"\n[keys]\n"pane.raw" = "y"\n')
    made = app_on(tmp_path / "a.db")
    assert made.settings == Settings(theme="nord")
    assert made.complaint.splitlines() == [
        "config.toml: line 2: gap: takes a number, not 'long'",
        "config.toml: line 4: keys.pane.raw: 'y' is the key of 'copy.as' as well",
    ]
