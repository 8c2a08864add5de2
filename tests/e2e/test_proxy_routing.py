"""Reverse mode: one upstream, its host in the path, and nobody's open relay."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from inspector.capture.model import Leg, Outcome
from inspector.simulator.script import whole_json
from inspector.simulator.server import running


def test_another_host_in_the_path_is_refused(start_either: Callable[..., Any]) -> None:
    with running(lambda _: whole_json({})) as upstream:
        proxy = start_either(upstream.base_url)
        with closing(proxy.connect()) as client:
            path = "/evil.openai.azure.com/openai/v1/responses"
            client.request("POST", path, body=b"{}", headers={"authorization": "Bearer key"})
            response = client.getresponse()
            error = json.loads(response.read())["error"]
        assert (response.status, error["code"]) == (400, "wrong_host_in_path")
        assert "evil.openai.azure.com" in error["message"]
        assert proxy.base_url in error["message"]
        assert upstream.received == []
        [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.REFUSED
    assert json.loads(detail.legs[Leg.RESPONSE].body)["error"] == error


def test_a_path_without_a_host_goes_to_the_upstream_as_it_is(start: Callable[..., Any]) -> None:
    paths = ["/openai/v1/responses?api-version=preview", "/v1/responses"]
    with running(lambda _: whole_json({})) as upstream:
        proxy = start(upstream.base_url)
        for path in paths:
            with closing(proxy.connect()) as client:
                client.request("POST", path, body=b"{}")
                assert client.getresponse().status == 200
        assert [each.target for each in upstream.received] == paths


def test_it_is_no_forward_proxy(start: Callable[..., Any]) -> None:
    with running(lambda _: whole_json({})) as upstream, running(lambda _: whole_json({})) as other:
        proxy = start(upstream.base_url)
        with closing(proxy.connect()) as client:
            client.request("POST", f"{other.base_url}/responses", body=b"{}")
            response = client.getresponse()
            assert response.status == 400
            assert json.loads(response.read())["error"]["code"] == "not_a_forward_proxy"
        client = proxy.connect()
        client.set_tunnel("127.0.0.1", other.port)
        with pytest.raises(OSError, match="400"):
            client.connect()
        with closing(proxy.connect()) as client:  # its own upstream may be asked for like that
            client.request("POST", f"{upstream.base_url}/responses", body=b"{}")
            assert client.getresponse().status == 200
        assert [each.target for each in upstream.received] == ["/openai/v1/responses"]
        assert (other.received, other.connections) == ([], 0)


@contextmanager
def _web_socket_server() -> Iterator[tuple[int, list[bytes]]]:
    """Accepts one upgrade and sends the first frame back; gives its port and the heads that it saw."""
    heads: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += connection.recv(65536)
                heads.append(head)
                connection.sendall(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
                )
                # A client's frame is masked with the four bytes before its text, a server's is not.
                data = connection.recv(65536)
                text = bytes(byte ^ data[2 + i % 4] for i, byte in enumerate(data[6:]))
                connection.sendall(data[:1] + bytes([len(text)]) + text)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heads
        thread.join(10)


def test_a_web_socket_passes(start_either: Callable[..., Any]) -> None:
    with _web_socket_server() as (port, heads):
        proxy = start_either(f"http://127.0.0.1:{port}/openai/v1")
        parts = urlsplit(proxy.base_url)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as client:
            client.sendall(
                f"GET {parts.path}/responses HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            answer = client.makefile("rb")
            assert b" 101 " in answer.readline()
            while answer.readline().strip():
                pass
            client.sendall(b"\x81\x85\x00\x00\x00\x00hello")
            assert answer.read(7) == b"\x81\x05hello"
        assert heads[0].startswith(b"GET /openai/v1/responses HTTP/1.1\r\n")
        [detail] = proxy.recorded()
    assert (detail.exchange.operation, detail.exchange.status) == ("responses.connect", 101)
