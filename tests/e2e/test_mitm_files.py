"""Flow files of the real mitmdump, as we read them; and ours, as it reads them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from mitmproxy.version import VERSION

from inspector.capture.model import Damage, ExchangeDetail, Leg, Outcome
from inspector.capture.reader import Reader
from inspector.formats.importing import Input
from inspector.formats.mitm.reading import MitmImporter
from inspector.formats.mitm.writing import MitmExporter
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer, Close, Send, in_order, whole_json
from inspector.simulator.server import running
from inspector.simulator.service import Service

ROOT = Path(__file__).resolve().parents[2]
ADDON = str(ROOT / "addons" / "recorder.py")
MITMDUMP = Path(sys.executable).with_name("mitmdump")
SSE = (("content-type", "text/event-stream"),)
EVENTS = [
    b'data: {"type":"response.created"}\n\n',
    b'data: {"type":"response.completed","response":{"id":"r"}}\n\n',
]
STREAM = Answer(200, SSE, [Send(each) for each in EVENTS])
PATH = "/openai/v1/responses"
STORES_STREAMED = int(VERSION.partition(".")[0]) >= 12
"""Whether it knows the option store_streamed_bodies: our addon has all bodies streamed."""
EDIT = """
def request(flow):
    if b"secretly" in flow.request.content:
        flow.backup()
        flow.request.content = b'{"edited": true}'
