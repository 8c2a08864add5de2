"""`inspector azure` as a process: waiting that is given up leaves the response running, and says so."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from inspector.capture.connect import sidecars
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.simulator.ask import Ask
from inspector.simulator.pace import Pace
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import running
from inspector.simulator.service import Service

PATIENCE = 30.0


def story(ask: Ask) -> Answer:
    return ask.say(Text("some words"))


def exchanges(path: Path) -> list[Exchange]:
    with closing(Reader(path)) as reader:
        return reader.exchanges()


def test_a_stream_that_is_left_can_be_taken_up_again(tmp_path: Path, inspector: Callable[..., Any]) -> None:
    path = tmp_path / "new.db"
    with running(Service(story, pace=Pace(head=2.0))) as azure:
        process = subprocess.Popen(
            [sys.executable, "-m", "inspector", "azure", "create", "--to", azure.base_url,
             "--into", str(path), "--model", "m", "--input", "hi", "--background", "--stream"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert process.stdout is not None
        events = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        events += map(json.loads, out.splitlines())
        again = inspector(*shlex.split(err.split("`")[1])[1:])
        assert "it goes on by itself" in err
        events += map(json.loads, again.out.splitlines())
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[-1]["type"] == "response.completed"
    assert "goes on" not in again.err


def test_ctrl_c_leaves_it_running(
    tmp_path: Path, inspector: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    path = tmp_path / "new.db"
    with running(Service(story, pace=Pace(head=600.0))) as azure:
        made = inspector(
            "azure", "create", "--to", azure.base_url, "--into", path, "--model", "m", "--input", "hi",
            "--background",
        )  # fmt: skip
        response_id = json.loads(made.out)["id"]
        process = subprocess.Popen(
            [sys.executable, "-m", "inspector", "azure", "wait", str(path), "1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_for(lambda: [one.status for one in exchanges(path)[1:3]] == [200, 200], "two looks")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (1, b"")
        assert b"it goes on by itself" in err
        assert f"`inspector azure cancel {path} {response_id}` ends it".encode() in err
        assert b"Traceback" not in err
        cancelled = inspector("azure", "cancel", path, response_id)
        assert json.loads(cancelled.out)["status"] == "cancelled"
    assert {one.parent for one in exchanges(path)[1:]} == {1}
    assert not any(file.exists() for file in sidecars(path))
