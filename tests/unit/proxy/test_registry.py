"""Records of running proxies: found while they live, gone when they do not."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.capture import liveness
from inspector.proxy import registry
from inspector.proxy.registry import Running


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTOR_HOME", str(tmp_path))


@pytest.fixture
def here() -> Running:
    """This very process as a proxy."""
    return Running(
        pid=os.getpid(),
        listening="http://127.0.0.1:8080",
        base_url="http://127.0.0.1:8080/h/openai/v1",
        capture=Path("/captures/a.db"),
        upstream="https://h/openai/v1",
        mode="observe",
        forward=False,
        started=1.0,
        host=os.uname().nodename,
        identity=liveness.mark(os.getpid()),
        log=Path("/log"),
    )


def test_a_record_is_found_by_what_it_says(here: Running) -> None:
    registry.write(here)
    assert registry.running() == [here]
    assert registry.find() == here
    assert registry.find(pid=here.pid, capture=Path("/captures/a.db")) == here
    assert registry.find(listening="http://127.0.0.1:8080") == here
    assert registry.find(listening="http://127.0.0.1:80") is None
    assert registry.find_port(8080) == here
    assert registry.find_port(80) is None
    registry.write(replace(here, problem="full"))
    assert [each.problem for each in registry.running()] == ["full"]
    registry.remove(here.pid)
    assert registry.running() == []


def test_the_block_for_codex_says_the_version_that_the_upstream_wants(here: Running) -> None:
    assert here.config_block is not None
    assert "query_params" not in here.config_block
    dated = replace(here, api_version="2025-04-01-preview").config_block
    assert dated is not None
    block = tomllib.loads(dated)["model_providers"]["inspector"]
    assert block["query_params"] == {"api-version": "2025-04-01-preview"}
    assert replace(here, base_url=None).config_block is None


def test_it_is_for_its_owner_only(here: Running) -> None:
    registry.write(here)
    [path] = registry.folder().iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert here.announcement() == {
        "listening": "http://127.0.0.1:8080",
        "base_url": "http://127.0.0.1:8080/h/openai/v1",
        "capture": "/captures/a.db",
        "pid": here.pid,
    }


def test_records_of_the_dead_go(here: Running) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    registry.write(replace(here, pid=ended.pid))
    registry.write(replace(here, identity="another process that had this pid"))
    assert registry.running() == []
    assert list(registry.folder().iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", json.dumps({"pid": 1, "capture": 5})])
def test_what_is_no_record_is_passed_by(text: str) -> None:
    (registry.folder() / "7.json").write_text(text)
    assert registry.running() == []


def test_stopping_what_is_gone(here: Running) -> None:
    gone = replace(here, identity="another")
    registry.write(gone)
    assert registry.stop(gone)
    assert list(registry.folder().iterdir()) == []


def test_stopping_waits_for_the_end(here: Running) -> None:
    program = "import signal, sys; print(flush=True); signal.sigwait([signal.SIGTERM]); sys.exit(3)"
    child = subprocess.Popen(
        [sys.executable, "-c", f"import signal; signal.pthread_sigmask(0, [15]); {program}"],
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    child.stdout.readline()
    proxy = replace(here, pid=child.pid, identity=liveness.mark(child.pid))
    assert proxy.alive
    assert registry.stop(proxy)
    assert child.wait() == 3
    child.stdout.close()
