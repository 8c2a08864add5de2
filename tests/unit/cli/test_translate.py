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


def test_the_options_of_a_chat_endpoint(call: Callable[..., Result], request_file: Path) -> None:
    thought = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}
    items = [{"role": "user", "content": "a"}, thought, {"role": "assistant", "content": "b"}]
    request_file.write_text(json.dumps({"model": "m", "input": items, "metadata": {"a": "b"}}))
    plain = json.loads(call("translate", request_file).stdout)
    assert "metadata" not in plain
    assert "reasoning_content" not in plain["messages"][1]
    told = json.loads(call("translate", request_file, "--send-metadata", "--reasoning-content").stdout)
    assert told["metadata"] == {"a": "b"}
    assert told["messages"][1]["reasoning_content"] == "Hm."


def test_what_the_chat_endpoint_does_not_take(call: Callable[..., Result], request_file: Path) -> None:
    request_file.write_text(json.dumps({"model": "m", "input": "a", "prompt_cache_key": "k", "top_p": 1}))
    assert json.loads(call("translate", request_file).stdout)["prompt_cache_key"] == "k"
    done = call("translate", request_file, "--leave-out", "prompt_cache_key", "--limit", "top_p=0-0.5")
    assert "prompt_cache_key" not in json.loads(done.stdout)
    assert "note: /top_p: must be between 0 and 0.5" in done.stderr


def test_history_comes_from_a_capture(call: Callable[..., Result], tape: Any, request_file: Path) -> None:
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello."}]}
    done = {"id": "resp_1", "object": "response", "status": "completed", "output": [said]}
    tape.exchange(json.dumps({"model": "m", "input": "Hi."}).encode(), json.dumps(done).encode())
    request_file.write_text(json.dumps({"model": "m", "input": "Go on.", "previous_response_id": "resp_1"}))
    result = call("translate", request_file, "--history", tape.path)
    assert result.exit_code == 0, result.stderr
    contents = [message["content"] for message in json.loads(result.stdout)["messages"]]
    assert contents == ["Hi.", "Hello.", "Go on."]
    request_file.write_text(json.dumps({"model": "m", "input": "Go on.", "previous_response_id": "resp_2"}))
    unknown = call("translate", request_file, "--history", tape.path)
    assert unknown.exit_code == 1
    assert "does not hold all of what led to 'resp_2'" in unknown.stderr


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


@pytest.mark.parametrize(
    "options",
    [
        ("--report", "--stream"),
        ("--report", "--response"),
        ("--family", "m=gpt-5", "--stream"),
        ("--request", "-"),
        ("--family", "gpt-5"),
        ("--events", "dual"),
        ("--stream", "--response"),
        ("--history", __file__),
        ("--leave-out", "messages"),
        ("--leave-out", "store", "--stream"),
        ("--limit", "tools=many"),
        ("--limit", "tools=3", "--response"),
    ],
)
def test_options_that_do_not_belong_together(
    refused: Callable[..., str], request_file: Path, options: tuple[str, ...]
) -> None:
    assert options[0] in refused(2, "translate", request_file, *options)


COMPLETION = {
    "object": "chat.completion",
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "message": {"role": "assistant", "content": "Hi", "tool_calls": [{**CALL, "type": "function"}]},
        }
    ],
}


@pytest.mark.parametrize("told", [True, False], ids=["object", "option"])
def test_a_completion_becomes_a_response_and_back(
    call: Callable[..., Result], request_file: Path, told: bool
) -> None:
    body = COMPLETION if told else {key: value for key, value in COMPLETION.items() if key != "object"}
    options = ("--request", request_file, *(() if told else ("--response",)))
    there = call("translate", "-", *options, input=json.dumps(body))
    assert (there.exit_code, there.stderr) == (0, "")
    response = json.loads(there.stdout)
    assert [item["type"] for item in response["output"]] == ["message", "custom_tool_call"]
    assert response["output"][1]["input"] == "*** x"
    back = json.loads(call("translate", "-", "--request", request_file, input=there.stdout).stdout)
    [choice] = back["choices"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", "Hi")
    [called] = choice["message"]["tool_calls"]
    assert called["function"]["name"] == "apply_patch"
    assert json.loads(called["function"]["arguments"]) == {"input": "*** x"}


def test_what_the_other_api_cannot_say_is_told_and_moves_no_cursor(call: Callable[..., Result]) -> None:
    body = {"object": "response", "status": "completed", "output": [{"type": "\x1b[2J"}]}
    result = call("translate", "-", input=json.dumps(body))
    assert result.exit_code == 0
    assert "has no form in Chat Completions" in result.stderr
    assert "\x1b" not in result.stderr
    odd = {**COMPLETION, "choices": [*COMPLETION["choices"], {"index": 1, "message": {"content": "no"}}]}
    assert "note: choices other than the first" in call("translate", "-", input=json.dumps(odd)).stderr


def test_an_answer_that_is_none_is_one_sentence(refused: Callable[..., str]) -> None:
    assert "standard input is no answer" in refused(1, "translate", "-", "--response", input="{}")


def test_dual_events(call: Callable[..., Result]) -> None:
    kinds = [
        each["type"]
        for each in events(call("translate", "--stream", "--events", "dual", "-", input=CHAT).stdout_bytes)
    ]
    assert kinds[-2:] == ["response.completed", "response.done"]
    assert "response.output_tool_call.begin" in kinds


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


def test_what_a_stream_leaves_out_is_told_with_its_place(call: Callable[..., Result]) -> None:
    said = call("translate", "--stream", "-", input=b"data: {broken\n\n" + CHAT).stderr
    assert said.startswith("note: byte 0: ")
