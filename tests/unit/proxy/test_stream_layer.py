"""The stream layer: there for both generations of mitmproxy, and out of the way where its API is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from mitmproxy import options
from mitmproxy.connection import Client
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode
from mitmproxy.proxy.layers.tls import ClientTLSLayer, ServerTLSLayer

from inspector.proxy import stream_layer


def _connection() -> tuple[NextLayer, HttpLayer]:
    """TLS, and HTTP in it, as mitmproxy's own addon decides."""
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), timestamp_start=0)
    context = Context(client, options.Options())
    server_tls, client_tls = ServerTLSLayer(context), ClientTLSLayer(context)
    http = HttpLayer(context, HTTPMode.transparent)
    server_tls.child_layer, client_tls.child_layer = client_tls, http
    decided: Any = SimpleNamespace(layer=server_tls)
    return decided, http


def test_it_is_supported_by_the_mitmproxy_that_is_installed() -> None:
    assert stream_layer.SUPPORTED


def test_it_finds_http_inside_tls() -> None:
    decided, http = _connection()
    owner: Any = SimpleNamespace()
    stream_layer.install(decided, owner)
    assert "make_stream" in vars(http)


def test_without_support_everything_stays(monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(stream_layer, "SUPPORTED", False)
    decided, http = _connection()
    owner: Any = SimpleNamespace()
    stream_layer.install(decided, owner)
    stream_layer.install(decided, owner)
    assert "make_stream" not in vars(http)
    assert caplog.text.count("not as we know them") == 1


def test_a_connection_that_is_no_http() -> None:
    owner: Any = SimpleNamespace()
    undecided: Any = SimpleNamespace(layer=None)
    stream_layer.install(undecided, owner)
    assert undecided.layer is None
