"""Milliseconds of an archive as seconds after the start."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Leg, Message, Outcome
from inspector.formats.har.timing import Times, chunks, times


@pytest.mark.parametrize(
    ("told", "total", "expected"),
    [
        ({"blocked": 5, "dns": -1, "connect": 45, "ssl": 40, "send": 50, "wait": 100, "receive": 300}, 500,
         Times(0.1, 0.2, 0.5)),
        ({"send": 0, "wait": 100, "receive": -1}, 500, Times(0.0, 0.1, 0.5)),
        ({"send": 0, "wait": 100, "receive": 900}, 500, Times(0.0, 0.1, 1.0)),
        ({}, 500, Times(None, None, 0.5)),
        (None, None, Times(None, None, None)),
    ],
)  # fmt: skip
def test_steps_that_do_not_apply_take_no_time(told: Any, total: Any, expected: Times) -> None:
    assert times({"timings": told, "time": total}) == expected


def test_mitmproxy_connects_beside() -> None:
    told = {"timings": {"connect": 1000, "ssl": 1000, "send": 100, "wait": 100, "receive": 100}, "time": 2300}
    assert times(told, "mitmproxy") == Times(0.1, 0.2, pytest.approx(0.3))


def test_a_body_that_is_packed_or_no_stream_came_as_one() -> None:
    exchange = Exchange(1, 0, "GET", "/", "", "observe", 0.0, Outcome.COMPLETE, first_byte=1.0, ended=3.0)
    stream = (("Content-Type", "text/event-stream"),)
    body = b"data: 1\n\ndata: 2\n\n"
    assert [chunk.at for chunk in chunks(exchange, Leg.RESPONSE, Message(stream, body))] == [1.0, 3.0]
    for headers in ((), (*stream, ("content-encoding", "gzip"))):
        assert [chunk.at for chunk in chunks(exchange, Leg.RESPONSE, Message(headers, body))] == [3.0]
    assert chunks(exchange, Leg.RESPONSE, Message(stream, b"")) == []
