"""Repair mode: what has to change changes, all else passes byte for byte, and so does all if we fail."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.http import HTTPFlow

from inspector.capture.model import Leg
from inspector.proxy import repairs as repairs_module
from inspector.proxy.inspection import Inspection
from inspector.proxy.recorder import Recorder
from inspector.proxy.repairs import Repairs
from inspector.proxy.routing import OpenedHosts
from inspector.proxy.translation import Translation

Make = Callable[..., HTTPFlow]
BAD = b'{"model": "o3", "temperature": 1, "input": "hi"}'
GOOD = b'{"input": "hi",  "model": "gpt-4.1", "temperature": 1.0}'


@pytest.fixture
def repairing(notebook: Any) -> Callable[..., Inspection]:
    """Repair mode by these settings."""

    def make(**settings: Any) -> Inspection:
        repairs = Repairs(Translation(**settings))
        return Inspection(Recorder(notebook), hosts=OpenedHosts(), repairs=repairs)

    return make


async def _sent(inspection: Inspection, flow: HTTPFlow) -> bytes:
    inspection.requestheaders(flow)
    await inspection.request(flow)
    return flow.request.raw_content or b""


async def test_what_azure_would_refuse_is_repaired(repairing: Any, make_flow: Make, notebook: Any) -> None:
    flow = make_flow(body=BAD, content_type="application/json")
    sent = await _sent(repairing(), flow)
    assert json.loads(sent) == {"model": "o3", "input": "hi"}
    assert flow.request.headers["content-length"] == str(len(sent))
    assert (notebook.body(Leg.REQUEST), notebook.body(Leg.UPSTREAM_REQUEST)) == (BAD, sent)
    assert notebook.heads[Leg.UPSTREAM_REQUEST][1]["content-type"] == "application/json"
    assert notebook.begun[0]["mode"] == "repair"


@pytest.mark.parametrize("body", [GOOD, b"no JSON", b"[1]", b'"\xff"', b"", b"[" * 5000])
async def test_what_needs_no_repair_passes_byte_for_byte(
    repairing: Any, make_flow: Make, notebook: Any, body: bytes
) -> None:
    assert await _sent(repairing(), make_flow(body=body)) == body
    assert (Leg.UPSTREAM_REQUEST in notebook.heads, notebook.tracebacks) == (False, [])


async def test_our_failure_changes_nothing(
    repairing: Any, make_flow: Make, notebook: Any, monkeypatch: Any
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("oh no")

    monkeypatch.setattr(repairs_module, "repair_request", fail)
    flow = make_flow(body=BAD)
    assert await _sent(repairing(), flow) == BAD
    assert flow.response is None
    assert "oh no" in notebook.tracebacks[0]
    assert Leg.UPSTREAM_REQUEST not in notebook.heads


async def test_a_repaired_request_is_not_compressed(repairing: Any, make_flow: Make) -> None:
    flow = make_flow(body=b"")
    flow.request.headers["content-encoding"] = "gzip"
    flow.request.raw_content = gzip.compress(BAD)
    assert json.loads(await _sent(repairing(), flow)) == {"model": "o3", "input": "hi"}
    assert "content-encoding" not in flow.request.headers


async def test_settings_reach_the_repair(repairing: Any, make_flow: Make) -> None:
    assert await _sent(repairing(without=("sampling-fields",)), make_flow(body=BAD)) == BAD
    named = BAD.replace(b"o3", b"mine")
    assert await _sent(repairing(), make_flow(body=named)) == named
    sent = await _sent(repairing(families={"mine": "o3"}), make_flow(body=named))
    assert "temperature" not in json.loads(sent)


@pytest.mark.parametrize(
    ("path", "stored"),
    [("/openai/responses?api-version=2025-04-01-preview", True), ("/openai/v1/responses", False)],
)
async def test_the_url_that_is_asked_decides_about_stored_items(
    repairing: Any, make_flow: Make, path: str, stored: bool
) -> None:
    item = {"type": "message", "id": "msg_1", "role": "user", "content": "hi"}
    body = json.dumps({"model": "gpt-4.1", "store": False, "input": [item]}).encode()
    assert json.loads(await _sent(repairing(), make_flow(path, body=body)))["store"] is stored


async def test_other_calls_are_left_alone(repairing: Any, make_flow: Make, notebook: Any) -> None:
    assert await _sent(repairing(), make_flow("/openai/v1/responses/compact", body=BAD)) == BAD
    assert notebook.begun[0]["mode"] == "observe"


def test_a_websocket_is_refused(repairing: Any, make_flow: Make) -> None:
    flow = make_flow(method="GET", body=b"", upgrade="websocket")
    repairing().requestheaders(flow)
    assert flow.response is not None
    assert flow.response.status_code == 426
