"""`inspector diff`: in words, unfolded, as JSON, and what it says when it cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result


def asked(*texts: str, **more: Any) -> bytes:
    items = [{"type": "message", "role": "user", "content": text} for text in texts]
    return json.dumps({"model": "gpt-5.5", "prompt_cache_key": "one", "input": items, **more}).encode()


@pytest.fixture
def capture(tape: Any) -> Path:
    """A request, one that goes on from it, one that is another model's, and one that is no JSON."""
    said = {"id": "r", "status": "completed", "output": [{"type": "message", "content": "One."}]}
    tape.exchange(asked("a"), json.dumps(said).encode())
    tape.exchange(asked("a", "b\nc\x1b"), json.dumps({**said, "output": []}).encode())
    tape.exchange(asked("a", "b\nc\x1b", model="gpt-6"), b"")
    tape.exchange(b"\xff not JSON", b"")
    path: Path = tape.path
    return path


def test_since_the_request_before(call: Callable[..., Result], capture: Path) -> None:
    lines = call("diff", capture, 2).stdout.splitlines()
    assert lines[0].startswith("diff  #1 turn 1 ✓ 200")
    assert lines[2:4] == ["request", "+ 1 item added: message user"]
    assert "- 1 output item vanished: message" in lines
    assert not any("\x1b" in line for line in lines)


def test_two_that_were_named_in_either_order(call: Callable[..., Result], capture: Path) -> None:
    assert "≠ model  gpt-5.5 → gpt-6" in call("diff", capture, 1, 3).stdout
    assert "≠ model  gpt-6 → gpt-5.5" in call("diff", capture, 3, 1).stdout


def test_unfolded(call: Callable[..., Result], capture: Path) -> None:
    short, full = call("diff", capture, 2).stdout, call("diff", capture, 2, "--full").stdout
    assert "    c␛" not in short
    assert "    c␛" in full


def test_as_json(call: Callable[..., Result], capture: Path) -> None:
    told = json.loads(call("diff", capture, 3, 2, "--json").stdout)
    assert (told["old"], told["new"]) == ("3", "2")
    assert [(one["before"], one["after"]) for one in told["request"]["settings"]] == [("gpt-6", "gpt-5.5")]
    assert told["request"]["prefix"]["section"] == "model"


def test_what_is_no_json_is_compared_too(call: Callable[..., Result], capture: Path) -> None:
    [change] = json.loads(call("diff", capture, 3, 4, "--json").stdout)["request"]["settings"]
    assert change["before"]["model"] == "gpt-6"
    assert "⟨FF⟩ not JSON" in call("diff", capture, 3, 4).stdout


def test_values_that_nest_deeply_are_written(call: Callable[..., Result], tape: Any) -> None:
    deep = b'{"model": "m", "metadata": ' + b"[" * 900 + b"]" * 900 + b"}"
    tape.exchange(b'{"model": "m"}', b"")
    tape.exchange(deep, b"")
    result = call("diff", tape.path, 1, 2, "--json")
    assert result.exit_code == 0
    assert "[" * 900 + "]" * 900 in result.stdout


def test_the_first_of_a_session(refused: Callable[..., str], capture: Path) -> None:
    assert refused(1, "diff", capture, 1) == (
        "exchange 1 has no request before it in its session; name two exchanges to compare"
    )


def test_a_number_that_is_not_there(refused: Callable[..., str], capture: Path) -> None:
    said = "the capture has no exchange '9'; it holds 1 to 4"
    assert refused(1, "diff", capture, 9) == said
    assert refused(1, "diff", capture, 1, 9) == said


def test_two_answers_at_once(refused: Callable[..., str], capture: Path) -> None:
    assert "ask for one" in refused(2, "diff", capture, 2, "--json", "--full")
