from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Outcome, Source, Timing
from inspector.capture.store import RecorderInfo

REQUEST = json.dumps({"model": "gpt-5.5", "input": "Grüße", "stream": True}, ensure_ascii=False).encode()
USAGE = {"input_tokens": 12, "output_tokens": 3, "total_tokens": 15}


def stream(tape: Any) -> list[bytes]:
    done = tape.event("response.completed", response={"id": "resp_1", "usage": USAGE})
    return [tape.event("response.created", response={"id": "resp_1"}), done[:9], done[9:]]


@pytest.fixture
def capture(tape: Any) -> Path:
    """A stream, a refusal, and one that went over a bridge with bytes that are no text."""
    tape.exchange(REQUEST, *stream(tape), kind="text/event-stream")
    said = {"error": {"code": "too_many_requests", "message": "Try again in 2s."}}
    tape.exchange(REQUEST, json.dumps(said).encode(), status=429)
    tape.exchange(b"\xff\xfe", b"{}", mode="bridge", upstream=(b'{"messages": []}', b"\x00\xff"))
    path: Path = tape.path
    return path


def test_the_list_is_for_people(call: Callable[..., Result], capture: Path) -> None:
    first, second, third = call("show", capture).stdout.splitlines()
    assert first.split()[0] == "1"
    assert "responses.create" in first
    assert "gpt-5.5" in first
    assert "12→3" in first
    assert "429" in second
    assert "Try again in 2s." in second
    assert third.split()[0] == "3"


def test_what_a_sub_agent_asks_says_so(call: Callable[..., Result], tape: Any) -> None:
    told = {"session-id": "s", "x-openai-subagent": "collab_spawn"}
    metadata = json.dumps({"agent_name": "/root/greeter"})
    tape.exchange(REQUEST, b"{}", headers=(*told.items(), ("x-codex-turn-metadata", metadata)))
    tape.exchange(REQUEST, b"{}")
    first, second = call("show", tape.path).stdout.splitlines()
    assert first.endswith("↳ collab_spawn greeter")
    assert "↳" not in second


def test_the_list_as_json(call: Callable[..., Result], capture: Path) -> None:
    rows = json.loads(call("show", capture, "--json").stdout)
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert [row["status"] for row in rows] == [200, 429, 200]
    assert [row["event_count"] for row in rows] == [2, 0, 0]
    assert [row["mode"] for row in rows] == ["observe", "observe", "bridge"]
    assert rows[0]["usage"] == {
        "input_tokens": 12,
        "cached_tokens": None,
        "output_tokens": 3,
        "reasoning_tokens": None,
    }
    assert (rows[0]["error"], rows[1]["usage"]) == (None, None)
    assert "Try again in 2s." in rows[1]["error"]
    assert rows[0]["started"].endswith("Z")


def test_an_empty_capture_lists_nothing(call: Callable[..., Result], tape: Any) -> None:
    path = tape.path
    assert call("show", path, "--json").stdout == "[]\n"
    assert call("show", path).stdout == ""


def test_one_exchange_as_json(call: Callable[..., Result], capture: Path) -> None:
    one = json.loads(call("show", capture, "1", "--json").stdout)
    assert {name: value for name, value in one["request"].items() if value is not None} == {
        "headers": [],
        "body": REQUEST.decode(),
    }
    assert one["response"]["headers"] == [["content-type", "text/event-stream"]]
    assert (one["response"]["status"], one["upstream_request"]) == (200, None)
    assert [chunk["leg"] for chunk in one["chunks"]] == ["request", "response", "response", "response"]
    created, completed = one["events"]
    assert (created["n"], created["type"]) == (0, "response.created")
    assert completed["data"]["response"]["usage"] == USAGE
    assert completed["at_ms"] == one["chunks"][-1]["at_ms"]  # an event arrives with its last byte


