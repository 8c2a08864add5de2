"""Starting and ending: what it announces, what others find of it, and one sentence where it cannot start."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inspector.capture.model import Leg
from inspector.protocol.azure import parse_upstream
from inspector.proxy import registry
from inspector.proxy.process import ProxyFailed, spawn
from inspector.proxy.settings import ProxySettings
from inspector.simulator.script import Answer, Gate, Head, WaitFor, whole_json
from inspector.simulator.server import running

NOWHERE = "http://127.0.0.1:9/openai/v1"


@pytest.fixture
def starter() -> ModuleType:
    """The real thing, imports and all: it is what this is about."""
    return subprocess


def test_it_is_found_and_stopped(start: Callable[..., Any], tmp_path: Path) -> None:
    proxy = start(NOWHERE)
    found = registry.find(pid=proxy.pid)
    assert found == proxy.running
    assert found.capture == tmp_path / "capture.db"
    assert found.base_url == f"{found.listening}/127.0.0.1:9/openai/v1"
    assert registry.find(listening=found.listening) == found
    assert registry.running() == [found]
    assert registry.stop(found)
    assert not found.alive
    assert registry.running() == []
    assert [path.name for path in tmp_path.glob("capture.db*")] == ["capture.db"]


def test_it_announces_one_line_and_ends_well(tmp_path: Path) -> None:
    settings = ProxySettings(capture=tmp_path / "c.db", upstream=parse_upstream(NOWHERE), port=0)
    child = subprocess.Popen(
        [sys.executable, "-m", "inspector.proxy"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(settings.to_json().encode())
    child.stdin.close()
    told = json.loads(child.stdout.readline())
    assert told["pid"] == child.pid
    assert told["capture"] == str(tmp_path / "c.db")
    port = int(told["listening"].rpartition(":")[2])
    socket.create_connection(("127.0.0.1", port)).close()
    child.send_signal(signal.SIGINT)
    rest, narration = child.stdout.read(), child.stderr.read() if child.stderr else b""
    assert (child.wait(), rest, narration) == (0, b"", b"")
    child.stdout.close()
    if child.stderr:
        child.stderr.close()


def _refused(**settings: Any) -> str:
    with pytest.raises(ProxyFailed) as failed:
        spawn(ProxySettings(**{"upstream": parse_upstream(NOWHERE), "port": 0, **settings}))
    return str(failed.value)


def test_a_port_in_use(start: Callable[..., Any], tmp_path: Path) -> None:
    proxy = start(NOWHERE)
    port = int(proxy.url.rpartition(":")[2])
    told = _refused(capture=tmp_path / "other.db", port=port)
    assert f"127.0.0.1:{port} is in use by another proxy of ours (pid {proxy.pid}" in told
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = _refused(capture=tmp_path / "other.db", port=port)
    assert f"127.0.0.1:{port} is in use by another program" in told


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    assert "203.0.113.7 is no address of this machine" in _refused(
        capture=tmp_path / "c.db", host="203.0.113.7"
    )


def test_a_certificate_file_that_is_none(tmp_path: Path) -> None:
    told = _refused(capture=tmp_path / "c.db", upstream_ca=tmp_path / "no.pem")
    assert told == f"The upstream CA file {tmp_path / 'no.pem'} does not exist."
    (tmp_path / "bad.pem").write_text("nothing")
    told = _refused(capture=tmp_path / "c.db", upstream_ca=tmp_path / "bad.pem")
    assert told == f"The upstream CA file {tmp_path / 'bad.pem'} holds no certificate in PEM form."


def test_a_capture_that_is_none(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
    before = foreign.read_bytes()
    assert str(foreign) in _refused(capture=foreign)
    assert foreign.read_bytes() == before


def test_a_capture_that_cannot_be_made(
    start: Callable[..., Any], tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    missing = tmp_path / "missing"
    with running(lambda _: whole_json({"id": "r"})) as upstream:
        proxy = start(upstream.base_url, capture=missing / "c.db")
        assert proxy.ask()[2] == b'{"id":"r"}'
        told = wait_for(lambda: registry.find(pid=proxy.pid).problem, "a problem is told")
        assert str(missing / "c.db") in told
        assert told in proxy.running.log.read_text()
        missing.mkdir()
        wait_for(lambda: registry.find(pid=proxy.pid).problem is None, "all is well again")
        [detail] = proxy.recorded()
    assert detail.legs[Leg.RESPONSE].body == b'{"id":"r"}'


def test_no_upstream(tmp_path: Path) -> None:
    assert "No upstream is given" in _refused(capture=tmp_path / "c.db", upstream=None)


def test_an_upstream_proxy_that_is_none(tmp_path: Path) -> None:
    assert "only http and https" in _refused(capture=tmp_path / "c.db", upstream_proxy="socks5://127.0.0.1:1")


def test_nobody_there_for_long_ends_it(start: Callable[..., Any], wait_for: Callable[..., Any]) -> None:
    gate = Gate()
    with running(lambda _: Answer(200, (), (Head(), WaitFor(gate)))) as upstream:
        proxy = start(upstream.base_url, idle_shutdown=0.5)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/responses", body=b"{}")
            client.getresponse()
            wait_for(lambda: registry.find(pid=proxy.pid).connections == 1, "the connection is counted")
            with closing(proxy.connect()) as another:  # comes and goes; the first one is still there
                another.connect()
            assert proxy.running.alive
        gate.open()
        wait_for(lambda: not proxy.running.alive, "it ended")
    assert "No connection for 0.5 seconds" in proxy.running.log.read_text()
    assert registry.running() == []


def test_whoever_started_it_may_go(tmp_path: Path, wait_for: Callable[..., Any]) -> None:
    with running(lambda _: whole_json({})) as upstream:
        program = (
            "import sys; from pathlib import Path; from inspector.protocol.azure import parse_upstream;"
            "from inspector.proxy.process import spawn; from inspector.proxy.settings import ProxySettings;"
            f"print(spawn(ProxySettings(Path({str(tmp_path / 'c.db')!r}),"
            f" parse_upstream({upstream.base_url!r}), port=0)).pid)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            start_new_session=True,
        )
        proxy = registry.find(pid=int(done.stdout))
        assert proxy is not None
        try:
            assert os.getsid(proxy.pid) == proxy.pid
        finally:
            assert registry.stop(proxy)


def test_it_warns_where_others_can_reach_it(start: Callable[..., Any]) -> None:
    proxy = start(NOWHERE, host="0.0.0.0")
    assert "anyone who reaches this machine" in proxy.running.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_command_that_is_ended_while_its_proxy_starts_leaves_none(
    home: Path, wait_for: Callable[..., Any], number: int
) -> None:
    """SIGKILL too: a proxy that is ready and finds nobody to tell ends by itself."""
    command = [sys.executable, "-m", "inspector", "run", "--upstream", "http://127.0.0.1:9/v1", "--", "false"]
    starting = subprocess.Popen(command, stderr=subprocess.PIPE)
    logs = home / "state" / "proxies"
    [log] = wait_for(lambda: list(logs.glob("*.log")) if logs.exists() else [], "the proxy is being started")
    starting.send_signal(number)
    _, said = starting.communicate(timeout=20)
    assert starting.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert b"Traceback" not in said

    def processes() -> str:
        return subprocess.run(["ps", "-A", "-o", "args"], capture_output=True, text=True, check=True).stdout

    wait_for(lambda: str(log) not in processes(), "no proxy is there any more")
    assert registry.running() == []
