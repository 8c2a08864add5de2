"""`inspector record` as a script uses it: its line, its ends, its refusals, and what is in the file after."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from inspector.simulator.reply import Text
from inspector.simulator.script import whole_json
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

NOWHERE = "http://127.0.0.1:9/openai/v1"
SECRETS = {
    "authorization": "Bearer bearer-nobody-may-see",
    "api-key": "key-nobody-may-see",
    "cookie": "session=cookie-nobody-may-see",
    "x-custom-token": "token-nobody-may-see",
}
CONTRACT = {
    *("id", "session", "turn", "method", "url", "model", "status", "error"),
    *("started", "duration_ms", "event_count", "usage"),
}
"""What the list promises for each exchange; more may be there."""
DETAILS = {"request", "response", "upstream_request", "upstream_response", "chunks", "events"}


@pytest.fixture
def upstream() -> Iterator[Simulator]:
    """Words for everybody."""
    with running(Service(lambda ask: ask.say(Text("Good morning.")))) as simulator:
        yield simulator


class Client:
    """Any program that speaks HTTP, on one connection that it keeps."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        assert parts.hostname
        self._base = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def create(self, said: str = "hello", path: str = "/responses", **more: Any) -> Any:
        """A response; headers as `headers=`, fields of the body as keywords."""
        headers = {"content-type": "application/json", **more.pop("headers", {})}
        body = {"model": "gpt-5.5", "input": said, **more}
        self._connection.request("POST", self._base + path, json.dumps(body), headers)
        response = self._connection.getresponse()
        data = response.read()
        return data if more.get("stream") else json.loads(data)


