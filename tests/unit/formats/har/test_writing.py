"""What we write is HAR 1.2, and says what other programs will not show."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Headers, Leg, Message, Outcome
from inspector.capture.reader import Reader
from inspector.formats.har import own
from inspector.formats.har.writing import HarExporter

SAMPLES = sorted((Path(__file__).parents[4] / "sample_captures").glob("*.db"))
Schema = Callable[[bytes], None]


def written(*details: ExchangeDetail) -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    told = HarExporter().write(details, out)
    return out.getvalue(), told


def the_entry(detail: ExchangeDetail) -> dict[str, Any]:
    (told,) = json.loads(written(detail)[0])["log"]["entries"]
    assert isinstance(told, dict)
    return told


def made(request: Message, response: Message | None = None, **more: Any) -> ExchangeDetail:
    legs = {Leg.REQUEST: request} | ({Leg.RESPONSE: response} if response else {})
    about = {"url": "https://r.openai.azure.com/openai/v1/responses", "outcome": Outcome.COMPLETE}
    about |= {"method": "POST", "operation": "", "mode": "observe", "started": 1_790_000_000.5}
    chunks = tuple(Chunk(leg, 0, 0.5, message.body) for leg, message in legs.items())
    return ExchangeDetail(Exchange(1, 0, **(about | more)), legs, chunks)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_recordings_are_archives_by_the_specification(sample: Path, schema: Schema) -> None:
    with closing(Reader(sample)) as reader:
        schema(written(*(reader.detail(exchange.id) for exchange in reader.exchanges()))[0])


def test_whatever_they_hold(schema: Schema) -> None:
    cookies: Headers = (("Cookie", "a=b; c=d=e; odd"), ("Set-Cookie", "s=t; Path=/; HttpOnly"))
    packed = Message((("content-encoding", "zstd"),), zstandard.compress(b"{}"), 302)
    details = [
        made(Message(cookies, b"\xff"), Message((*cookies, ("Location", "/x")), b"", 999)),
        made(Message((), b"", absent=True), Message((), b"", 200, absent=True), request_size=7),
        made(Message((), b""), packed, note="Here.", connection="c1", http_version="HTTP/2.0"),
        made(
            Message((), b""), url="/responses", request_done=2.0, first_byte=1.0, ended=0.5, error="refused"
        ),
        made(Message((), b""), url="responses"),
    ]
    content, told = written(*details)
    schema(content)
    assert content.count(b'"https://unknown.invalid/responses"') == 2
    assert told == [
        "Exchanges whose bodies are not in the capture: 1.",
        "Exchanges that were sent nobody knows where, and have https://unknown.invalid for it: 2.",
    ]
    schema(written()[0])


def test_the_schema_can_fail(schema: Schema) -> None:
    content, _ = written(made(Message((), b"{}")))
    for right, wrong in ((b'"cache":{},', b""), (b'"1.2"', b'"9"'), (b'"headersSize"', b'"sizes"')):
        with pytest.raises(ValueError, match="validation error"):
            schema(content.replace(right, wrong))


def test_texts_are_unpacked_and_sizes_are_those_of_both() -> None:
    body = zstandard.compress(b'{"a": "b"}' * 20)
    told = the_entry(made(Message((), b""), Message((("content-encoding", "zstd"),), body, 200)))["response"]
    assert told["content"]["text"] == '{"a": "b"}' * 20
    assert (told["content"]["size"], told["bodySize"]) == (200, len(body))
    assert told["content"]["compression"] == 200 - len(body)
    assert told["statusText"] == "OK"


def test_a_bomb_stays_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "LARGEST", 10_000)
    bomb = zstandard.compress(bytes(10_001))
    told = the_entry(made(Message((), b""), Message((("content-encoding", "zstd"),), bomb, 200)))["response"]
    assert told["content"]["size"] == len(bomb)


def test_bodies_that_are_no_text() -> None:
    told = the_entry(made(Message((), b"\xff"), Message((), b"\xfe", 200)))
    assert told["request"]["postData"] == {
        "mimeType": "application/octet-stream",
        "text": "/w==",
        "_encoding": "base64",
    }
    assert told["response"]["content"]["encoding"] == "base64"


def test_times_and_query() -> None:
    told = the_entry(
        made(Message((), b"{}"), url="https://h/a?x=1&y=", request_done=0.25, first_byte=1.0, ended=3.0)
    )
    assert told["startedDateTime"] == "2026-09-21T14:13:20.500000Z"
    assert (told["timings"]["send"], told["timings"]["wait"], told["timings"]["receive"]) == (250, 750, 2000)
    assert told["request"]["queryString"] == [{"name": "x", "value": "1"}, {"name": "y", "value": ""}]


def test_no_answer() -> None:
    told = the_entry(made(Message((), b"{}"), outcome=Outcome.UNREACHABLE, error="refused"))["response"]
    assert (told["status"], told["_error"]) == (0, "refused")
    fine = the_entry(made(Message((), b"{}"), Message((), b"{}", 429), error="rate limit"))["response"]
    assert "_error" not in fine


def test_messages_of_a_websocket_are_chromes() -> None:
    request = Message((), b"{}", binary_messages=frozenset())
    response = Message((), b"\0", None, binary_messages=frozenset({0}))
    told = the_entry(made(request, response, method="WEBSOCKET"))
    assert told["_resourceType"] == "websocket"
    assert told["_webSocketMessages"] == [
        {"type": "send", "time": 1_790_000_001.0, "opcode": 1, "data": "{}"},
        {"type": "receive", "time": 1_790_000_001.0, "opcode": 2, "data": "AA=="},
    ]
    assert (told["request"]["method"], told["response"]["status"]) == ("GET", 101)


def test_what_went_upstream_is_said_not_to_be_shown() -> None:
    detail = made(Message((), b"{}"))
    detail.legs[Leg.UPSTREAM_REQUEST] = Message((), b"{}")
    assert written(detail, detail)[1] == [
        "Exchanges of which other programs do not show what went upstream: 2."
    ]