def test_what_became_of_a_request(call: Callable[..., Result], tape: Any) -> None:
    body = {"model": "gpt-5-mini", "input": [{"role": "user", "content": "hi"}], "temperature": 1}
    for mode in ("observe", "repair"):
        tape.exchange(json.dumps(body).encode(), b"{}", mode=mode)
    tape.exchange(b"no JSON", b"{}")
    observed, repaired, unread = (
        json.loads(call("show", tape.path, number, "--json").stdout) for number in (1, 2, 3)
    )
    assert observed["chat_payload"]["messages"] == body["input"]
    assert observed["changes"] is None
    [told] = [row for row in observed["report"]["rows"] if row["source"] == "/temperature"]
    assert told["kind"] == "dropped"
    assert repaired["chat_payload"] is None
    [change] = repaired["changes"]
    assert (change["rule"], change["source"]) == ("sampling-fields", "/temperature")
    assert repaired["report"]["counts"]["dropped"] == 1
    assert (unread["chat_payload"], unread["report"], unread["changes"]) == (None, None, None)


def test_bytes_that_are_no_text_are_base64(call: Callable[..., Result], capture: Path) -> None:
    one = json.loads(call("show", capture, "3", "--json").stdout)
    assert base64.b64decode(one["request"]["body_base64"]) == b"\xff\xfe"
    assert one["request"]["body"] is None
    assert base64.b64decode(one["upstream_response"]["body_base64"]) == b"\x00\xff"
    assert one["upstream_request"]["body"] == '{"messages": []}'


@pytest.mark.parametrize(
    ("leg", "expected"),
    [
        ("request", b"\xff\xfe"),
        ("response", b"{}"),
        ("upstream-request", b'{"messages": []}'),
        ("upstream-response", b"\x00\xff"),
    ],
)
def test_raw_is_exactly_the_bytes(
    call: Callable[..., Result], capture: Path, leg: str, expected: bytes
) -> None:
    result = call("show", capture, "3", "--raw", leg)
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, expected, "")


def test_one_exchange_for_people(call: Callable[..., Result], capture: Path) -> None:
    said = call("show", capture, "3").stdout
    for part in ("request", "upstream request", "upstream response 200", "response 200"):
        assert f"\n{part}\n" in said
    assert '{"messages": []}' in said
    assert "characters of base64" in said


def test_what_was_read_in_tells_its_file(call: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    source = Source("big.har", "har", "entry 3", Timing.EVEN, ("Its answer\nwas not kept.",))
    exchange = Exchange(
        id=1, revision=0, method="POST", url="https://a/responses", operation="responses.create",
        mode="observe", started=0.0, outcome=Outcome.COMPLETE, status=200, ended=0.3, source=source,
    )  # fmt: skip
    legs = {Leg.REQUEST: Message((), REQUEST), Leg.RESPONSE: Message((), b"", 200, absent=True)}
    with closing(BulkWriter(path, RecorderInfo("1.0", "import"))) as writer:
        writer.add(ExchangeDetail(exchange, legs, ()), writer.begin_import("big.har", "har", 9))
    listed = call("show", path).stdout
    assert "0.30s" not in listed
    assert listed.rstrip().endswith("from big.har")
    _, where, times, remark, *rest = (line.strip() for line in call("show", path, "1").stdout.splitlines())
    assert where == "from big.har (har), entry 3"
    assert times == "times: evenly spaced, the file has none"
    assert remark == "Its answer was not kept."
    assert "(the file does not hold this body)" in rest
    told = json.loads(call("show", path, "1", "--json").stdout)
    assert told["source"]["remarks"] == ["Its answer\nwas not kept."]
    assert told["response"]["absent"]


def test_what_cannot_be_shown_is_said(refused: Callable[..., str], capture: Path, tmp_path: Path) -> None:
    assert "no exchange '7'; it holds 1 to 3" in refused(1, "show", capture, "7")
    assert "no exchange 'x'" in refused(1, "show", capture, "x", "--json")
    assert "has no upstream-request" in refused(1, "show", capture, "1", "--raw", "upstream-request")
    assert "ask for one" in refused(2, "show", capture, "1", "--raw", "request", "--json")
    assert "--raw needs the ID" in refused(2, "show", capture, "--raw", "request")
    assert "'everything' is not one of" in refused(2, "show", capture, "1", "--raw", "everything")
    assert "does not exist" in refused(2, "show", tmp_path / "nothing.db")


def test_a_foreign_file_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    theirs = tmp_path / "notes.txt"
    theirs.write_text("dear diary")
    assert "is in no format that can be read here" in refused(1, "show", theirs)
    assert theirs.read_text() == "dear diary"


def test_an_empty_capture_has_no_exchange(refused: Callable[..., str], tape: Any) -> None:
    assert "it holds none yet" in refused(1, "show", tape.path, "1")
