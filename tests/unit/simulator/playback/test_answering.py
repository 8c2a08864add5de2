"""Recorded answers as answers to give: bytes, bounds, times and ends as they were."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.model import Chunk, ExchangeDetail, Leg, Message, Outcome
from inspector.simulator.playback.answering import UPSTREAM, answer_of, can_be_played, is_cut, messages_of
from inspector.simulator.script import Close, Head, Send, Until

Make = Callable[..., ExchangeDetail]
SSE = (("content-type", "text/event-stream"),)


def moments(detail: ExchangeDetail, **more: Any) -> list[float]:
    return [round(step.seconds, 6) for step in answer_of(detail, **more).steps if isinstance(step, Until)]


def test_chunks_at_their_times_from_where_the_request_was_whole(exchange: Make) -> None:
    answer = answer_of(exchange({}, (b"a", b"b")))
    assert answer.status == 200
    kinds = [type(step) for step in answer.steps]
    assert kinds == [Until, Head, Until, Send, Until, Send, Until]
    assert [step.data for step in answer.steps if isinstance(step, Send)] == [b"a", b"b"]
    assert moments(exchange({}, (b"a", b"b"))) == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize(
    ("speed", "expected"), [(1, [0.1, 0.2, 0.3, 0.4]), (4, [0.025, 0.05, 0.075, 0.1]), (0, [])]
)
def test_speed(exchange: Make, speed: float, expected: list[float]) -> None:
    assert moments(exchange({}, (b"a", b"b")), speed=speed) == expected


def test_times_that_run_backwards_are_no_waits(exchange: Make) -> None:
    detail = exchange({}, (b"a", b"b"), first_byte=0.35)
    assert moments(detail) == [0.25, 0.3, 0.4]


def test_headers_but_those_of_the_connection(exchange: Make) -> None:
    headers = (
        *SSE, ("X-Request-Id", "1"), ("Transfer-Encoding", "chunked"), ("Connection", "close"),
        ("date", "then"), ("set-cookie", "a"), ("retry-after-ms", "5"),
    )  # fmt: skip
    answer = answer_of(exchange({}, status=429, headers=headers))
    assert (answer.status, answer.headers) == (429, (*SSE, ("X-Request-Id", "1"), ("retry-after-ms", "5")))


def test_a_length_that_was_told_is_told(exchange: Make) -> None:
    detail = exchange({}, {"a": 1}, headers=(("Content-Length", "8"),))
    assert answer_of(detail).headers == (("content-length", "8"),)


@pytest.mark.parametrize(
    "outcome", [Outcome.UPSTREAM_GONE, Outcome.CLIENT_GONE, Outcome.INTERRUPTED, Outcome.OPEN]
)
def test_what_broke_off_does_so_again(exchange: Make, outcome: Outcome) -> None:
    detail = exchange({}, (b"a",), headers=(("content-length", "9"),), outcome=outcome)
    answer = answer_of(detail)
    assert answer.steps[-1] == Close()
    assert answer.headers == ()
    assert is_cut(detail)


def test_an_upstream_that_says_nothing_and_hangs_up(exchange: Make) -> None:
    detail = exchange({}, outcome=Outcome.UPSTREAM_GONE)
    del detail.legs[Leg.RESPONSE]
    assert can_be_played(detail) is None
    assert [type(step) for step in answer_of(detail).steps] == [Until, Close]


def test_what_cannot_be_played(exchange: Make) -> None:
    unanswered = exchange({})
    del unanswered.legs[Leg.RESPONSE]
    assert can_be_played(unanswered) == "it was not answered"
    for leg, why in ((Leg.REQUEST, "its request"), (Leg.RESPONSE, "the body of its answer")):
        absent = exchange({})
        absent.legs[leg] = replace(absent.legs[leg], absent=True)
        assert (can_be_played(absent) or "").startswith(why)
    assert can_be_played(exchange({})) is None


def packed(exchange: Make, pieces: list[bytes], coding: str = "gzip") -> ExchangeDetail:
    return exchange({}, pieces, headers=(*SSE, ("content-encoding", coding)))


def in_pieces(*texts: bytes) -> list[bytes]:
    compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return [
        *(compressor.compress(text) + compressor.flush(zlib.Z_SYNC_FLUSH) for text in texts[:-1]),
        compressor.compress(texts[-1]) + compressor.flush(),
    ]


def test_what_is_packed_stays_so_for_who_takes_it(exchange: Make) -> None:
    pieces = in_pieces(b"data: 1\n\n", b"data: 2\n\n")
    for accepts in (None, ["gzip", "br"]):
        answer = answer_of(packed(exchange, pieces), accepts=accepts)
        assert answer.body == b"".join(pieces)
        assert ("content-encoding", "gzip") in answer.headers
    plain = answer_of(packed(exchange, pieces), accepts=["br"])
    assert [step.data for step in plain.steps if isinstance(step, Send)] == [b"data: 1\n\n", b"data: 2\n\n"]
    assert plain.headers == SSE


def test_a_header_that_says_packed_of_what_is_not_goes(exchange: Make) -> None:
    answer = answer_of(packed(exchange, [b'{"a": 1}']), accepts=["gzip"])
    assert (answer.body, answer.headers) == (b'{"a": 1}', SSE)


def test_a_length_is_that_of_what_goes_out(exchange: Make) -> None:
    body = gzip.compress(b"abc")
    headers = (("content-encoding", "gzip"), ("content-length", str(len(body))))
    assert answer_of(exchange({}, [body], headers=headers), accepts=[]).headers == (("content-length", "3"),)


def test_the_other_side_of_a_bridge(exchange: Make) -> None:
    detail = exchange({}, (b"a",), mode="bridge", outcome=Outcome.UPSTREAM_GONE)
    detail.legs[Leg.UPSTREAM_REQUEST] = Message((), b"{}")
    detail.legs[Leg.UPSTREAM_RESPONSE] = Message(SSE, b"x", 200)
    chunks = (
        *detail.chunks,
        Chunk(Leg.UPSTREAM_REQUEST, 0, 0.15, b"{}"),
        Chunk(Leg.UPSTREAM_RESPONSE, 0, 0.25, b"x"),
    )
    detail = replace(detail, chunks=chunks)
    theirs = answer_of(detail, UPSTREAM)
    assert theirs.body == b"x"
    assert moments(detail, side=UPSTREAM)[:1] == [0.05]  # its head came with what the client was told
    assert (is_cut(detail, UPSTREAM), is_cut(detail)) == (True, False)
    assert theirs.steps[-1] == Close()
    assert answer_of(detail).body == b"a"


def socket(exchange: Make, *messages: Any, **more: Any) -> ExchangeDetail:
    detail = exchange({"type": "response.create"}, [json.dumps(one).encode() for one in messages], **more)
    answer = replace(
        detail.legs[Leg.RESPONSE], headers=(("sec-websocket-accept", "x"), ("x-request-id", "1")),
        status=None, binary_messages=frozenset(),
    )  # fmt: skip
    return replace(detail, legs={**detail.legs, Leg.RESPONSE: answer})


def test_messages_of_a_websocket_are_events(exchange: Make) -> None:
    detail = socket(exchange, {"type": "response.created"}, {"no": "type"})
    answer = answer_of(detail)
    assert [step.data for step in answer.steps if isinstance(step, Send)] == [
        b'event: response.created\ndata: {"type": "response.created"}\n\n',
        b'data: {"no": "type"}\n\n',
    ]
    assert answer.headers == (("content-type", "text/event-stream; charset=utf-8"), ("x-request-id", "1"))
    assert moments(detail) == [0.2, 0.3, 0.4]


def test_messages_that_broke_off_do_so_again_on_either_way(exchange: Make) -> None:
    whole = socket(exchange, {"type": "response.created"})
    cut = replace(whole, exchange=replace(whole.exchange, outcome=Outcome.UPSTREAM_GONE))
    assert answer_of(cut).steps[-1] == Close()
    said = messages_of(cut, speed=0)
    assert said is not None
    assert said.steps == (Send(b'{"type": "response.created"}'), Close())
    assert messages_of(exchange({})) is None


def test_an_error_over_a_websocket_is_one_over_http(exchange: Make) -> None:
    error = {"type": "error", "status": 429, "error": {"message": "m"}, "headers": {"retry-after": "1"}}
    answer = answer_of(socket(exchange, error))
    assert (answer.status, json.loads(answer.body)) == (429, {"error": {"message": "m"}})
    assert answer.headers[0] == ("retry-after", "1")
    assert ("content-length", str(len(answer.body))) in answer.headers
