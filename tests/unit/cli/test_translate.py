from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector.protocol import sse
from inspector.protocol.conformance import check

TOOL = {"type": "custom", "name": "apply_patch", "format": {"type": "text"}}
REQUEST = {
    "model": "gpt-5.5",
    "instructions": "Be brief.",
    "input": [{"role": "user", "content": "Grüße"}],
    "tools": [TOOL, {"type": "web_search"}],
    "stream": True,
}


def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'id': 'c', 'model': 'm', 'choices': [choice]})}\n\n".encode()


CALL = {"index": 0, "id": "call_1", "function": {"name": "apply_patch", "arguments": '{"input": "*** x"}'}}
CHAT = chunk({"role": "assistant", "content": "Hi"}) + chunk({"tool_calls": [CALL]}, "tool_calls")
CHAT += b"data: [DONE]\n\n"


def events(output: bytes) -> list[dict[str, Any]]:
    decoder = sse.Decoder()
    return [json.loads(event.data) for event in decoder.feed(output) + decoder.close()]


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(REQUEST), "utf-8")
    return path


@pytest.mark.parametrize("from_stdin", [False, True])
def test_a_request_becomes_a_payload(
    call: Callable[..., Result], request_file: Path, from_stdin: bool
) -> None:
    result = (
        call("translate", "-", input=request_file.read_bytes())
        if from_stdin
        else call("translate", request_file)
    )
    assert result.exit_code == 0, result.stderr
    payload = json.loads(result.stdout)
    assert [message["content"] for message in payload["messages"]] == ["Be brief.", "Grüße"]
    assert [tool["function"]["name"] for tool in payload["tools"]] == ["apply_patch"]
    assert payload["stream_options"] == {"include_usage": True}
    assert "Grüße" in result.stdout  # readable, not escaped


def test_the_report_accounts_for_every_part(call: Callable[..., Result], request_file: Path) -> None:
    printed = json.loads(call("translate", request_file, "--report").stdout)
    rows = printed["rows"]
    told = {row["source"]: row["kind"] for row in rows}
    assert told["/tools/1"] == "dropped"
    assert told["/instructions"] in ("moved", "mapped", "renamed")
    assert None in told  # what was injected has no source
    assert {"kind", "source", "targets", "reason"} <= set(rows[0])


def test_a_deployment_and_its_family(call: Callable[..., Result], request_file: Path) -> None:
    body = {**REQUEST, "model": "team-blue", "temperature": 0.2, "reasoning": {"effort": "low"}}
    request_file.write_text(json.dumps(body))
    plain = json.loads(call("translate", request_file).stdout)
    assert (plain["model"], plain["temperature"]) == ("team-blue", 0.2)
    options = ("--deployment", "blue-2", "--family", "team-blue=gpt-5", "--family", "blue-2=gpt-5")
    known = json.loads(call("translate", request_file, *options).stdout)
    assert known["model"] == "blue-2"
    assert "temperature" not in known


def test_a_request_that_cannot_travel_is_told_and_shown(call: Callable[..., Result]) -> None:
    body = {"model": "m", "input": "hi", "previous_response_id": "resp_1"}
    result = call("translate", "-", input=json.dumps(body))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["messages"] == [{"role": "user", "content": "hi"}]  # the best effort
    assert result.stderr.count("rejected: ") == 1
    assert "previous_response_id" in result.stderr


def test_what_is_odd_about_a_request_is_noted(call: Callable[..., Result]) -> None:
    result = call("translate", "-", input='{"model": "m", "input": "hi", "temperature": "warm"}')
    assert "note: /temperature: " in result.stderr
    assert json.loads(result.stdout)["model"] == "m"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"model": "m",\n "input": }', "standard input is not JSON: Expecting value at line 2, column 11"),
        (b"", "standard input is not JSON: Expecting value at line 1, column 1"),
        (b"[1]", "holds no JSON object"),
        (b'{"model": "\xff"}', "is not UTF-8 at byte 11"),
        (b'{"a":' * 100_000, "is nested too deeply"),
    ],
    ids=["syntax", "empty", "list", "bytes", "depth"],
)
def test_what_is_no_request_is_one_sentence(refused: Callable[..., str], text: bytes, words: str) -> None:
    assert words in refused(1, "translate", "-", input=text)


def test_a_file_is_named_in_the_sentence(refused: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{")
    assert refused(1, "translate", path).startswith(f"{path} is not JSON: ")
    assert "No such file" in refused(2, "translate", tmp_path / "none.json")


@pytest.mark.parametrize("options", [("--report", "--stream"), ("--request", "-"), ("--family", "gpt-5")])
def test_options_that_do_not_belong_together(
    refused: Callable[..., str], request_file: Path, options: tuple[str, ...]
) -> None:
    assert options[0] in refused(2, "translate", request_file, *options)


@pytest.mark.parametrize("from_stdin", [False, True])
def test_a_chat_stream_becomes_events(
    call: Callable[..., Result], tmp_path: Path, request_file: Path, from_stdin: bool
) -> None:
    path = tmp_path / "chat.sse"
    path.write_bytes(CHAT)
    source = "-" if from_stdin else path
    result = call(
        "translate", "--stream", source, "--request", request_file, input=CHAT if from_stdin else None
    )
    assert (result.exit_code, result.stderr) == (0, "")
    got = events(result.stdout_bytes)
    assert check(got) == []
    assert got[-1]["type"] == "response.completed"
    [called] = [item for item in got[-1]["response"]["output"] if item["type"] == "custom_tool_call"]
    assert (called["name"], called["input"]) == ("apply_patch", "*** x")


def test_a_stream_without_its_request_keeps_the_names_it_has(call: Callable[..., Result]) -> None:
    got = events(call("translate", "--stream", "-", input=CHAT).stdout_bytes)
    [called] = [item for item in got[-1]["response"]["output"] if item["type"] == "function_call"]
    assert (called["name"], json.loads(called["arguments"])) == ("apply_patch", {"input": "*** x"})


@pytest.mark.parametrize("stream", [b"", b"nonsense\n", CHAT[:40], chunk({"content": "Hi"})])
def test_a_stream_that_breaks_off_fails_as_one(call: Callable[..., Result], stream: bytes) -> None:
    result = call("translate", "--stream", "-", input=stream)
    assert result.exit_code == 0
    assert events(result.stdout_bytes)[-1]["type"] == "response.failed"
