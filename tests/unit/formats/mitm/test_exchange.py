"""A flow as an exchange, written by the mitmproxy at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy import http
from mitmproxy.flow import Error

from inspector.capture.model import Chunk, Leg, Made, Message, Outcome, Timing
from inspector.formats.mitm import tnetstring

BEGUN = 1_790_000_000.0
Make = Callable[..., http.HTTPFlow]
Told = Callable[..., list[Any]]


def test_what_a_flow_tells(flow: Make, told: Told) -> None:
    one = flow()
    one.request.headers.add("X-Odd", "caf\xe9")
    one.comment, one.marked = "look here", ":default:"
    one.client_conn.id = "c1"
    (detail,) = told(one)
    exchange = detail.exchange
    assert (exchange.id, exchange.method, exchange.operation) == (1, "POST", "responses.create")
    assert exchange.url == "https://my-res.openai.azure.com/openai/v1/responses"
    assert (exchange.started, exchange.request_done, exchange.first_byte, exchange.ended) == (
        BEGUN, 0.125, 0.5, 3.0,
    )  # fmt: skip
    assert (exchange.outcome, exchange.status, exchange.error) == (Outcome.COMPLETE, 200, None)
    assert (exchange.connection, exchange.http_version, exchange.mode) == ("c1", "HTTP/1.1", "observe")
    assert (exchange.marked, exchange.note, exchange.made, exchange.parent) == (True, "look here", None, None)
    assert (exchange.source.file, exchange.source.format, exchange.source.place) == (
        "flows", "mitmproxy", "byte 0",
    )  # fmt: skip
    assert (exchange.source.timing, exchange.source.remarks) == (Timing.WHOLE, ())
    assert detail.legs == {
        Leg.REQUEST: Message(
            (("content-type", "application/json"), ("content-length", "14"), ("X-Odd", "caf\xc3\xa9")),
            b'{"model": "m"}',
        ),
        Leg.RESPONSE: Message(
            (("content-type", "text/event-stream"), ("content-length", "10")), b"data: {}\n\n", 200
        ),
    }
    assert detail.chunks == (
        Chunk(Leg.REQUEST, 0, 0.125, b'{"model": "m"}'),
        Chunk(Leg.RESPONSE, 0, 0.5, b"data: {}\n\n"),
    )


def test_bytes_stay_as_they_passed(flow: Make, told: Told) -> None:
    one = flow(bytes(range(256)) * 700, bytes(range(255, -1, -1)))
    one.request.headers = http.Headers(((b"X-\xff", b"\x80\xff"), (b"x-\xff", b"again")))
    one.response.headers["content-encoding"] = "gzip"
    one.response.trailers = http.Headers(((b"Sum", b"1"),))
    (detail,) = told(one)
    assert detail.legs[Leg.REQUEST].body == bytes(range(256)) * 700
    assert detail.legs[Leg.RESPONSE].body == bytes(range(255, -1, -1))
    assert detail.legs[Leg.REQUEST].headers == (("X-\xff", "\x80\xff"), ("x-\xff", "again"))
    assert detail.legs[Leg.RESPONSE].trailers == (("Sum", "1"),)


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/3"])
def test_later_versions_of_http(flow: Make, told: Told, version: str) -> None:
    one = flow()
    one.request.http_version = one.response.http_version = version
    one.request.authority = "my-res.openai.azure.com"
    (detail,) = told(one)
    assert detail.exchange.http_version == version
    assert detail.exchange.url == one.request.url


def test_streamed_bodies_are_not_in_the_file(flow: Make, told: Told) -> None:
    one = flow()
    one.response.headers["content-length"] = "512"
    one.response.raw_content = None
    (detail,) = told(one)
    answer = detail.legs[Leg.RESPONSE]
    assert (answer.absent, answer.body, detail.exchange.response_size) == (True, b"", 512)
    assert not detail.legs[Leg.REQUEST].absent
    assert [chunk.leg for chunk in detail.chunks] == [Leg.REQUEST]
    assert detail.exchange.source.remarks == (
        "The file does not hold the response's body: mitmproxy passed it on piece by piece.",
    )


@pytest.mark.parametrize(
    ("said", "reached", "answered", "outcome", "error"),
    [
        (
            "[Errno 111] Connect call failed ('::1', 9)",
            False,
            False,
            Outcome.UNREACHABLE,
            "connection refused",
        ),
        ("server closed connection", True, False, Outcome.UPSTREAM_GONE, "gave no answer"),
        ("server closed connection", True, True, Outcome.UPSTREAM_GONE, "in the middle of the response"),
        ("Client disconnected.", True, True, Outcome.CLIENT_GONE, None),
        ("Connection killed.", True, False, Outcome.REFUSED, "killed in mitmproxy"),
    ],
)
def test_errors(
    flow: Make, told: Told, said: str, reached: bool, answered: bool, outcome: Outcome, error: str | None
) -> None:
    one = flow()
    one.error = Error(said, BEGUN + 7)
    if not answered:
        one.response = None
    else:
        one.response.timestamp_end = None
    one.server_conn.timestamp_start = 1.0 if reached else None
    (detail,) = told(one)
    assert (detail.exchange.outcome, detail.exchange.ended) == (outcome, 7.0)
    assert detail.exchange.error is error if error is None else error in detail.exchange.error
    assert (Leg.RESPONSE in detail.legs) is answered


def test_what_was_not_over_when_the_file_was_written(flow: Make, told: Told) -> None:
    asked, held, begun = flow(), flow(), flow()
    asked.response = None
    held.response, held.intercepted = None, True
    begun.response.timestamp_end = None
    details = told(asked, held, begun)
    assert [each.exchange.outcome for each in details] == [Outcome.INTERRUPTED] * 3
    assert [each.exchange.source.remarks for each in details] == [
        (), ("mitmproxy held it when the file was written.",), (),
    ]  # fmt: skip
    assert [each.exchange.source.place for each in details[:2]] == ["byte 0", f"byte {_size(asked)}"]


def test_a_body_that_broke_off_was_not_streamed(flow: Make, told: Told) -> None:
    one, other = flow(), flow()
    one.response.raw_content = one.response.timestamp_end = None
    one.error = Error("server closed connection", BEGUN + 7)
    other.request.raw_content = other.request.timestamp_end = other.response = None
    other.error = Error(
        "HTTP/1 protocol error: peer closed connection without sending complete message body "
        "(received 4 bytes, expected 1000)",
        BEGUN + 7,
    )
    answer, asked = told(one, other)
    for detail, what in ((answer, "response"), (asked, "request")):
        assert detail.exchange.source.remarks == (
            f"The file does not hold the {what}'s body: it never came to its end, and mitmproxy keeps whole "
            "ones only.",
        )
    assert answer.exchange.outcome is Outcome.UPSTREAM_GONE
    assert (asked.exchange.outcome, asked.exchange.error) == (Outcome.CLIENT_GONE, None)


@pytest.mark.parametrize(
    ("version", "alpn", "outcome"),
    [
        ("HTTP/2.0", None, Outcome.CLIENT_GONE),
        ("HTTP/2.0", b"http/1.1", Outcome.CLIENT_GONE),
        ("HTTP/1.1", b"h2", Outcome.UPSTREAM_GONE),
        ("HTTP/2.0", b"h2", Outcome.UPSTREAM_GONE),
    ],
)
def test_who_closed_over_http_2(
    flow: Make, told: Told, version: str, alpn: bytes | None, outcome: Outcome
) -> None:
    one = flow()
    one.error = Error("peer closed connection", BEGUN + 7)
    one.response.timestamp_end = None
    one.request.http_version, one.server_conn.alpn = version, alpn
    (detail,) = told(one)
    assert detail.exchange.outcome is outcome


def test_words_that_say_nothing(flow: Make, told: Told) -> None:
    one = flow()
    one.error = Error("", BEGUN + 7)
    one.metadata = {"inspector": {"outcome": "complete", "mode": "?", "made": "?"}}
    other = flow()
    other.error = Error("", BEGUN + 7)
    first, second = told(one, other)
    assert (first.exchange.mode, first.exchange.made) == ("observe", None)
    assert second.exchange.error.endswith("in the middle of the response: nobody says why.")


def test_replays_and_marks_of_other_kinds(flow: Make, told: Told) -> None:
    sent, answered = flow(), flow()
    sent.is_replay, answered.is_replay = "request", "response"
    answered.marked = ":red_circle:"
    sent, answered = told(sent, answered)
    assert sent.exchange.made == Made("replay")
    assert answered.exchange.made is None
    assert answered.exchange.marked
    assert [remark[:30] for remark in answered.exchange.source.remarks] == [
        "mitmproxy answered it with a r", "It is marked :red_circle: in m",
    ]  # fmt: skip


def _size(one: http.HTTPFlow) -> int:
    return len(tnetstring.encode(one.get_state()))
