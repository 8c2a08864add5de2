"""The program runs, and asks the same."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.formats.py.writing import PyExporter
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

KEY = "a-key-nobody-may-see-0123456789"
KEYS = (("authorization", "Bearer [redacted 0123456789ab]"), ("x-secret-thing", "x"))
BODY = {
    "model": "m",
    "instructions": 'it\'s "quoted" \\ \n"""\u202e Grüße 🎉',
    "input": [{"role": "user", "content": "x"}],
    "stream": True,
    "client_metadata": {"odd": [None, True, 1.5, {}]},
}


def _story(ask: Ask) -> Answer:
    return ask.say(Text("All of it in order"))


@pytest.fixture(scope="module")
def azure() -> Iterator[Simulator]:
    with running(Service(_story)) as simulator:
        yield simulator


def test_the_program_asks_the_same(azure: Simulator, asked: Any, tmp_path: Path) -> None:
    out = io.BytesIO()
    detail = asked(json.dumps(BODY).encode(), url=f"{azure.base_url}/responses", headers=KEYS)
    remarks = PyExporter().write([detail], out)
    file = tmp_path / "again.py"
    file.write_bytes(out.getvalue())
    variables = {**os.environ, "AZURE_OPENAI_API_KEY": KEY, "PYTHONPATH": "", "NO_PROXY": "*"}
    done = subprocess.run([sys.executable, file], env=variables, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert azure.received[-1].json() == BODY
    assert azure.received[-1].header("authorization") == f"Bearer {KEY}"
    assert json.loads(done.stdout.splitlines()[-1])["type"] == "response.completed"
    assert remarks == [
        "No key is in it: it is read from AZURE_OPENAI_API_KEY when it is run.",
        "Headers that may hold a secret are left out: x-secret-thing.",
    ]


def test_no_url_says_how_python_is_to_read_the_comments(asked: Any, capsys: Any) -> None:
    out = io.BytesIO()
    PyExporter().write([asked(b"[]", url="http://coding:utf-7@h/coding=utf-7/+AAo-0/0/responses")], out)
    assert tokenize.detect_encoding(io.BytesIO(out.getvalue()).readline)[0] == "utf-8"
    compile(out.getvalue(), "again.py", "exec")


def test_nothing_of_the_traffic_gets_out_of_a_comment(asked: Any) -> None:
    out = io.BytesIO()
    PyExporter().write([asked(b"{}", url="https://h/a\nimport os\r\x0cb", method="PO\nST")], out)
    lines = out.getvalue().decode().splitlines()
    comments = lines[: lines.index("")]
    assert comments
    assert all(line.startswith("# ") for line in comments)
