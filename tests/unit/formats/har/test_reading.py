"""Archives of other programs, each with its particulars."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.capture.model import Damage, ExchangeDetail, Leg, Outcome, Timing
from inspector.formats.har.reading import HarImporter
from inspector.formats.importing import Input

Entry = Callable[..., dict[str, Any]]
Read = Callable[..., list[Any]]
SSE = 'event: a\ndata: {"delta": "é — 🙂"}\n\ndata: 2\n\ndata: 3\n\n'
STREAM = [{"name": "Content-Type", "value": "text/event-stream"}]


def test_an_entry_as_every_writer_has_it(entry: Entry, read: Read) -> None:
    asked = {"postData": {"mimeType": "application/json", "text": '{"model": "é"}'}, "bodySize": 15}
    (detail,) = read(entry(asked, {"content": {"size": 2, "text": "{}"}}, connection="4711"))
    exchange = detail.exchange
    assert (exchange.id, exchange.method, exchange.operation) == (1, "POST", "responses.create")
    assert (exchange.started, exchange.http_version) == (1795255200.25, "HTTP/1.1")
    assert (exchange.request_done, exchange.first_byte, exchange.ended) == (0.1, 0.5, 1.0)
    assert (exchange.status, exchange.outcome, exchange.connection) == (200, Outcome.COMPLETE, "4711")
    assert exchange.source.place == "entry 1"
    assert exchange.source.remarks == ()
    assert detail.legs[Leg.REQUEST].body == '{"model": "é"}'.encode()
    assert detail.legs[Leg.REQUEST].headers == (("content-type", "application/json"),)
    assert [(chunk.leg, chunk.at, chunk.data) for chunk in detail.chunks] == [
        (Leg.REQUEST, 0.1, detail.legs[Leg.REQUEST].body),
        (Leg.RESPONSE, 1.0, b"{}"),
    ]


def test_the_events_of_a_stream_are_spread_over_its_time(entry: Entry, read: Read) -> None:
    (detail,) = read(entry({}, {"headers": STREAM, "content": {"size": 9, "text": SSE}}))
    assert [chunk.at for chunk in detail.chunks] == [0.5, 0.75, 1.0]
    assert detail.legs[Leg.RESPONSE].body == SSE.encode()
    assert detail.exchange.source.timing is Timing.WHOLE


def test_without_any_times_they_are_a_step_apart(entry: Entry, read: Read) -> None:
    (detail,) = read(entry({}, {"headers": STREAM, "content": {"text": SSE}}, timings={}, time=-1))
    assert [chunk.at for chunk in detail.chunks] == [0.0, 0.02, 0.04]
    assert detail.exchange.source.timing is Timing.EVEN
    assert (detail.exchange.first_byte, detail.exchange.ended) == (None, None)


def test_base64_and_what_is_none(entry: Entry, read: Read) -> None:
    data = base64.b64encode(b"\x89PNG\xff").decode()
    right, wrong, in_lines = read(
        entry({}, {"content": {"size": 5, "text": data, "encoding": "base64"}}),
        entry({}, {"content": {"size": 12, "text": "Not so: some", "encoding": "base64"}}),
        entry({}, {"content": {"size": 6, "text": f"{data[:4]}\r\n{data[4:]}", "encoding": "base64"}}),
    )
    assert right.legs[Leg.RESPONSE].body == b"\x89PNG\xff"
    assert wrong.legs[Leg.RESPONSE].body == b"Not so: some"
    assert wrong.exchange.source.remarks == (
        "The response's body is said to be base64, and is not: it is left as it stands.",
    )
    assert in_lines.legs[Leg.RESPONSE].body == b"\x89PNG\xff"


def test_what_was_unpacked_no_longer_claims_to_be_packed(entry: Entry, read: Read) -> None:
    headers = [{"name": "Content-Encoding", "value": "gzip"}, {"name": "X", "value": "y"}]
    packed = {"text": base64.b64encode(gzip.compress(b"{}")).decode(), "encoding": "base64"}
    told, kept = read(
        entry({}, {"headers": headers, "content": {"size": 2, "text": "{}"}}),
        entry({}, {"headers": headers, "content": packed}),
    )
    assert told.legs[Leg.RESPONSE].headers == (("X", "y"),)
    assert told.exchange.source.remarks == (
        "The response came with content-encoding gzip; the file holds it unpacked.",
    )
    assert kept.legs[Leg.RESPONSE].headers == (("Content-Encoding", "gzip"), ("X", "y"))


def test_chrome(entry: Entry, read: Read) -> None:
    pseudo = [{"name": ":path", "value": "/"}, {"name": "accept", "value": "*/*"}]
    gone = {"status": 0, "_error": "net::ERR_ABORTED", "httpVersion": ""}
    absent, aborted, reset, refused = read(
        entry({"headers": pseudo, "httpVersion": "h2"}, {"content": {"size": 420, "mimeType": "x-unknown"}}),
        entry({"httpVersion": "unknown"}, gone, _connectionId="99", connection="443"),
        entry({}, {"_error": "net::ERR_CONNECTION_RESET"}),
        entry({}, {"status": 0, "_error": "net::ERR_CONNECTION_REFUSED"}),
    )
    assert absent.legs[Leg.REQUEST].headers == (("accept", "*/*"),)
    assert absent.exchange.http_version == "HTTP/2.0"
    assert (absent.legs[Leg.RESPONSE].absent, absent.exchange.response_size) == (True, 420)
    assert (aborted.exchange.outcome, aborted.exchange.error) == (Outcome.CLIENT_GONE, "net::ERR_ABORTED")
    assert aborted.exchange.connection == "99"
    assert (aborted.exchange.http_version, set(aborted.legs)) == ("", {Leg.REQUEST})
    assert reset.exchange.outcome is Outcome.UPSTREAM_GONE
    assert refused.exchange.outcome is Outcome.UNREACHABLE


def test_firefox(entry: Entry, read: Read) -> None:
    left_out = {"size": 12, "mimeType": "text/event-stream", "comment": "Response bodies are not included."}
    detail, cut = read(
        entry({"bodySize": 30}, {"content": left_out}, connection="443"),
        entry({}, {"content": {"size": 9, "text": "{}", "comment": "Truncated."}}),
    )
    assert detail.exchange.connection == ""
    assert (detail.legs[Leg.REQUEST].absent, detail.legs[Leg.RESPONSE].absent) == (True, True)
    assert (detail.exchange.request_size, detail.exchange.response_size) == (30, 12)
    assert detail.exchange.source.remarks == (
        "The file does not hold the request's body of 30 bytes.",
        "The file does not hold the response's body of 12 bytes.",
    )
    assert cut.exchange.source.remarks == ("The file says of the response's body: Truncated.",)


def test_charles(entry: Entry, read: Read) -> None:
    form = {"mimeType": "application/x-www-form-urlencoded"}
    body = '{"input": "x"}'
    broken = {"_charlesStatus": "EXCEPTION", "statusText": None}
    misread, real, failed = read(
        entry(
            {"postData": {**form, "params": [{"name": body, "value": ""}]}}, {"_charlesStatus": "COMPLETE"}
        ),
        entry({"postData": {**form, "params": [{"name": "a", "value": "1"}, {"name": "b", "value": "é"}]}}),
        entry({}, broken),
    )
    assert misread.legs[Leg.REQUEST].body == body.encode()
    assert misread.exchange.outcome is Outcome.COMPLETE
    assert real.legs[Leg.REQUEST].body == b"a=1&b=%C3%A9"
    assert (failed.exchange.outcome, failed.exchange.error) == (
        Outcome.UPSTREAM_GONE,
        "Charles says EXCEPTION",
    )


def test_mitmproxy(entry: Entry, read: Read) -> None:
    misread = SSE.encode().decode("latin-1")
    undecodable = b"\xff\xfe\xfd".decode("utf-8", "surrogateescape")
    told, streamed = read(
        entry(
            {"postData": {"mimeType": "x", "text": undecodable}},
            {"headers": STREAM, "content": {"size": 9, "text": misread}},
            timings={"connect": 5000, "ssl": 100, "send": 100, "wait": 400, "receive": 500},
            time=6100,
        ),
        entry({}, {"headers": STREAM, "content": {"size": 0, "text": ""}}),
        creator="mitmproxy",
    )
    assert told.legs[Leg.REQUEST].body == b"\xff\xfe\xfd"
    assert told.legs[Leg.RESPONSE].body == SSE.encode()
    assert (told.exchange.request_done, told.exchange.ended) == (0.1, 1.0)
    assert streamed.legs[Leg.RESPONSE].absent


def test_a_websocket(entry: Entry, read: Read) -> None:
    start = 1795255200.25
    told = [
        ("send", 1, '{"type": "response.create", "model": "m"}'),
        ("receive", 1, '{"type": "response.created"}'),
        ("receive", 9, ""),
        ("receive", 2, base64.b64encode(b"\0").decode()),
        ("receive", 2, "no base64"),
        ("receive", 1, '{"type": "response.completed"}'),
        ("send", 1, "left over"),
    ]
    messages = [
        {"type": kind, "time": start + n, "opcode": opcode, "data": data}
        for n, (kind, opcode, data) in enumerate(told)
    ]
    socket = {"_resourceType": "websocket", "_webSocketMessages": [*messages, 7]}
    opened, asked, after = read(entry({"method": "GET"}, {"status": 101}, **socket), entry())
    assert (opened.exchange.operation, opened.exchange.outcome) == ("responses.connect", Outcome.COMPLETE)
    assert opened.legs[Leg.REQUEST].body == b"left over"
    assert (asked.exchange.socket, asked.exchange.method) == (opened.exchange.id, "WEBSOCKET")
    assert asked.exchange.source.timing is Timing.RECORDED
    assert [chunk.at for chunk in asked.chunks] == [0.0, 1.0, 3.0, 4.0, 5.0]
    assert asked.legs[Leg.RESPONSE].binary_messages == {1}
    assert after.exchange.id == 3


def test_a_websocket_that_broke(entry: Entry, read: Read) -> None:
    """As Chrome writes it: among the messages, and none of them."""
    sent = {"type": "send", "time": 1795255200.5, "opcode": 1, "data": '{"type": "response.create"}'}
    broke = {"type": "error", "time": 1795255201.0, "opcode": -1, "data": "WebSocket is closed."}
    opened, asked, refused = read(
        entry({"method": "GET"}, {"status": 101}, _webSocketMessages=[sent, broke]),
        entry({"method": "GET"}, {"status": 0}, _webSocketMessages=[broke]),
    )
    assert (opened.exchange.outcome, opened.exchange.error) == (Outcome.UPSTREAM_GONE, broke["data"])
    assert [chunk.data for chunk in (*opened.chunks, *asked.chunks)] == [sent["data"].encode()]
    assert (refused.exchange.outcome, refused.exchange.error) == (Outcome.UNREACHABLE, broke["data"])


def test_fiddler(entry: Entry, read: Read) -> None:
    """Dates to seven places with a zone, -1 for what was not timed, and what a person wrote at an entry."""
    timings = {"dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": 40, "receive": 2}
    about = {"startedDateTime": "2026-11-21T11:00:00.2500000+01:00", "timings": timings, "time": 42}
    (detail,) = read(entry(comment="[#12] the one that fails", **about))
    assert (detail.exchange.started, detail.exchange.ended) == (1795255200.25, 0.042)
    assert detail.exchange.source.remarks == ("The file says of it: [#12] the one that fails",)


def test_proxyman(entry: Entry, read: Read) -> None:
    """Members in any order: what an archive begins with may be its entries, and an entry its answer."""
    told = entry({}, {"content": {"size": 2, "text": "{}"}})
    turned = {name: told[name] for name in reversed(told)}
    content = json.dumps({"log": {"entries": [turned, turned], "version": "1.2"}}).encode()
    broken = content.replace(b'"size"', b'"size', 1)
    assert HarImporter().recognises(content, Path("some"))
    assert [detail.legs[Leg.RESPONSE].body for detail in read(content=content)] == [b"{}"] * 2
    damage, detail = read(content=broken)
    assert (type(damage), detail.legs[Leg.RESPONSE].body) == (Damage, b"{}")


def test_safari_and_insomnia(entry: Entry, read: Read) -> None:
    """The one writes texts of other encodings in base64, the other no time but that of the wait."""
    page = base64.b64encode("é".encode("utf-16-le")).decode()
    body = {"postData": {"mimeType": "application/json", "params": [], "text": "{}"}, "bodySize": -1}
    waited = {"blocked": -1, "dns": -1, "connect": -1, "send": 0, "wait": 700, "receive": 0, "ssl": -1}
    safari, insomnia = read(
        entry({}, {"content": {"size": 2, "compression": 0, "text": page, "encoding": "base64"}}),
        entry(body, {"bodySize": -1, "content": {"size": 2, "text": "[]"}}, timings=waited, time=700),
    )
    assert safari.legs[Leg.RESPONSE].body == "é".encode("utf-16-le")
    assert (insomnia.legs[Leg.REQUEST].body, insomnia.legs[Leg.RESPONSE].body) == (b"{}", b"[]")
    assert (insomnia.exchange.first_byte, insomnia.exchange.ended) == (0.7, 0.7)


def test_bytes_that_are_no_text_stay_in_a_body(entry: Entry, read: Read) -> None:
    told = entry({"postData": {"text": "caf?"}})
    content = json.dumps({"log": {"entries": [told]}}).encode().replace(b"caf?", b"caf\xe9")
    (detail,) = read(content=content)
    assert detail.legs[Leg.REQUEST].body == b"caf\xe9"


def test_what_is_not_told(entry: Entry, read: Read) -> None:
    bare = {"request": {}}
    odd = entry(
        {"method": 7, "url": None, "headers": [{"name": "a"}, ["b", "c"], 5, {"name": ""}], "postData": "x"},
        {"status": "200", "content": []},
        startedDateTime="yesterday",
        time=float("nan"),
        timings={"send": -1, "wait": 10**400, "receive": True},
    )
    for detail in read(bare, odd):
        assert (detail.exchange.method, detail.exchange.url, detail.exchange.started) == ("GET", "", 0.0)
        assert detail.exchange.outcome is Outcome.INTERRUPTED
        assert detail.exchange.source.remarks == ("The file does not tell when it was.",)
    assert detail.legs[Leg.REQUEST].headers == (("a", ""), ("b", "c"))
    (damage,) = read({"response": {}})
    assert damage.text == "Entry 1 has no request."


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b'{"log": {"version": "1.2"', True),
        (b'\xef\xbb\xbf\n{ "log" :{"_x": 1', True),
        (b'{"log": "a line of a log"}', False),
        (b'{"logs": {"version"', False),
        (b"", False),
        (b"\xff" * 9, False),
    ],
)
def test_it_is_known_by_how_it_begins(head: bytes, known: bool) -> None:
    assert HarImporter().recognises(head, Path("some.har")) is known


_ODD = st.none() | st.integers(-2, 700) | st.text(max_size=4) | st.lists(st.none(), max_size=1)
_PLACES = [
    ("startedDateTime",), ("time",), ("timings",), ("timings", "wait"), ("request",), ("request", "url"),
    ("request", "headers"), ("request", "postData"), ("request", "bodySize"), ("response",),
    ("response", "status"), ("response", "headers"), ("response", "content"), ("response", "content", "text"),
    ("response", "content", "encoding"), ("_webSocketMessages",), ("_inspector",), ("connection",),
]  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_entry_is_too_odd(entry: Entry, read: Read, data: st.DataObject) -> None:
    told = entry({"postData": {"text": "x"}}, {"content": {"text": "YQ==", "encoding": "base64"}})
    for *path, name in data.draw(st.lists(st.sampled_from(_PLACES), max_size=4)):
        at = told
        for step in path:
            at = at.get(step) if isinstance(at.get(step), dict) else {}
        at[name] = data.draw(_ODD)
    assert 1 <= len(read(told)) <= 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_file_is_too_odd(tmp_path: Path, begun: bytes, odd: bytes) -> None:
    path = tmp_path / "odd.har"
    path.write_bytes(begun + b'{"log": {"entries": [{"request": {}}, {"request"' + odd)
    for item in HarImporter().read(Input("odd.har", path, 0), lambda _: None):
        assert isinstance(item, ExchangeDetail | Damage)
