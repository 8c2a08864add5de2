"""Observing: bytes pass as and when they came, and the capture has them, however the exchange ends."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from http.client import IncompleteRead
from typing import Any

import pytest

from inspector.capture.model import Leg, Outcome
from inspector.proxy import registry
from inspector.simulator.script import (
    Answer,
    Close,
    Gate,
    Reset,
    Send,
    WaitFor,
    in_order,
    whole,
    whole_json,
)
from inspector.simulator.server import running

SSE = (("content-type", "text/event-stream"), ("x-request-id", "r-1"))
COMPLETED = b'event: response.completed\ndata: {"type":"response.completed","response":{"id":"r"}}\n\n'
PIECES = (
    b": hello\n\nevent: response.created\nda",
    b'ta: {"type":"response.created"}\n\ndata: \xc3',
    b"\xa9\n\n",
    COMPLETED,
)


def test_recorded_bytes_are_the_bytes_that_were_sent(start_either: Callable[..., Any]) -> None:
    with running(lambda _: Answer(200, SSE, [Send(piece) for piece in PIECES])) as upstream:
        proxy = start_either(upstream.base_url)
        body = b'{"model":"gpt","stream":true,"input":"h\xc3\xa9"}'
        status, headers, got = proxy.ask(body, **{"authorization": "Bearer very-secret", "x-own": "1"})

        assert (status, got) == (200, b"".join(PIECES))
        assert headers["x-request-id"] == "r-1"
        [received] = upstream.received
        assert received.body == body
        assert received.target == "/openai/v1/responses"
        assert received.header("authorization") == "Bearer very-secret"
        assert received.header("host") == upstream.base_url.split("/")[2]

        [detail] = proxy.tape.over()
        assert detail.exchange.outcome is Outcome.COMPLETE
        assert detail.exchange.url == f"{upstream.base_url}/responses"
        assert detail.exchange.operation == "responses.create"
        assert detail.legs[Leg.REQUEST].body == body
        assert detail.legs[Leg.RESPONSE].body == upstream.sent[0].body
        assert [chunk.data for chunk in detail.chunks if chunk.leg is Leg.RESPONSE] == list(PIECES)
        assert dict(detail.legs[Leg.REQUEST].headers)["x-own"] == "1"
        assert dict(detail.legs[Leg.RESPONSE].headers)["x-request-id"] == "r-1"
        assert b"very-secret" not in proxy.tape.path.read_bytes()


def test_a_compressed_body_passes_compressed(start: Callable[..., Any]) -> None:
    packed = gzip.compress(b'{"id":"r"}')
    with running(lambda _: whole(packed, headers=(("content-encoding", "gzip"),))) as upstream:
        proxy = start(upstream.base_url)
        _, headers, got = proxy.ask(**{"accept-encoding": "gzip"})
        assert (headers["content-encoding"], got) == ("gzip", packed)
        [detail] = proxy.tape.over()
        assert detail.legs[Leg.RESPONSE].body == packed


def test_chunks_pass_while_upstream_still_sends(
    start_either: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    gate = Gate()
    with running(lambda _: Answer(200, SSE, (Send(PIECES[0]), WaitFor(gate), Send(COMPLETED)))) as upstream:
        proxy = start_either(upstream.base_url)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/responses", body=b"{}")
            response = client.getresponse()
            assert response.read1() == PIECES[0]

            def recorded() -> bool:
                return any(
                    chunk.leg is Leg.RESPONSE
                    for each in proxy.tape.exchanges()
                    for chunk in proxy.tape.detail(each.id).chunks
                )

            wait_for(recorded, "the first chunk is in the capture")
            gate.open()
            assert response.read() == COMPLETED


def test_a_killed_proxy_leaves_what_had_passed(
    start: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    gate = Gate()
    with running(lambda _: Answer(200, SSE, (Send(PIECES[0]), WaitFor(gate)))) as upstream:
        proxy = start(upstream.base_url)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/responses", body=b'{"model":"m"}')
            response = client.getresponse()
            assert response.read1() == PIECES[0]
            wait_for(
                lambda: (
                    proxy.tape.exchanges() and Leg.RESPONSE in {c.leg for c in proxy.tape.detail(1).chunks}
                ),
                "the chunk is in the capture",
            )
            os.kill(proxy.pid, signal.SIGKILL)
            wait_for(lambda: not proxy.running.alive, "the proxy is dead")
        gate.open()
        [detail] = proxy.tape.over()
        assert detail.exchange.outcome is Outcome.INTERRUPTED
        assert detail.legs[Leg.RESPONSE].body == PIECES[0]
        assert detail.legs[Leg.REQUEST].body == b'{"model":"m"}'


def test_a_proxy_that_is_told_to_end_says_so_in_the_capture(start: Callable[..., Any]) -> None:
    gate = Gate()
    with running(lambda _: Answer(200, SSE, (Send(PIECES[0]), WaitFor(gate)))) as upstream:
        proxy = start(upstream.base_url)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/responses", body=b"{}")
            assert client.getresponse().read1() == PIECES[0]
            [detail] = proxy.recorded()
        gate.open()
        assert detail.exchange.outcome is Outcome.INTERRUPTED
        assert detail.exchange.error == "The proxy was stopped."


def _reset(client: Any) -> None:
    """Ends a client's connection the hard way."""
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.sock.close()


