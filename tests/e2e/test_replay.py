"""`inspector replay` against the imitation of Azure: each boundary, many at once, and what may go wrong."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from inspector.capture.connect import sidecars
from inspector.capture.model import ExchangeDetail, Leg, Outcome
from inspector.capture.reader import Reader
from inspector.cli import main
from inspector.proxy.settings import Mode
from inspector.simulator import azure
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Reasoning, Reply, Text
from inspector.simulator.script import Answer, Close, Gate, Send, WaitFor, dropped
from inspector.simulator.server import running
from inspector.simulator.service import Service

PATIENCE = 30.0
SAMPLES = Path(__file__).parents[2] / "sample_captures"
REQUEST = {
    "model": "gpt-5", "stream": True, "input": "hi", "temperature": 1, "store": False,
    "include": ["reasoning.encrypted_content"],
}  # fmt: skip
STREAM = (("content-type", "text/event-stream"),)
DONE = b'data: {"type":"response.completed","response":{"id":"resp_1","object":"response"}}\n\n'


def story(ask: Ask) -> Answer:
    return ask.answer(Reply((Reasoning("Think."), Text("Hello."))))


def replay(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["replay", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def details(path: Path) -> list[ExchangeDetail]:
    with closing(Reader(path)) as reader:
        return [reader.detail(each.id) for each in reader.exchanges()]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A capture of two turns over the bridge, five exchanges."""
    path = tmp_path / "bridged.db"
    path.write_bytes((SAMPLES / "bridged.db").read_bytes())
    assert CliRunner().invoke(main, ["captures", "migrate", str(path)]).exit_code == 0
    return path


def test_each_boundary_beside_a_proxy_that_goes_on(start: Callable[..., Any]) -> None:
    with running(Service(story)) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        proxy.ask(REQUEST)
        (original,) = proxy.tape.over()
        asked, told = {}, {}
        for boundary in ("captured", "repaired", "translated", "payload"):
            done = replay(proxy.tape.path, 1, "--as", boundary, "--json")
            assert done.exit_code == 0, done.output
            printed = json.loads(done.stdout)
            assert (printed["parent"], printed["made"]["boundary"]) == ("1", boundary)
            asked[boundary] = upstream.received[-1]
            told[boundary] = done.stderr.strip().rpartition("; ")[2]
        proxy.ask(REQUEST)
        everything = proxy.recorded()
    assert asked["captured"].json() == REQUEST
    assert asked["captured"].target == asked["repaired"].target == "/openai/v1/responses"
    assert asked["repaired"].json() == {k: v for k, v in REQUEST.items() if k != "temperature"}
    assert asked["translated"].json() == asked["payload"].json()
    assert asked["payload"].body == original.legs[Leg.UPSTREAM_REQUEST].body
    assert asked["payload"].target == "/openai/v1/chat/completions"
    assert told["translated"] == told["payload"] == "the same answer as exchange 1"
    assert told["captured"].startswith("unlike exchange 1: 1 item new")  # chat answers have no reasoning
    assert everything[0].legs == original.legs
    assert [chunk.data for chunk in everything[0].chunks] == [chunk.data for chunk in original.chunks]
    first, *replays, last = (detail.exchange for detail in everything)
    assert [one.operation for one in replays] == ["responses.create"] * 2 + ["chat.create"] * 2
    assert {(one.session, one.turn) for one in replays} == {(first.session, first.turn)}
    assert (last.parent, last.mode) == (None, "bridge")


def test_many_at_once_are_limited_and_all_are_children(sample: Path, inspector: Callable[..., Any]) -> None:
    before = details(sample)
    with running(Service(story)) as upstream:
        done = inspector(
            "replay", sample, "1", "--to", upstream.base_url, "-n", "5", "--concurrency", "2", "--json"
        )
        assert done.status == 0, done.err
        assert len(upstream.received) == 5
    after = details(sample)
    assert after[:5] == before
    printed = [json.loads(line) for line in done.out.splitlines()]
    children = [detail.exchange for detail in after[5:]]
    assert sorted(int(one["id"]) for one in printed) == [one.id for one in children] == [6, 7, 8, 9, 10]
    assert {one.parent for one in children} == {1}
    assert "5 of 5 sent: 5 fine" in done.err
    assert "5 times unlike exchange 1: " in done.err
    listed = inspector("show", sample).out.decode().splitlines()
    assert [line.rpartition("↺ ")[2] for line in listed if "↺" in line] == ["1"] * 5
    spans = [(one.started, one.started + (one.ended or 0)) for one in children]
    at_once = [sum(begin <= moment < end for begin, end in spans) for moment, _ in spans]
    assert max(at_once) <= 2
    assert not any(file.exists() for file in sidecars(sample))