def listed(inspector: Callable[..., Any], capture: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = inspector("show", capture, "--json").json()
    return rows


def test_the_line_says_what_a_script_needs(record: Callable[..., Any], upstream: Simulator) -> None:
    recording = record(upstream.base_url)
    assert "anyone" not in recording.said  # nobody but this machine reaches it: no warning
    [line] = recording.out.read_text().splitlines()
    said = json.loads(line)
    assert set(said) == {"listening", "base_url", "capture", "pid"}
    assert said["pid"] == recording.process.pid
    assert urlsplit(said["listening"]).port
    authority = upstream.url.removeprefix("http://")
    assert said["base_url"] == f"{said['listening']}/{authority}/openai/v1"
    assert Path(said["capture"]).is_absolute()
    with Client(said["base_url"]) as client:
        assert client.create()["status"] == "completed"
    assert recording.end() == 0
    assert recording.out.read_text().splitlines() == [line]  # stdout is for data alone


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(
    record: Callable[..., Any],
    details: Callable[..., Any],
    upstream: Simulator,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    folder = tmp_path / "captures"
    folder.mkdir()
    recording = record(upstream.base_url, "--capture", folder / "one.db")
    with Client(recording.base_url) as client:
        client.create()
        assert recording.end(number) == 0  # with a client that still holds its connection
    assert [path.name for path in folder.iterdir()] == ["one.db"]
    assert stat.S_IMODE((folder / "one.db").stat().st_mode) == 0o600
    assert "Traceback" not in recording.said
    [each] = details(folder / "one.db")
    assert (each["status"], each["error"]) == (200, None)
    assert [path.name for path in folder.iterdir()] == ["one.db"]  # reading leaves nothing behind either


def test_a_background_job_of_a_script_ends_by_sigint_too(record: Callable[..., Any]) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as shells start `inspector record &` in scripts
    try:
        recording = record(NOWHERE)
    finally:
        signal.signal(signal.SIGINT, before)
    assert recording.end(signal.SIGINT) == 0


def test_without_a_file_it_makes_one_that_captures_lists(
    record: Callable[..., Any], inspector: Callable[..., Any], upstream: Simulator, home: Path
) -> None:
    recording = record(upstream.base_url)
    assert recording.capture.parent == home / "captures"
    [each] = inspector("captures", "--json").json()
    assert (each["path"], each["in_use"]) == (str(recording.capture), True)
    refused = inspector("captures", "delete", recording.capture)
    assert refused.status == 1
    assert "inspector stop" in refused.err
    assert inspector("captures", "prune", "--keep", "0").out == b""

    stopped = inspector("stop")
    assert stopped.status == 0
    assert str(recording.capture) in stopped.err
    assert recording.process.wait(10) == 0
    assert inspector("captures", "delete", recording.capture.name).status == 0
    assert inspector("captures", "--json").json() == []


def test_the_endpoint_may_come_from_the_environment(record: Callable[..., Any], upstream: Simulator) -> None:
    recording = record(None, env={"AZURE_OPENAI_ENDPOINT": f"{upstream.url}/"})
    assert recording.base_url.endswith("/openai/v1")
    with Client(recording.base_url) as client:
        assert client.create()["status"] == "completed"


def test_a_capture_is_continued(
    record: Callable[..., Any], details: Callable[..., Any], upstream: Simulator, tmp_path: Path
) -> None:
    capture = tmp_path / "both.db"
    for _ in range(2):
        recording = record(upstream.base_url, "--capture", capture)
        with Client(recording.base_url) as client:
            client.create()
        assert recording.end() == 0
    first, second = details(capture)
    assert (first["id"], second["id"]) == ("1", "2")
    assert first["session"] != second["session"]  # told by the connection, and those were two


def test_two_proxies_record_into_one_file(
    record: Callable[..., Any], details: Callable[..., Any], upstream: Simulator, tmp_path: Path
) -> None:
    capture = tmp_path / "shared.db"
    one, two = (record(upstream.base_url, "--capture", capture) for _ in range(2))
    with Client(one.base_url) as left, Client(two.base_url) as right:
        for n in range(4):
            left.create(f"left {n}")
            right.create(f"right {n}")
    assert (one.end(), two.end()) == (0, 0)
    said = sorted(json.loads(each["request"]["body"])["input"] for each in details(capture))
    assert said == [f"{side} {n}" for side in ("left", "right") for n in range(4)]


def test_a_growing_capture_can_be_read(
    record: Callable[..., Any],
    inspector: Callable[..., Any],
    upstream: Simulator,
    wait_for: Callable[..., Any],
) -> None:
    recording = record(upstream.base_url)
    with Client(recording.base_url) as client:
        for count in (1, 2):
            client.create()
            rows = wait_for(
                lambda count=count: [
                    row for row in listed(inspector, recording.capture) if row["duration_ms"] is not None
                ][count - 1 :]
            )
            assert rows[-1]["status"] == 200
    assert recording.end() == 0


def test_a_port_in_use_is_told(
    record: Callable[..., Any], inspector: Callable[..., Any], upstream: Simulator, tmp_path: Path
) -> None:
    capture = tmp_path / "never.db"
    command = ("record", "--upstream", upstream.base_url, "--capture", capture, "--listen")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        refused = inspector(*command, where)
    assert (refused.status, refused.out) == (1, b"")
    assert refused.err.startswith("Error: ")
    assert f"{where} is in use by another program" in refused.err

    recording = record(upstream.base_url)
    where = recording.announcement["listening"].removeprefix("http://")
    refused = inspector(*command, where)
    assert (refused.status, refused.out) == (1, b"")
    assert f"pid {recording.process.pid}" in refused.err
    assert "inspector stop" in refused.err
    assert "Traceback" not in refused.err
    assert not capture.exists()


def foreign_text(path: Path) -> None:
    path.write_bytes(b"dear diary\n" * 40)


def foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name)")
        connection.execute("INSERT INTO recipes VALUES ('soup')")
        connection.commit()


def newer_capture(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE tomorrow (name)")
        connection.execute(f"PRAGMA application_id = {0x43584149}")
        connection.execute("PRAGMA user_version = 4000")
        connection.commit()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (foreign_text, "not a SQLite file|in no format that can be read"),
        (foreign_database, "another program's SQLite file"),
        (newer_capture, "newer inspector"),
    ],
)
@pytest.mark.parametrize("command", ["record", "show", "open"])
def test_a_file_that_is_no_capture_is_left_alone(
    inspector: Callable[..., Any],
    tmp_path: Path,
    make: Callable[[Path], None],
    reason: str,
    command: str,
) -> None:
    path = tmp_path / "files" / "theirs.db"
    path.parent.mkdir()
    make(path)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    arguments = ("--upstream", NOWHERE, "--capture", path) if command == "record" else (path,)
    refused = inspector(command, *arguments)
    assert (refused.status, refused.out) == (1, b"")
    assert re.search(reason, refused.err)
    assert str(path) in refused.err
    assert "Traceback" not in refused.err
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in path.parent.iterdir()] == ["theirs.db"]


