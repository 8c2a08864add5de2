"""Our hooks as mitmproxy calls them, flow by flow: what is recorded, what is left alone, and the guard."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.flow import Error
from mitmproxy.http import Headers, HTTPFlow, Response

from inspector.capture.model import Leg, Outcome
from inspector.protocol.azure import parse_upstream
from inspector.proxy.inspection import Inspection
from inspector.proxy.recorder import Recorder
from inspector.proxy.routing import OpenedHosts
from inspector.proxy.upstream_proxy import parse_upstream_proxy

Make = Callable[..., HTTPFlow]
REVERSE = "reverse:https://my-res.openai.azure.com"


@pytest.fixture
def inspect(notebook: Any) -> Callable[..., Inspection]:
    def make(**given: Any) -> Inspection:
        return Inspection(Recorder(notebook), hosts=OpenedHosts(), **given)

    return make


def _respond(inspection: Inspection, flow: HTTPFlow, *chunks: bytes, status: int = 200) -> list[bytes]:
    """Plays mitmproxy: an upstream's answer, streamed as the hooks ask for."""
    flow.response = Response.make(status, b"", {"content-type": "text/event-stream"})
    inspection.responseheaders(flow)
    stream: Any = flow.response.stream
    passed = [stream(chunk) for chunk in chunks] if callable(stream) else list(chunks)
    if callable(stream):
        stream(b"")
    inspection.response(flow)
    return passed


async def test_an_exchange_from_head_to_end(inspect: Any, make_flow: Make, notebook: Any) -> None:
    inspection, flow = inspect(), make_flow(body=b'{"a":1}', x_own="1")
    inspection.requestheaders(flow)
    await inspection.request(flow)
    assert flow.request.stream is False
    assert _respond(inspection, flow, b"one", b"two") == [b"one", b"two"]
    [begun] = notebook.begun
    assert (begun["url"], begun["operation"]) == (
        "https://my-res.openai.azure.com/openai/v1/responses",
        "responses.create",
    )
    assert ("x-own", "1") in begun["headers"]
    assert notebook.chunks == [
        (Leg.REQUEST, b'{"a":1}'),
        (Leg.RESPONSE, b"one"),
        (Leg.RESPONSE, b"two"),
    ]
    assert notebook.finished == [(Outcome.COMPLETE, None)]
    assert notebook.calls[-2:] == ["end response", "finish"]


async def test_trailers(inspect: Any, make_flow: Make, notebook: Any) -> None:
    inspection, flow = inspect(), make_flow()
    inspection.requestheaders(flow)
    flow.request.trailers = Headers(a="b")
    await inspection.request(flow)
    assert "trailers request" in notebook.calls


async def test_an_answer_of_another_addon_is_recorded_too(
    inspect: Any, make_flow: Make, notebook: Any
) -> None:
    inspection, flow = inspect(), make_flow()
    inspection.requestheaders(flow)
    await inspection.request(flow)
    flow.response = Response.make(418, b"teapot")
    inspection.responseheaders(flow)
    inspection.response(flow)
    assert notebook.body(Leg.RESPONSE) == b"teapot"


@pytest.mark.parametrize(
    ("path", "host"), [("/openai/v1/files", "my-res.openai.azure.com"), ("/v1/responses", "other.example")]
)
async def test_what_is_not_recorded(
    inspect: Any, make_flow: Make, notebook: Any, path: str, host: str
) -> None:
    inspection, flow = inspect(), make_flow(path, host=host)
    inspection.requestheaders(flow)
    await inspection.request(flow)
    assert _respond(inspection, flow, b"one") == [b"one"]
    flow.error = Error("x")
    inspection.error(flow)
    assert flow.request.stream is False
    assert flow.response is not None
    assert flow.response.stream is False  # a person's mitmproxy may want to show it whole
    assert notebook.calls == []


