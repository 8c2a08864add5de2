"""The bridge when something of ours fails: the client gets an answer, the capture the traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.http import HTTPFlow, Response

from inspector.capture.model import Leg, Outcome
from inspector.proxy import bridge as bridge_module
from inspector.proxy import bridged_answer
from inspector.proxy.bridge import Bridge
from inspector.proxy.bridged_call import OUR_FAILURE
from inspector.proxy.inspection import Inspection
from inspector.proxy.recorder import Recorder
from inspector.proxy.routing import OpenedHosts
from inspector.proxy.translation import Translation

Make = Callable[..., HTTPFlow]
STREAM = b'{"model":"m","stream":true,"input":"hi"}'
WHOLE = b'{"model":"m","input":"hi"}'
CHUNK = b'data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n'


@pytest.fixture
def inspection(notebook: Any) -> Inspection:
    recorder = Recorder(notebook)
    past: Any = Remembered()
    return Inspection(recorder, hosts=OpenedHosts(), bridge=Bridge(recorder, Translation(), past))


class Remembered:
    """Stands in for the capture's past."""

    async def items(self, response_id: object) -> list[dict[str, Any]] | None:
        return [{"role": "user", "content": "before"}] if response_id == "resp_known" else None


def _fail(*_: object, **__: object) -> Any:
    raise RuntimeError("oh no")


async def _ask(inspection: Inspection, flow: HTTPFlow) -> None:
    inspection.requestheaders(flow)
    await inspection.request(flow)


def _answer(inspection: Inspection, flow: HTTPFlow, status: int = 200, body: bytes = b"") -> Any:
    flow.response = Response.make(status, body, {"content-type": "text/event-stream"})
    inspection.responseheaders(flow)
    return flow.response.stream


async def test_the_request_becomes_a_chat_request(
    inspection: Inspection, make_flow: Make, notebook: Any
) -> None:
    flow = make_flow("/openai/responses?api-version=2025-04-01-preview", body=STREAM)
    await _ask(inspection, flow)
    version = "api-version=2025-04-01-preview"
    assert flow.request.path == f"/openai/deployments/m/chat/completions?{version}"
    assert flow.request.headers["accept-encoding"] == "identity"
    assert flow.request.headers["content-length"] == str(len(flow.request.raw_content or b""))
    assert notebook.body(Leg.UPSTREAM_REQUEST) == flow.request.raw_content
    assert notebook.begun[0]["mode"] == "bridge"


@pytest.mark.parametrize(("body", "status"), [(STREAM, 200), (WHOLE, 500)])
async def test_a_translation_that_raises(
    inspection: Inspection, make_flow: Make, notebook: Any, monkeypatch: Any, body: bytes, status: int
) -> None:
    monkeypatch.setattr(bridge_module, "translate_request", _fail)
    flow = make_flow(body=body)
    await _ask(inspection, flow)
    assert flow.response is not None
    assert flow.response.status_code == status
    content = flow.response.content or b""
    assert b"response.failed" in content if body is STREAM else b"bridge_failed" in content
    inspection.responseheaders(flow)
    inspection.response(flow)
    assert notebook.body(Leg.RESPONSE) == content
    assert "oh no" in notebook.tracebacks[0]
    assert notebook.finished == [(Outcome.COMPLETE, OUR_FAILURE)]


async def test_a_stream_whose_translation_raises_in_the_middle(
    inspection: Inspection, make_flow: Make, notebook: Any, monkeypatch: Any
) -> None:
    flow = make_flow(body=STREAM)
    await _ask(inspection, flow)
    stream = _answer(inspection, flow)
    assert stream(CHUNK)
    end = inspection.owned_response(flow)
    assert end is not None
    assert not end.finished
    monkeypatch.setattr(end, "_translator", type("Broken", (), {"feed": _fail, "finished": False})())
    [failed] = stream(CHUNK)
    event = json.loads(failed.partition(b"data: ")[2])
    assert (event["type"], event["response"]["error"]["code"]) == ("response.failed", "server_error")
    assert end.finished
    assert (stream(CHUNK), stream(b""), end.broke_off("gone")) == ([], [], [])
    assert notebook.body(Leg.UPSTREAM_RESPONSE) == CHUNK * 3


async def test_nothing_to_send_is_no_chunk(inspection: Inspection, make_flow: Make) -> None:
    flow = make_flow(body=STREAM)
    await _ask(inspection, flow)
    stream = _answer(inspection, flow)
    assert stream(b": comment\n\n") == []
    assert stream(CHUNK[:10]) == []
    assert stream(CHUNK[10:]) != []


@pytest.mark.parametrize(
    ("status", "body", "name", "told"),
    [
        (200, b'{"choices":[]}', "translate_response", "bridge_failed"),
        (429, b"{}", "translate_error", "bridge_failed"),
        (200, b"<html>", None, "invalid_upstream_answer"),
    ],
)
async def test_whole_answers_that_cannot_be_translated(
    inspection: Inspection,
    make_flow: Make,
    notebook: Any,
    monkeypatch: Any,
    status: int,
    body: bytes,
    name: str | None,
    told: str,
) -> None:
    if name:
        monkeypatch.setattr(bridged_answer, name, _fail)
    flow = make_flow(body=WHOLE)
    await _ask(inspection, flow)
    _answer(inspection, flow, status, body)
    inspection.response(flow)
    assert flow.response is not None
    assert json.loads(flow.response.content or b"")["error"]["code"] == told
    assert notebook.body(Leg.UPSTREAM_RESPONSE) == body
    assert notebook.body(Leg.RESPONSE) == flow.response.content
    assert len(notebook.tracebacks) == (1 if name else 0)