def test_a_client_that_leaves(start: Callable[..., Any]) -> None:
    gates = (Gate(), Gate())
    sent = (PIECES[0], COMPLETED)
    answers = [
        Answer(200, SSE, (Send(piece), WaitFor(gate))) for piece, gate in zip(sent, gates, strict=True)
    ]
    with running(in_order(*answers)) as upstream:
        proxy = start(upstream.base_url)
        for count, (piece, gate) in enumerate(zip(sent, gates, strict=True), 1):
            client = proxy.connect()
            client.request("POST", "/openai/v1/responses", body=b"{}")
            response = client.getresponse()
            assert response.read1() == piece
            _reset(client)
            response.close()
            proxy.tape.over(count)
            gate.open()
        early, late = proxy.recorded()
    assert (early.exchange.outcome, late.exchange.outcome) == (Outcome.CLIENT_GONE, Outcome.COMPLETE)
    assert early.exchange.error is not None
    assert late.exchange.error is None


def test_an_upstream_that_breaks_off(start_either: Callable[..., Any]) -> None:
    ends = (Close(), Reset())
    with running(in_order(*(Answer(200, SSE, (Send(PIECES[0]), end)) for end in ends))) as upstream:
        proxy = start_either(upstream.base_url)
        for _ in ends:
            with closing(proxy.connect()) as client:
                client.request("POST", "/openai/v1/responses", body=b"{}")
                response = client.getresponse()
                assert response.read1() == PIECES[0]
                with pytest.raises((IncompleteRead, OSError)):
                    response.read()
        details = proxy.recorded()
    assert len(details) == len(ends)
    for detail in details:
        assert detail.exchange.outcome is Outcome.UPSTREAM_GONE
        assert "broke off in the middle" in (detail.exchange.error or "")
        assert detail.legs[Leg.RESPONSE].body == PIECES[0]


def test_an_upstream_that_cannot_be_reached(start_either: Callable[..., Any]) -> None:
    with (
        socket.socket() as taken
    ):  # bound, not listening: connections are refused, and nobody else gets the port
        taken.bind(("127.0.0.1", 0))
        authority = f"127.0.0.1:{taken.getsockname()[1]}"
        proxy = start_either(f"http://{authority}/openai/v1")
        status, headers, body = proxy.ask()
        sentence = f"{authority} could not be reached: connection refused."
        assert (status, headers["content-type"]) == (502, "application/json")
        assert json.loads(body)["error"]["message"] == sentence
        [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.UNREACHABLE
    assert sentence in (detail.exchange.error or "")
    assert detail.legs[Leg.RESPONSE].body == body


def test_an_upstream_that_gives_no_answer(start_either: Callable[..., Any]) -> None:
    with running(in_order(Answer(steps=[Close()]), whole_json({"id": "r"}))) as upstream:
        proxy = start_either(upstream.base_url)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/responses", body=b"{}")
            refused = client.getresponse()
            assert refused.status == 502
            assert "gave no answer" in json.loads(refused.read())["error"]["message"]
            client.request("POST", "/openai/v1/responses", body=b"{}")  # the same connection goes on
            assert client.getresponse().read() == b'{"id":"r"}'
        gone, fine = proxy.recorded()
    assert (gone.exchange.outcome, fine.exchange.outcome) == (Outcome.UPSTREAM_GONE, Outcome.COMPLETE)


def test_other_paths_pass_unrecorded_and_unbuffered(start: Callable[..., Any]) -> None:
    gate = Gate()
    with running(lambda _: Answer(200, SSE, (Send(b"one"), WaitFor(gate), Send(b"two")))) as upstream:
        proxy = start(upstream.base_url)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/audio/speech", body=b"12345")
            response = client.getresponse()
            assert response.read1() == b"one"
            gate.open()
            assert response.read() == b"two"
        assert upstream.received[0].body == b"12345"
        assert proxy.recorded() == []


def test_calls_on_one_connection_are_exchanges_of_their_own(start_either: Callable[..., Any]) -> None:
    answers = [whole_json({"n": 0}), whole_json({"n": 1}, status=429), Answer(204)]
    with running(in_order(*answers)) as upstream:
        proxy = start_either(upstream.base_url)
        with closing(proxy.connect()) as client:
            for method, path in (("POST", "/responses"), ("POST", "/chat/completions"), ("GET", "/models")):
                client.request(method, f"/openai/v1{path}", body=b"{}" if method == "POST" else None)
                client.getresponse().read()
        found = [each.exchange for each in proxy.recorded()]
    assert [each.status for each in found] == [200, 429, 204]
    assert [each.operation for each in found] == ["responses.create", "chat.create", "models"]
    assert len({each.connection for each in found}) == 1


def test_a_recorder_that_fails_does_not_disturb(
    start: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    with running(lambda _: Answer(200, SSE, [Send(piece) for piece in PIECES])) as upstream:
        proxy = start(upstream.base_url)
        assert proxy.ask()[2] == b"".join(PIECES)
        proxy.tape.over()
        with closing(sqlite3.connect(proxy.tape.path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert proxy.ask()[2] == b"".join(PIECES)
            told = wait_for(
                lambda: (registry.find(pid=proxy.pid) or proxy.running).problem, "a problem is told"
            )
            assert str(proxy.tape.path) in told
            assert proxy.ask()[2] == b"".join(PIECES)
            other.execute("ROLLBACK")
        wait_for(lambda: registry.find(pid=proxy.pid).problem is None, "all is well again")
        assert told in proxy.running.log.read_text()
        details = proxy.recorded()
    assert [each.legs[Leg.RESPONSE].body for each in details] == [b"".join(PIECES)] * 3