def test_alone_what_is_not_recorded_streams(inspect: Any, make_flow: Make) -> None:
    inspection, flow = inspect(alone=True), make_flow("/openai/v1/files")
    inspection.requestheaders(flow)
    _respond(inspection, flow)
    assert flow.response is not None
    assert (flow.request.stream, flow.response.stream) == (True, True)


async def test_a_broken_notebook_loses_no_byte(inspect: Any, make_flow: Make, notebook: Any) -> None:
    inspection, flow = inspect(), make_flow()
    inspection.requestheaders(flow)
    await inspection.request(flow)
    notebook.broken = True
    assert _respond(inspection, flow, b"one", b"two") == [b"one", b"two"]
    [trace] = notebook.tracebacks  # told once, not for every chunk
    assert "the notebook is broken" in trace


def test_no_hook_raises(inspect: Any, make_flow: Make, notebook: Any, monkeypatch: Any) -> None:
    inspection, flow = inspect(), make_flow()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("oh no")

    for name in ("begin", "request", "responseheaders", "response", "error"):
        monkeypatch.setattr(inspection.recorder, name, fail)
    inspection.requestheaders(flow)
    inspection.error(flow)
    inspection.next_layer(None)
    assert len(notebook.tracebacks) == 3
    assert all("Traceback" in trace for trace in notebook.tracebacks)


def test_reverse_mode_takes_the_host_off_the_path(inspect: Any, make_flow: Make, notebook: Any) -> None:
    flow = make_flow("/my-res.openai.azure.com/openai/v1/responses", mode=REVERSE)
    inspect().requestheaders(flow)
    assert flow.request.path == "/openai/v1/responses"
    assert flow.response is None


def test_reverse_mode_alone_says_where_to(inspect: Any, make_flow: Make) -> None:
    upstream = parse_upstream("https://gateway.example:8443/v1")
    via = parse_upstream_proxy("http://u:p@company:3128")
    flow = make_flow("/v1/responses", mode="reverse:http://gateway.example:8443", host="gateway.example")
    flow.request.scheme, flow.request.headers["host"] = "http", "gateway.example:8443"
    inspection = inspect(upstream=upstream, via=via, alone=True)
    inspection.requestheaders(flow)
    assert flow.request.url == "https://gateway.example:8443/v1/responses"
    assert flow.request.headers["host"] == "gateway.example:8443"
    assert flow.server_conn.via == ("http", ("company", 3128))
    tunnel = make_flow()
    inspection.http_connect_upstream(tunnel)
    assert tunnel.request.headers["proxy-authorization"] == "Basic dTpw"


async def test_a_refusal_is_answered_and_recorded(inspect: Any, make_flow: Make, notebook: Any) -> None:
    inspection, flow = inspect(), make_flow("/evil.example/v1/responses", mode=REVERSE)
    inspection.requestheaders(flow)
    assert flow.response is not None
    await inspection.request(flow)
    inspection.responseheaders(flow)
    inspection.response(flow)
    error = json.loads(notebook.body(Leg.RESPONSE))["error"]
    assert error["code"] == "wrong_host_in_path"
    assert notebook.finished == [(Outcome.REFUSED, error["message"])]


def test_the_end_of_the_proxy_ends_what_runs(inspect: Any, make_flow: Make, notebook: Any) -> None:
    inspection = inspect()
    inspection.requestheaders(make_flow())
    inspection.done()
    assert notebook.finished == [(Outcome.INTERRUPTED, "The proxy was stopped.")]
    assert notebook.calls[-1] == "close"


def test_a_tunnel_to_an_opened_host_is_granted_at_once(inspect: Any, make_flow: Make) -> None:
    opened, other = make_flow(), make_flow(host="other.example")
    inspection = inspect(alone=True)
    inspection.http_connect(opened)
    inspection.http_connect(other)
    assert opened.response is not None
    assert (opened.response.status_code, len(opened.response.headers)) == (200, 0)
    assert other.response is None
