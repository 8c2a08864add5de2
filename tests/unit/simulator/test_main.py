"""Simulator and client as processes: one JSON line when ready, quiet ends on SIGTERM."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from inspector.simulator.script import Answer, Head, HoldOpen, in_order
from inspector.simulator.server import End, running


@pytest.fixture
def simulator() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "error", "-m", "inspector.simulator", "--speed", "0", "--with-parent"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        if process.poll() is None:
            process.kill()


def test_they_find_each_other_and_end_quietly(simulator: subprocess.Popen[str]) -> None:
    assert simulator.stdout is not None
    ready = json.loads(simulator.stdout.readline())
    assert ready["pid"] == simulator.pid
    assert ready["base_url"] == f"{ready['url']}/openai/v1"
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "inspector.simulator.client",
        "--base-url",
        ready["base_url"],
    ]
    once = subprocess.run(
        [*command, "--speed", "0", "--sessions", "1"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (once.returncode, once.stdout, once.stderr) == (0, "", "")
    simulator.terminate()
    out, err = simulator.communicate(timeout=30)
    assert (simulator.returncode, out, err) == (0, "", "")


def test_the_client_ends_quietly_in_the_middle_of_a_stream() -> None:
    with running(in_order(Answer(200, (), (Head(), HoldOpen())))) as server:
        command = [sys.executable, "-W", "error", "-m", "inspector.simulator.client", "--base-url"]
        with subprocess.Popen(
            [*command, server.base_url, "--speed", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as client:
            server.wait_until(lambda: bool(server.received), timeout=30)
            client.terminate()
            out, err = client.communicate(timeout=30)
        server.wait_until(lambda: server.sent[0].end is End.CLIENT_GONE)
    assert (client.returncode, out, err) == (0, "", "")


def test_a_taken_port_is_one_sentence(simulator: subprocess.Popen[str]) -> None:
    assert simulator.stdout is not None
    port = json.loads(simulator.stdout.readline())["url"].rpartition(":")[2]
    command = [sys.executable, "-m", "inspector.simulator", "--port", port]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr.startswith(f"cannot listen on port {port}: ")
    assert second.stderr.count("\n") == 1
