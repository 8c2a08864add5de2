"""Stopping proxies: here they are records of processes that do nothing but run."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from inspector.capture import liveness
from inspector.proxy import registry
from inspector.proxy.registry import Running


@pytest.fixture
def begin() -> Iterator[Callable[[int], subprocess.Popen[bytes]]]:
    """Starts what the registry takes for a proxy at a port."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(port: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        begun.append(process)
        registry.write(
            Running(
                pid=process.pid,
                listening=f"http://127.0.0.1:{port}",
                base_url=None,
                capture=Path(f"/captures/{port}.db"),
                upstream=None,
                mode="observe",
                forward=False,
                started=time.time(),
                host=platform.node(),
                identity=liveness.mark(process.pid),
            )
        )
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def test_nothing_to_stop_is_no_error(call: Callable[..., Result]) -> None:
    result = call("stop")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no proxy is running\n")
    assert call("stop", "--all").exit_code == 0


def test_the_only_one_needs_no_name(
    call: Callable[..., Result], begin: Callable[[int], subprocess.Popen[bytes]]
) -> None:
    process = begin(8080)
    result = call("stop")
    assert result.exit_code == 0
    assert "http://127.0.0.1:8080" in result.stderr
    assert "/captures/8080.db" in result.stderr
    assert process.wait(10) != 0
    assert registry.running() == []


def test_of_several_one_has_to_be_named(
    call: Callable[..., Result], refused: Callable[..., str], begin: Callable[[int], subprocess.Popen[bytes]]
) -> None:
    first, second, third = begin(8080), begin(8081), begin(8082)
    said = refused(2, "stop")
    assert "3 proxies are running" in said
    assert "127.0.0.1:8081" in said
    assert "no proxy listens at 127.0.0.1:9; running: " in refused(1, "stop", "127.0.0.1:9")

    assert call("stop", "127.0.0.1:8081").exit_code == 0
    assert second.wait(10) != 0
    assert (first.poll(), third.poll()) == (None, None)
    assert call("stop", "http://127.0.0.1:8080").exit_code == 0
    assert first.wait(10) != 0
    begin(8083)
    assert call("stop", "--all").stderr.count("ended the proxy") == 2
    assert third.wait(10) != 0


def test_a_proxy_that_does_not_end_is_said_to_run(
    refused: Callable[..., str],
    begin: Callable[[int], subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = begin(8080)
    monkeypatch.setattr(registry, "stop", lambda proxy: False)
    assert f"(pid {process.pid}) was told to end and still runs" in refused(1, "stop")


def test_a_record_of_a_dead_proxy_is_no_proxy(
    call: Callable[..., Result], begin: Callable[[int], subprocess.Popen[bytes]]
) -> None:
    process = begin(8080)
    process.communicate(b"\n")
    assert "no proxy is running" in call("stop").stderr
    assert not os.listdir(registry.folder())