def test_a_capture_that_cannot_be_written_never_stops_traffic(
    record: Callable[..., Any],
    details: Callable[..., Any],
    upstream: Simulator,
    tmp_path: Path,
    wait_for: Callable[..., Any],
) -> None:
    capture = tmp_path / "not-yet" / "one.db"
    recording = record(upstream.base_url, "--capture", capture)
    wait_for(lambda: str(capture) in recording.said, "the problem is told")
    with Client(recording.base_url) as client:
        assert client.create("before")["status"] == "completed"
        assert "Traceback" not in recording.said
        capture.parent.mkdir()
        wait_for(capture.exists, "the capture is there as soon as it can be")
        assert client.create("after")["status"] == "completed"
    assert recording.end() == 0
    assert [json.loads(each["request"]["body"])["input"] for each in details(capture)] == ["before", "after"]


def test_who_listens_for_others_is_warned(record: Callable[..., Any]) -> None:
    recording = record(NOWHERE, listen="0.0.0.0:0")
    assert recording.end() == 0
    assert "anyone who reaches this machine" in recording.said


def test_secrets_stay_out_of_the_file(
    record: Callable[..., Any], details: Callable[..., Any], tmp_path: Path
) -> None:
    answer = whole_json({"id": "resp_1"}, headers=(("set-cookie", "id=answer-nobody-may-see; Path=/"),))
    capture = tmp_path / "secret.db"
    with running(lambda _: answer) as upstream:
        recording = record(upstream.base_url, "--capture", capture)
        with Client(recording.base_url) as client:
            client.create(path="/responses?api-key=query-nobody-may-see&api-version=preview", headers=SECRETS)
            client.create(headers=SECRETS)
        [first, _] = upstream.received
        for name, value in SECRETS.items():
            assert first.header(name) == value  # upstream gets what the client sent
        assert first.target == "/openai/v1/responses?api-key=query-nobody-may-see&api-version=preview"
        log = recording.log
        assert recording.end() == 0
    assert b"nobody-may-see" not in capture.read_bytes()
    assert "nobody-may-see" not in log.read_text()
    both = details(capture)
    assert "api-version=preview" in both[0]["url"]
    headers, again = (dict(each["request"]["headers"]) for each in both)
    assert headers["authorization"].startswith("Bearer ")  # the scheme and a fingerprint stay
    assert headers["authorization"] == again["authorization"]
    assert {headers[name] for name in SECRETS}.isdisjoint(SECRETS.values())


def test_secrets_are_kept_for_who_asks(
    record: Callable[..., Any], details: Callable[..., Any], upstream: Simulator
) -> None:
    recording = record(upstream.base_url, "--keep-secrets")
    with Client(recording.base_url) as client:
        client.create(path="/responses?api-key=query-key", headers=SECRETS)
    assert recording.end() == 0
    [each] = details(recording.capture)
    assert "api-key=query-key" in each["url"]
    headers = dict(each["request"]["headers"])
    assert {name: headers[name] for name in SECRETS} == SECRETS


def test_sessions_of_other_clients(
    record: Callable[..., Any], details: Callable[..., Any], upstream: Simulator
) -> None:
    recording = record(upstream.base_url)
    url = recording.base_url
    with Client(url) as one, Client(url) as two, Client(url) as three, Client(url) as four:
        one.create(prompt_cache_key="kiln")
        two.create("elsewhere, the same", prompt_cache_key="kiln")
        first = three.create()
        four.create("and then?", previous_response_id=first["id"])
        three.create("a connection goes on")
        with Client(url) as five:
            five.create("a stranger")
    assert recording.end() == 0
    told = details(recording.capture)
    sessions = [each["session"] for each in told]
    assert sessions[0] == sessions[1] == "kiln"
    assert sessions[2] == sessions[3] == sessions[4]
    assert len({*sessions}) == 3
    assert [each["turn"] for each in told] == [1, 2, 1, 2, 3, 1]