"""


class Dump:
    """mitmdump that writes a flow file."""

    def __init__(self, process: Any, file: Path, url: str) -> None:
        self.file = file
        self.url = url
        self._process = process
        self._url = urlsplit(url)

    def ask(self, body: bytes, path: str = PATH) -> bytes:
        """What comes as an answer; b"" where it breaks off."""
        assert self._url.hostname is not None
        with closing(HTTPConnection(self._url.hostname, self._url.port, timeout=20)) as connection:
            try:
                connection.request("POST", path, body, {"content-type": "application/json"})
                return connection.getresponse().read()
            except (HTTPException, ConnectionError):
                return b""

    def read(self) -> list[Any]:
        """The exchanges in the file, when it is closed."""
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(20) == 0
        return read(self.file)


def read(path: Path) -> list[Any]:
    return list(MitmImporter().read(Input(path.name, path, path.stat().st_size), lambda _: None))


@pytest.fixture
def dump(tmp_path: Path, wait_for: Callable[..., Any], starter: Any) -> Iterator[Callable[..., Dump]]:
    """Starts the stock mitmdump in front of an upstream."""
    started: list[Any] = []

    def start(upstream: str, *arguments: str) -> Dump:
        log, file = tmp_path / "log", tmp_path / "flows"
        with log.open("wb") as output:
            process = starter.Popen(
                [
                    MITMDUMP, f"--set=confdir={tmp_path / 'mitmproxy'}", f"--mode=reverse:{upstream}",
                    "--listen-host=127.0.0.1", "--listen-port=0", "-w", file, *arguments,
                ],
                stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        started.append(process)

        def port() -> str | None:
            assert process.poll() is None, log.read_text()
            _, listens, rest = log.read_text().partition("listening at ")
            return rest.split(".\n")[0].rpartition(":")[2].rstrip(".") if listens and "\n" in rest else None

        return Dump(process, file, f"http://127.0.0.1:{wait_for(port, 'mitmdump is ready')}")

    yield start
    for process in started:
        process.kill()
        process.wait(20)


def test_what_a_flow_file_tells_is_what_our_addon_recorded(
    dump: Callable[..., Dump], open_tape: Any, tmp_path: Path
) -> None:
    broken = Answer(200, SSE, [Send(EVENTS[0]), Close()])
    refused = whole_json({"error": {"message": "no"}}, status=400)
    with running(in_order(STREAM, refused, broken)) as upstream:
        origin = upstream.base_url.removesuffix("/openai/v1")
        script = [
            "-s",
            ADDON,
            f"--set=inspector_capture={tmp_path / 'own.db'}",
        ]
        one = dump(origin, *script, "--set=store_streamed_bodies=true")
        for n in range(3):
            one.ask(b'{"model": "m", "n": %d}' % n)
        tape = open_tape(tmp_path / "own.db")
        assert len(tape.over(3)) == 3
        told = one.read()
    recorded = tape.over(3)  # all that is to be told of them is there, now that mitmdump has ended
    assert [each.exchange.outcome for each in told] == [
        Outcome.COMPLETE, Outcome.COMPLETE, Outcome.UPSTREAM_GONE,
    ]  # fmt: skip
    for ours, theirs in zip(recorded, told, strict=True):
        assert _facts(ours) == _facts(theirs)
        assert ours.legs[Leg.REQUEST] == theirs.legs[Leg.REQUEST]
        assert ours.legs[Leg.RESPONSE].headers == theirs.legs[Leg.RESPONSE].headers
        for time in ("started", "request_done", "first_byte", "ended"):
            assert getattr(ours.exchange, time) == pytest.approx(getattr(theirs.exchange, time), abs=5)
        stored = STORES_STREAMED and ours.exchange.outcome is Outcome.COMPLETE
        assert theirs.legs[Leg.RESPONSE].absent is not stored
        assert not stored or ours.legs[Leg.RESPONSE].body == theirs.legs[Leg.RESPONSE].body


def test_the_messages_of_a_websocket(
    dump: Callable[..., Dump], web_socket: Callable[..., Any], open_tape: Any, tmp_path: Path
) -> None:
    with running(Service(lambda ask: ask.say(Text("words " * 50)), websockets=True)) as upstream:
        origin = upstream.base_url.removesuffix("/openai/v1")
        one = dump(origin, "-s", ADDON, f"--set=inspector_capture={tmp_path / 'own.db'}")
        client = web_socket(f"{one.url}{PATH}")
        for n in range(2):
            client.say({"type": "response.create", "model": "m", "input": f"hi {n}", "store": False})
            client.answer()
        client.say({"type": "response.processed"})
        client.say(b"\x00\xff")
        upstream.wait_until(lambda: len(upstream.received) == 5)
        client.drop()
        tape = open_tape(tmp_path / "own.db")
        assert len(tape.over(3)) == 3
        told = one.read()
    recorded = tape.over(3)  # all that is to be told of them is there, now that mitmdump has ended
    assert len(told) == 3
    for ours, theirs in zip(recorded, told, strict=True):
        assert _facts(ours) == _facts(theirs)
        assert ours.exchange.socket == theirs.exchange.socket
        assert [(each.leg, each.data) for each in ours.chunks] == [
            (each.leg, each.data) for each in theirs.chunks
        ]
        binary = [
            {leg: message.binary_messages for leg, message in each.legs.items()} for each in (ours, theirs)
        ]
        assert binary[0] == binary[1]


def _facts(detail: ExchangeDetail) -> list[Any]:
    exchange = detail.exchange
    words = (
        exchange.error if exchange.outcome is not Outcome.COMPLETE else None
    )  # of a status: they are derived
    return [
        exchange.method, exchange.url, exchange.operation, exchange.mode, exchange.outcome, exchange.status,
        exchange.http_version, exchange.connection, words,
    ]  # fmt: skip


def test_streamed_edited_and_unreachable(dump: Callable[..., Dump], tmp_path: Path) -> None:
    script = tmp_path / "edit.py"
    script.write_text(EDIT)
    with running(in_order(STREAM, whole_json({"id": "r"}))) as upstream:
        origin = upstream.base_url.removesuffix("/openai/v1")
        one = dump(
            origin, "-s", str(script), "--set=stream_large_bodies=40", "--set=connection_strategy=lazy"
        )
        assert one.ask(b'{"model": "m"}') == b"".join(EVENTS)
        one.ask(b'"secretly"')
        assert upstream.received[1].body == b'{"edited": true}'
    one.ask(b"{}")
    streamed, edited, unreachable = one.read()
    answer = streamed.legs[Leg.RESPONSE]
    assert (answer.absent, answer.body, answer.status) == (True, b"", 200)
    assert streamed.exchange.outcome is Outcome.COMPLETE
    assert edited.legs[Leg.REQUEST].body == b'"secretly"'
    assert edited.legs[Leg.UPSTREAM_REQUEST].body == b'{"edited": true}'
    assert edited.legs[Leg.RESPONSE].body == b'{"id":"r"}'
    assert unreachable.exchange.outcome is Outcome.UNREACHABLE
    assert "could not be reached: connection refused" in unreachable.exchange.error
    assert Leg.RESPONSE not in unreachable.legs


@pytest.mark.parametrize("sample", ["bridged", "dropped-connection"])
def test_mitmdump_reads_what_we_write(sample: str, tmp_path: Path, starter: Any) -> None:
    with closing(Reader(ROOT / "sample_captures" / f"{sample}.db")) as reader:
        details = [reader.detail(exchange.id) for exchange in reader.exchanges()]
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    with ours.open("wb") as out:
        MitmExporter().write(details, out)
    command: Sequence[Any] = [
        MITMDUMP,
        f"--set=confdir={tmp_path / 'mitmproxy'}",
        "-q",
        "-nr",
        ours,
        "-w",
        theirs,
    ]
    with (tmp_path / "log").open("wb") as output:
        assert starter.Popen(command, stdout=output, stderr=subprocess.STDOUT).wait(60) == 0
    assert (tmp_path / "log").read_text() == ""
    first, second = read(ours), read(theirs)
    assert len(first) == len(details) > 0
    assert not any(isinstance(each, Damage) for each in first)
    assert [_unplaced(each) for each in first] == [_unplaced(each) for each in second]


def _unplaced(detail: ExchangeDetail) -> ExchangeDetail:
    return replace(detail, exchange=replace(detail.exchange, source=None))