def test_a_capture_by_another_name_is_the_same_one(sample: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(sample)
    with running(Service(story)) as upstream:
        for file, into in ((link, None), (link, sample), (sample, link)):
            to = ["--to", upstream.base_url, *([] if into is None else ["--into", into])]
            done = replay(file, 1, *to, "--json")
            assert done.exit_code == 0, done.output
            printed = json.loads(done.stdout)
            assert (printed["parent"], printed["made"]["source"]) == ("1", None)
    assert [detail.exchange.parent for detail in details(sample)[5:]] == [1, 1, 1]


def test_ctrl_c_cancels_and_keeps_what_came(sample: Path, wait_for: Callable[..., Any]) -> None:
    gate = Gate()
    answer = Answer(200, STREAM, (Send(b": one\n\n"), WaitFor(gate), Send(DONE)))
    with running(lambda _: answer) as upstream:
        command = ["replay", sample, "1", "--to", upstream.base_url, "-n", "5", "--concurrency", "2"]
        process = subprocess.Popen(
            [sys.executable, "-m", "inspector", *map(str, command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_for(lambda: [one.exchange.status for one in details(sample)[5:]] == [200, 200], "two at once")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        assert len(upstream.received) == 2
        gate.open()
    assert (process.returncode, out) == (1, b"")
    assert b"0 of 5 sent" in err
    assert b"cancelled; what was under way is recorded" in err
    assert b"Traceback" not in err
    children = details(sample)[5:]
    assert [detail.exchange.outcome for detail in children] == [Outcome.CLIENT_GONE] * 2
    assert [detail.legs[Leg.RESPONSE].body for detail in children] == [b": one\n\n"] * 2
    assert not any(file.exists() for file in sidecars(sample))


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (azure.error(401, "401", "Access denied due to invalid subscription key."), 401, "Access denied"),
        (azure.not_found(), 404, "Resource not found"),
        (azure.rate_limited(retry_after="2"), 429, "try again in 2s"),
        (
            dropped(Answer(200, STREAM, (Send(b"data: {}\n\n"), Send(DONE))), 1, Close()),
            200,
            "broke off in the middle",
        ),
        (None, None, "connection refused; does anything listen there"),
    ],
    ids=["401", "404", "429", "broken", "refused"],
)
def test_what_goes_wrong_is_a_sentence_and_an_exchange(
    sample: Path, answer: Answer | None, status: int | None, words: str
) -> None:
    before = details(sample)
    with running(lambda _: answer or azure.not_found()) as upstream:
        base_url = upstream.base_url
        if answer is not None:
            done = replay(sample, 4, "--to", base_url, "--json")
    if answer is None:
        done = replay(sample, 4, "--to", base_url, "--json")
    assert done.exit_code == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    printed = json.loads(done.stdout)
    assert (printed["status"], printed["parent"]) == (status, "4")
    assert words in printed["error"]
    assert details(sample)[:-1] == before


def test_http_2_where_it_is_offered_and_certificates(
    tmp_path: Path, h2_server: Callable[..., Any], authority: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, into = SAMPLES / "functions.db", tmp_path / "new.db"
    server = h2_server(b'data: {"type":"response.created","response":{"id":"r"}}\n\n', DONE)
    done = replay(path, 1, "--to", server.base_url, "--into", into)
    assert done.exit_code == 1
    assert "its certificate is not trusted" in done.stderr
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.pem))
    done = replay(path, 1, "--to", server.base_url, "--into", into, "--json")
    assert done.exit_code == 0, done.output
    refused, fine = details(into)
    assert (refused.exchange.outcome, fine.exchange.http_version) == (Outcome.UNREACHABLE, "HTTP/2.0")
    assert fine.exchange.made is not None
    assert (fine.exchange.made.source, fine.exchange.parent) == ("functions.db 1", None)
    (headers, body), = server.received  # fmt: skip
    assert headers[":path"] == "/openai/v1/responses"
    assert body == fine.legs[Leg.REQUEST].body
