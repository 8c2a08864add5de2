"""Forward mode: the hosts that we know are opened, over HTTP/2 too; everything else passes as it is."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived

from inspector.capture.model import Leg, Outcome
from inspector.simulator.script import whole_json
from inspector.simulator.server import running

LOCALHOST = (r"^localhost(:\d+)?$",)
PIECES = (b'data: {"type":"response.created"}\n\nda', b'ta: {"type":"response.x"}\n\n')
COMPLETED = b'data: {"type":"response.completed","response":{"id":"r"}}\n\n'


@contextmanager
def _client(proxy: Any, trusted: Any = None, http2: bool = True) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=trusted or proxy.running.certificate)
    with httpx.Client(http2=http2, proxy=proxy.url, verify=context, timeout=20) as client:
        yield client


def test_http2_is_recorded_on_both_sides(
    start: Callable[..., Any], h2_server: Callable[..., Any], authority: Any
) -> None:
    upstream = h2_server(*PIECES, COMPLETED)
    proxy = start(None, forward=True, hosts=LOCALHOST, upstream_ca=authority.pem)
    with _client(proxy) as client:
        response = client.post(f"{upstream.base_url}/responses", json={"model": "m"}, headers={"x-own": "1"})
        assert (response.http_version, response.content) == ("HTTP/2", b"".join(PIECES) + COMPLETED)
    [(headers, body)] = upstream.received
    assert (headers["x-own"], headers[":path"]) == ("1", "/openai/v1/responses")
    [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.COMPLETE
    assert (detail.exchange.http_version, detail.exchange.url) == (
        "HTTP/2.0",
        f"{upstream.base_url}/responses",
    )
    assert detail.legs[Leg.REQUEST].body == body == b'{"model":"m"}'
    assert detail.legs[Leg.RESPONSE].body == b"".join(PIECES) + COMPLETED


@contextmanager
def _http2_connection(proxy: Any, port: int) -> Iterator[tuple[ssl.SSLSocket, H2Connection]]:
    context = ssl.create_default_context(cafile=proxy.running.certificate)
    context.set_alpn_protocols(["h2"])
    client = proxy.connect()
    client.set_tunnel("localhost", port)
    client.connect()
    with context.wrap_socket(client.sock, server_hostname="localhost") as connection:
        h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        h2.initiate_connection()
        yield connection, h2


def _ask_and_cancel(connection: ssl.SSLSocket, h2: H2Connection, stream: int, until: bytes) -> None:
    """What Codex does: ask, read up to the terminal event, cancel the stream (httpx does not cancel)."""
    head = {":method": "POST", ":scheme": "https", ":authority": "localhost", ":path": "/openai/v1/responses"}
    h2.send_headers(stream, list(head.items()))
    h2.send_data(stream, b"{}", end_stream=True)
    connection.sendall(h2.data_to_send())
    got = b""
    while got != until:
        for event in h2.receive_data(connection.recv(65536)):
            if isinstance(event, DataReceived):
                got += event.data
        connection.sendall(h2.data_to_send())
    h2.reset_stream(stream, ErrorCodes.CANCEL)
    connection.sendall(h2.data_to_send())


@pytest.mark.parametrize(
    ("pieces", "outcome"), [(PIECES, Outcome.CLIENT_GONE), ((*PIECES, COMPLETED), Outcome.COMPLETE)]
)
def test_a_client_that_cancels_its_stream(
    start: Callable[..., Any],
    h2_server: Callable[..., Any],
    authority: Any,
    wait_for: Callable[..., Any],
    pieces: tuple[bytes, ...],
    outcome: Outcome,
) -> None:
    upstream = h2_server(*pieces, end="hold")
    proxy = start(None, forward=True, hosts=LOCALHOST, upstream_ca=authority.pem)
    with _http2_connection(proxy, upstream.port) as (connection, h2):
        for stream in (1, 3):  # the connection is as good as before
            _ask_and_cancel(connection, h2, stream, until=b"".join(pieces))
            wait_for(lambda count=(stream + 1) // 2: len(upstream.resets) == count, "the reset upstream")
        assert upstream.resets == [ErrorCodes.CANCEL] * 2
        proxy.tape.over(2)
    _, detail = proxy.recorded()
    assert detail.exchange.outcome is outcome
    assert detail.legs[Leg.RESPONSE].body == b"".join(pieces)


def test_an_upstream_that_resets_its_stream(
    start: Callable[..., Any], h2_server: Callable[..., Any], authority: Any
) -> None:
    upstream = h2_server(*PIECES, end="reset")
    proxy = start(None, forward=True, hosts=LOCALHOST, upstream_ca=authority.pem)
    with _client(proxy) as client, pytest.raises(httpx.RemoteProtocolError):
        client.post(f"{upstream.base_url}/responses", json={})
    [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.UPSTREAM_GONE
    assert "stream reset (INTERNAL_ERROR)" in (detail.exchange.error or "")


def test_other_hosts_pass_unopened(start: Callable[..., Any], authority: Any) -> None:
    with running(lambda _: whole_json({"id": "r"}), tls=authority.server_context()) as upstream:
        proxy = start(None, forward=True)
        with _client(proxy, trusted=authority.pem, http2=False) as client:
            url = upstream.base_url.replace("127.0.0.1", "localhost")
            assert client.post(f"{url}/responses", json={}).json() == {"id": "r"}
        assert proxy.recorded() == []


def test_a_server_that_speaks_first_passes(start: Callable[..., Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def greet() -> None:
            with listener.accept()[0] as connection:
                connection.sendall(b"220 hello\r\n")
                connection.recv(1)

        greeting = Thread(target=greet, daemon=True)
        greeting.start()
        proxy = start(None, forward=True)
        address = urlsplit(proxy.url)
        # By hand: http.client would read the greeting away with the head of the answer.
        with socket.create_connection((address.hostname, address.port), 20) as client:
            client.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
            got = b""
            while not got.endswith(b"hello\r\n") and (more := client.recv(100)):
                got += more
        assert got.startswith(b"HTTP/1.1 200 ")
        assert got.endswith(b"\r\n\r\n220 hello\r\n")
        greeting.join(10)


def test_an_opened_host_that_cannot_be_reached(start: Callable[..., Any]) -> None:
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        proxy = start(None, forward=True, hosts=LOCALHOST)
        with _client(proxy) as client:
            response = client.post(f"https://localhost:{port}/openai/v1/responses", json={})
        assert response.status_code == 502
        assert f"localhost:{port} could not be reached" in response.json()["error"]["message"]
        [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize("forward", [True, False])
def test_an_upstream_that_is_not_trusted(start: Callable[..., Any], authority: Any, forward: bool) -> None:
    with running(lambda _: whole_json({}), tls=authority.server_context()) as upstream:
        url = upstream.base_url.replace("127.0.0.1", "localhost")
        if forward:
            proxy = start(None, forward=True, hosts=LOCALHOST)
            with _client(proxy) as client:
                response = client.post(f"{url}/responses", json={})
            status, body = response.status_code, response.content
        else:
            proxy = start(url)
            status, _, body = proxy.ask()
        assert status == 502
        assert "ertificate verify failed" in json.loads(body)["error"]["message"]
        assert upstream.received == []
        [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.UNREACHABLE
    assert "ertificate verify failed" in (detail.exchange.error or "")


def test_a_trusted_upstream_in_reverse_mode(start: Callable[..., Any], authority: Any) -> None:
    with running(lambda _: whole_json({"id": "r"}), tls=authority.server_context()) as upstream:
        url = upstream.base_url.replace("127.0.0.1", "localhost")
        proxy = start(url, upstream_ca=authority.pem)
        assert proxy.ask()[::2] == (200, b'{"id":"r"}')
        assert upstream.received[0].header("host") == f"localhost:{upstream.port}"
        [detail] = proxy.recorded()
    assert detail.exchange.url == f"{url}/responses"
