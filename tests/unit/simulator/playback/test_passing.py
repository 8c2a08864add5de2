"""What is passed on: the same request at another address, its answer as it comes."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation, parse_upstream
from inspector.simulator.playback.deck import Deck, read_deck
from inspector.simulator.playback.passing import Passing, target_at
from inspector.simulator.playback.player import Player, Told
from inspector.simulator.record import End
from inspector.simulator.script import Answer, Close, Gate, Head, Received, Send, WaitFor, in_order, whole
from inspector.simulator.server import Simulator, running

UPSTREAM = "https://res.openai.azure.com/openai/v1"
BODY = b'{"model": "m", "input": "nobody recorded this"}'


@pytest.fixture
def through(
    exchange: Callable[..., ExchangeDetail], capture: Callable[..., Reader]
) -> Iterator[Callable[[str], tuple[Simulator, list[Told]]]]:
    """Serves a capture, and passes what nothing fits on to a server at that URL."""
    with contextlib.ExitStack() as stack:

        def serve(url: str) -> tuple[Simulator, list[Told]]:
            recorded, _ = read_deck(reader := capture(exchange({"model": "m", "input": "a"})))
            told: list[Told] = []
            passing = Passing(url, parse_upstream(UPSTREAM))
            player = Player(reader, Deck(recorded), speed=0, tell=told.append, through=passing)
            return stack.enter_context(running(player)), told

        yield serve


@contextlib.contextmanager
def asking(at: Simulator, target: str = "/x.com/openai/v1/responses", **headers: str) -> Iterator[Any]:
    with contextlib.closing(http.client.HTTPConnection(at.host, at.port, timeout=10)) as client:
        client.request("POST", target, BODY, headers)
        with client.getresponse() as response:
            yield response


def test_request_and_answer_as_they_are(through: Callable[..., Any]) -> None:
    answer = whole(b'{"error": {}}', status=429, headers=(("retry-after", "3"),))
    with running(in_order(answer)) as proxy:
        serving, told = through(proxy.url)
        with asking(serving, "/x.com/openai/v1/responses?a=1", authorization="Bearer k") as response:
            assert (response.status, response.read()) == (429, b'{"error": {}}')
            assert response.getheader("retry-after") == "3"
        [received] = proxy.received
    assert (received.method, received.body) == ("POST", BODY)
    assert received.target == "/res.openai.azure.com/openai/v1/responses?a=1"
    assert received.header("authorization") == "Bearer k"
    assert received.header("host") == proxy.url.removeprefix("http://")
    assert (told[0].status, told[0].passed, told[0].exchange, told[0].nearest) == (429, True, None, 1)


def test_headers_of_any_letters(through: Callable[..., Any]) -> None:
    with running(in_order(whole(b"{}"))) as proxy:
        serving, _ = through(proxy.url)
        with asking(serving, **{"x-title": "für".encode().decode("latin-1")}) as response:
            assert response.status == 200
        assert proxy.received[0].header("x-title") == "für".encode().decode("latin-1")


def test_what_fits_is_not_passed_on(through: Callable[..., Any]) -> None:
    with running(in_order(whole(b"x"))) as proxy:
        serving, told = through(proxy.url)
        with contextlib.closing(http.client.HTTPConnection(serving.host, serving.port, timeout=10)) as client:
            client.request("POST", "/openai/v1/responses", json.dumps({"model": "m", "input": "a"}))
            assert client.getresponse().read() == b"data: 1\n\ndata: 2\n\n"
    assert proxy.received == []
    assert told[0].passed is False


def test_pieces_come_as_they_came(through: Callable[..., Any]) -> None:
    gate = Gate()
    with running(in_order(Answer(200, (), (Head(), Send(b"one"), WaitFor(gate), Send(b"two"))))) as proxy:
        serving, _ = through(proxy.url)
        with asking(serving) as response:
            assert response.read(3) == b"one"  # while the rest has not come yet
            gate.open()
            assert response.read() == b"two"
    serving.wait_until(lambda: serving.sent[0].end is not End.OPEN)
    assert serving.sent[0].chunks == [b"one", b"two"]
    assert serving.sent[0].end is End.COMPLETE


def test_an_answer_that_breaks_off_breaks_off(through: Callable[..., Any]) -> None:
    with running(in_order(Answer(200, (), (Send(b"one"), Close())))) as proxy:
        serving, _ = through(proxy.url)
        with asking(serving) as response, pytest.raises(http.client.IncompleteRead):
            response.read()
    assert (serving.sent[0].body, serving.sent[0].end) == (b"one", End.CLOSED)


def test_nobody_there(through: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    serving, told = through(f"http://127.0.0.1:{port}")
    with asking(serving) as response:
        assert response.status == 502
        assert "could not be passed on" in response.read().decode()
    assert told[0].status == 502


def test_no_answer_at_all(through: Callable[..., Any]) -> None:
    with running(in_order(Answer(200, (), (Close(),)))) as proxy:
        serving, _ = through(proxy.url)
        with asking(serving) as response:
            assert response.status == 502


@pytest.mark.parametrize("steps", [(WaitFor(Gate()),), (Send(b"one"), WaitFor(Gate()))])
def test_a_client_that_leaves_is_gone_for_the_other_side_too(through: Callable[..., Any], steps: Any) -> None:
    with running(in_order(Answer(200, (), steps))) as proxy:
        serving, _ = through(proxy.url)
        client = socket.create_connection((serving.host, serving.port))
        head = f"POST /openai/v1/responses HTTP/1.1\r\nhost: x\r\ncontent-length: {len(BODY)}\r\n\r\n"
        client.sendall(head.encode() + BODY)
        proxy.wait_until(lambda: bool(proxy.sent) and len(proxy.sent[0].chunks) == len(steps) - 1)
        client.close()
        proxy.wait_until(lambda: proxy.sent[0].end is End.CLIENT_GONE)


@pytest.mark.parametrize(
    ("upstream", "operation", "target", "expected"),
    [
        (UPSTREAM, Operation.GET, "/openai/responses/r?api-version=1&b=2", "/openai/v1/responses/r?b=2"),
        (UPSTREAM, Operation.CANCEL, "/v1/responses/r/cancel", "/openai/v1/responses/r/cancel"),
        (UPSTREAM, Operation.MODELS, "/openai/models/m?api-version=1", "/openai/v1/models/m"),
        (UPSTREAM, Operation.CHAT, "/openai/deployments/d/chat/completions", "/openai/v1/chat/completions"),
        (
            "https://res.openai.azure.com/openai?api-version=2025-01-01",
            Operation.CHAT,
            "/openai/v1/chat/completions",
            "/openai/deployments/m/chat/completions?api-version=2025-01-01",
        ),
        (
            "https://res.openai.azure.com/openai?api-version=2025-01-01",
            Operation.EMBEDDINGS,
            "/openai/deployments/a%20b/embeddings?api-version=1",
            "/openai/deployments/a%20b/embeddings?api-version=2025-01-01",
        ),
    ],
)
def test_the_same_call_at_another_address(
    upstream: str, operation: Operation, target: str, expected: str
) -> None:
    received = Received(0, 0, "POST", target, (), b'{"model": "m"}')
    assert target_at(parse_upstream(upstream), operation, received) == expected
