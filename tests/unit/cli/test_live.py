"""Which proxy `live` means: one that runs, or a new one."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector.capture import liveness
from inspector.cli import live
from inspector.proxy import process, registry
from inspector.proxy.process import ProxyFailed
from inspector.proxy.registry import Running
from inspector.proxy.settings import ProxySettings


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The captures that would have been shown."""
    seen: list[Path] = []

    def show(capture: Path) -> int:
        seen.append(capture)
        return 0

    monkeypatch.setattr(live, "require_terminal", lambda: None)
    monkeypatch.setattr(live, "app_on", lambda capture, proxy: capture)
    monkeypatch.setattr(live, "show", show)
    return seen


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[ProxySettings]:
    """The settings with which a proxy would have been started."""
    seen: list[ProxySettings] = []

    def spawn(settings: ProxySettings) -> Running:
        seen.append(settings)
        raise ProxyFailed("not in this test")

    monkeypatch.setattr(process, "spawn", spawn)
    return seen


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Running]:
    """Makes proxies that the registry takes for running."""
    running: list[Running] = []
    monkeypatch.setattr(registry, "running", lambda: running)

    def add(port: int, **changes: Any) -> Running:
        told: dict[str, Any] = {
            "pid": os.getpid(),
            "listening": f"http://127.0.0.1:{port}",
            "base_url": None,
            "capture": tmp_path / f"{port}.db",
            "upstream": "https://blue.openai.azure.com/openai/v1",
            "mode": "observe",
            "forward": False,
            "started": time.time(),
            "host": platform.node(),
            "identity": liveness.mark(os.getpid()),
        }
        running.append(Running(**{**told, **changes}))
        running[-1].capture.touch()
        return running[-1]

    return add


def test_the_one_that_runs_is_shown(
    call: Callable[..., Result],
    shown: list[Path],
    started: list[ProxySettings],
    register: Callable[..., Running],
) -> None:
    proxy = register(8080)
    result = call("live")
    assert result.exit_code == 0
    assert (shown, started) == ([proxy.capture], [])
    assert f"the proxy goes on at {proxy.listening}" in result.stderr
    assert f"recorded to {proxy.capture}" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "options",
    [
        ("--listen", "127.0.0.1:8081"),
        ("--upstream", "https://red.openai.azure.com"),
        ("--mode", "bridge"),
        ("--capture", "8081.db"),
    ],
)
def test_options_say_which(
    call: Callable[..., Result],
    shown: list[Path],
    started: list[ProxySettings],
    register: Callable[..., Running],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    register(8080)
    wanted = register(8081, upstream="https://red.openai.azure.com/openai/v1", mode="bridge")
    assert call("live", *options).exit_code == 0
    assert (shown, started) == ([wanted.capture], [])


def test_several_have_to_be_told_apart(
    refused: Callable[..., str], shown: list[Path], register: Callable[..., Running]
) -> None:
    register(8080)
    register(8081)
    said = refused(2, "live")
    assert "2 proxies are running; say which one with --listen: 127.0.0.1:8080, 127.0.0.1:8081" in said
    assert shown == []


def test_another_upstream_is_another_proxy(
    refused: Callable[..., str],
    shown: list[Path],
    started: list[ProxySettings],
    register: Callable[..., Running],
) -> None:
    register(8080)
    said = refused(1, "live", "--upstream", "https://red.openai.azure.com", "--listen", "127.0.0.1:0")
    assert "not in this test" in said
    [settings] = started
    assert settings.upstream is not None
    assert settings.upstream.host == "red.openai.azure.com"
    assert shown == []


def test_none_runs_and_nothing_is_said(refused: Callable[..., str], shown: list[Path]) -> None:
    assert "no upstream" in refused(2, "live")
    assert shown == []
