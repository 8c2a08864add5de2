"""The real Codex, held in the middle of its session: a tool call and a tool result edited, and it goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from inspector.capture.holds import DROPPED, Held, Holds
from inspector.protocol import codex as codex_settings
from inspector.simulator.ask import Ask
from inspector.simulator.offered import shell_call
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import running
from inspector.simulator.service import Service

PATIENCE = 60.0


def story(ask: Ask) -> Answer:
    """One command, then what came of it."""
    call = shell_call(ask.tools, "printf one > said.txt && cat said.txt")
    if not ask.outputs and call:
        return ask.say(call)
    return ask.say(Text(f"It said {ask.outputs[-1] if ask.outputs else 'nothing'}"))


class Holding:
    """`inspector hold FILE add` while it runs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        assert process.stderr is not None
        assert b"holding" in process.stderr.readline()

    def next(self) -> dict[str, Any]:
        """The next line."""
        assert self._process.stdout is not None
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line


@contextmanager
def holding(capture: Path, *arguments: str) -> Iterator[Holding]:
    command = [sys.executable, "-m", "inspector", "hold", str(capture), "add", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield Holding(process)
        finally:
            process.terminate()


def until_rules_apply(base_url: str, capture: Path, wait_for: Callable[..., Any]) -> None:
    """Asks until something is held, which is then dropped."""
    parts = urlsplit(base_url)

    def ask() -> None:
        with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE)) as connection:
            connection.request("POST", f"{parts.path}/responses", '{"input":"said.txt"}')
            connection.getresponse().read()

    with closing(Holds(capture)) as holds, ThreadPoolExecutor(1) as pool:
        held: list[Held] = []
        while not held:
            asked = pool.submit(ask)
            wait_for(lambda asked=asked: holds.held() or asked.done())
            held = holds.held()
        assert holds.decide(held[0].id, DROPPED)
        assert asked.exception() is not None


def test_edited_in_the_middle_of_its_session(
    codex: Any,
    record: Callable[..., Any],
    inspector: Callable[..., Any],
    wait_for: Callable[..., Any],
    details: Callable[[Path], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CODEX_HOME", str(codex.home))  # the proxy's too: one person has both
    with running(Service(story)) as upstream, ExitStack() as stack:
        recording = record(upstream.base_url)
        capture = recording.capture
        calls = stack.enter_context(
            holding(capture, "response:said.txt", "--at", "event", "--type", "response.output_item.done")
        )
        requests = stack.enter_context(holding(capture, "request:said.txt", "--seconds", "60"))
        until_rules_apply(recording.base_url, capture, wait_for)
        assert [requests.next()["state"] for _ in range(2)] == ["held", "decided"]

        block = codex_settings.config_block(recording.base_url).strip()
        codex.configure(*f"{block}\nstream_idle_timeout_ms = 45000".split("\n\n", 1))
        codex_runs = stack.enter_context(
            subprocess.Popen(
                codex.exec(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **codex.env},
            )
        )
        call = calls.next()
        assert (call["at"], call["event_type"], call["state"]) == (
            "event",
            "response.output_item.done",
            "held",
        )
        assert (bool(call["silent_since"]), call["idle_timeout"]) == (True, 45.0)
        edited = call["body"].replace("printf one", "printf two").encode()
        done = inspector("hold", capture, "edit", call["id"], "--body", "-", input=edited)
        assert (done.status, calls.next()["state"]) == (0, "decided")

        asked = requests.next()
        body = json.loads(inspector("show", capture, asked["exchange"], "--raw", "request").out)
        result = body["input"][-1]
        assert (result["type"], "two" in str(result["output"])) == ("function_call_output", True)
        assert codex.files()["said.txt"] == b"two"
        result["output"] = "three"
        edited = json.dumps(body).encode()
        assert inspector("hold", capture, "edit", asked["id"], "--body", "-", input=edited).status == 0
        late = inspector("hold", "--running", "release", asked["id"])
        assert (late.status, "decided to edit it" in late.err) == (1, True)
        assert codex_runs.wait(PATIENCE) == 0
        assert upstream.received[-1].json()["input"][-1]["output"] == "three"
    assert codex.last_words == "It said three"
    shown = inspector("show", capture, asked["exchange"], "--json").json()
    [held] = shown["held"]
    assert (held["decision"]["act"], held["state"]) == ("edit", "decided")
    assert held["decided_by"].startswith("inspector hold (process ")
    assert json.loads(shown["upstream_request"]["body"])["input"][-1]["output"] == "three"
    assert "two" in str(json.loads(shown["request"]["body"])["input"][-1]["output"])
    first = [each for each in details(capture) if each["operation"] == "responses.create"][-2]
    assert "printf two" in first["response"]["body"]
    assert "printf two" not in first["upstream_response"]["body"]