def test_the_json_contract(
    record: Callable[..., Any], inspector: Callable[..., Any], upstream: Simulator
) -> None:
    before = datetime.now(UTC)
    recording = record(upstream.base_url)
    with Client(recording.base_url) as client:
        streamed = client.create(stream=True)
        client.create(model="gpt-5-mini")
        assert "error" in client.create(previous_response_id="resp_nobody_knows")
        with Client(recording.announcement["listening"] + "/elsewhere.example.com/openai/v1") as astray:
            assert "error" in astray.create()
    assert recording.end() == 0

    rows = listed(inspector, recording.capture)
    assert len(rows) == 4
    started = [datetime.fromisoformat(row["started"]) for row in rows]
    assert started == sorted(started)
    for row, moment in zip(rows, started, strict=True):
        assert set(row) >= CONTRACT
        assert isinstance(row["id"], str)
        assert moment.utcoffset() is not None
        assert moment.utcoffset().total_seconds() == 0  # type: ignore[union-attr]  # the line above
        assert before.replace(microsecond=0) <= moment <= datetime.now(UTC)
        assert row["method"] == "POST"
        assert row["duration_ms"] >= 0
    fine, plain, unknown, refused = rows
    assert (fine["model"], fine["status"], fine["error"]) == ("gpt-5.5", 200, None)
    assert fine["url"] == f"{upstream.base_url}/responses"
    assert set(fine["usage"]) == {"input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens"}
    assert fine["usage"]["output_tokens"] > 0
    assert (plain["model"], plain["event_count"]) == ("gpt-5-mini", 0)
    assert plain["usage"]["input_tokens"] > 0
    assert (unknown["status"], unknown["usage"]) == (400, None)
    assert "resp_nobody_knows" in unknown["error"]
    assert refused["status"] == 400
    assert "elsewhere.example.com" in refused["error"]

    detail = inspector("show", recording.capture, fine["id"], "--json").json()
    assert {name: detail[name] for name in fine} == fine
    assert set(detail) >= DETAILS
    assert (detail["upstream_request"], detail["upstream_response"]) == (None, None)
    assert detail["response"]["body"].encode() == streamed == upstream.sent[0].body
    assert json.loads(detail["request"]["body"])["input"] == "hello"
    assert all(
        isinstance(name, str) and isinstance(value, str) for name, value in detail["request"]["headers"]
    )
    assert {chunk["leg"] for chunk in detail["chunks"]} == {"request", "response"}
    for leg in ("request", "response"):
        sizes = [chunk["size"] for chunk in detail["chunks"] if chunk["leg"] == leg]
        assert sum(sizes) == len(detail[leg]["body"].encode())
    times = [chunk["at_ms"] for chunk in detail["chunks"]]
    assert times == sorted(times)
    assert times[-1] <= fine["duration_ms"] + 0.01
    events = detail["events"]
    assert len(events) == fine["event_count"]
    assert [event["n"] for event in events] == list(range(len(events)))
    assert [set(event) for event in events] == [{"n", "at_ms", "type", "data"}] * len(events)
    assert (events[0]["type"], events[-1]["type"]) == ("response.created", "response.completed")
    assert all(event["data"]["type"] == event["type"] for event in events)


def test_a_body_that_is_no_text_is_base64(
    record: Callable[..., Any], inspector: Callable[..., Any], upstream: Simulator
) -> None:
    recording = record(upstream.base_url)
    parts = urlsplit(recording.base_url)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)) as connection:
        connection.request("POST", f"{parts.path}/responses", b"\xff\x00\xfe")
        assert connection.getresponse().status == 400
    assert recording.end() == 0
    detail = inspector("show", recording.capture, 1, "--json").json()
    assert detail["request"]["body_base64"] == "/wD+"
    assert detail["request"].get("body") is None
    assert inspector("show", recording.capture, 1, "--raw", "request").out == b"\xff\x00\xfe"
