"""What the bridge decides; and if it fails, the client gets an answer and the capture the traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mitmproxy.http import HTTPFlow, Response
from openai.types.responses import ResponseFailedEvent

from inspector.capture.model import Leg, Outcome
from inspector.protocol.conformance import check
from inspector.protocol.limits import Limits
from inspector.proxy import bridge as bridge_module
from inspector.proxy import bridged_answer
from inspector.proxy.bridge import Bridge
from inspector.proxy.bridged_call import OUR_FAILURE, Call
from inspector.proxy.inspection import Inspection
from inspector.proxy.recorder import Recorder
from inspector.proxy.routing import OpenedHosts
from inspector.proxy.translation import Translation

Make = Callable[..., HTTPFlow]
STREAM = b'{"model":"m","stream":true,"input":"hi"}'
WHOLE = b'{"model":"m","input":"hi"}'
CHUNK = b'data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n'


@pytest.fixture
def bridging(notebook: Any) -> Callable[..., Inspection]:
    """A bridge by these settings."""

    def make(**settings: Any) -> Inspection:
        recorder = Recorder(notebook)
        past: Any = Remembered()
        bridge = Bridge(recorder, Translation(**settings), past)
        return Inspection(recorder, hosts=OpenedHosts(), bridge=bridge)

    return make


@pytest.fixture
def inspection(bridging: Callable[..., Inspection]) -> Inspection:
    return bridging()


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
    begun = _events(b"".join(stream(CHUNK)))
    end = inspection.owned_response(flow, lambda _: False)
    assert end is not None
    assert not end.finished
    monkeypatch.setattr(end, "_translator", type("Broken", (), {"feed": _fail, "finished": False})())
    [failed] = stream(CHUNK)
    [event] = _events(failed)
    assert (event["type"], event["response"]["error"]["code"]) == ("response.failed", "server_error")
    ResponseFailedEvent.model_validate(event)
    assert check([*begun, event]) == []
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


async def test_an_error_names_the_piece_that_the_client_sent(inspection: Inspection, make_flow: Make) -> None:
    flow = make_flow(body=b'{"model":"m","instructions":"I","input":[{"role":"user","content":"hi"}]}')
    await _ask(inspection, flow)
    _answer(inspection, flow, 400, b'{"error":{"message":"no","param":"messages.[1].content"}}')
    inspection.response(flow)
    assert flow.response is not None
    assert json.loads(flow.response.content or b"")["error"]["param"] == "input[0].content"


REFUSED: list[tuple[str, str, str | None]] = [
    ('{"model":"m","input":7}', "invalid_type", "input"),
    ('{"input":"hi"}', "missing_required_parameter", "model"),
    ('{"model":"m","input":[{"type":"function_call"}]}', "missing_required_parameter", "input[0].call_id"),
    ('{"model":"m","input":"hi","temperature":3}', "invalid_value", "temperature"),
    ('{"model":"m","input":"hi","top_p":0.9}', "invalid_value", "top_p"),  # by a limit of the settings
    ('{"model":"gpt-5-codex","input":"hi"}', "unsupported_model", "model"),
    ('{"model":"mine","input":"hi"}', "unsupported_model", "model"),  # by the settings' families
    ('{"model":"m","input":"hi","previous_response_id":"resp_x"}', "unsupported_parameter", None),
    ("{" + " " * 200 + '"model":"m","input":"hi"}', "request_too_large", None),
    ('{"model":"\xff"}', "invalid_json", None),
]


@pytest.mark.parametrize(("body", "code", "param"), REFUSED)
async def test_what_is_refused_goes_nowhere(
    bridging: Any, make_flow: Make, notebook: Any, body: str, code: str, param: str | None
) -> None:
    limits = Limits(body=120, top_p=(0, 0.5))
    inspection = bridging(limits=limits, families={"mine": "o3-pro"})
    flow = make_flow(body=body.encode("latin-1"))
    await _ask(inspection, flow)
    assert flow.response is not None
    error = json.loads(flow.response.content or b"")["error"]
    assert (flow.response.status_code, error["type"], error["code"]) == (400, "invalid_request_error", code)
    assert error["param"] == param or param is None
    assert (Leg.UPSTREAM_REQUEST in notebook.heads, flow.request.path) == (False, "/openai/v1/responses")
    inspection.responseheaders(flow)
    inspection.response(flow)
    assert notebook.finished == [(Outcome.REFUSED, error["message"])]


async def test_an_earlier_response_is_put_before_the_input(inspection: Inspection, make_flow: Make) -> None:
    flow = make_flow(body=b'{"model":"m","input":"now","previous_response_id":"resp_known"}')
    await _ask(inspection, flow)
    messages = json.loads(flow.request.content or b"")["messages"]
    assert [message["content"] for message in messages] == ["before", "now"]


async def test_an_unknown_response_is_named(inspection: Inspection, make_flow: Make) -> None:
    flow = make_flow(body=b'{"model":"m","input":"now","previous_response_id":"resp_other"}')
    await _ask(inspection, flow)
    assert flow.response is not None
    assert "resp_other" in json.loads(flow.response.content or b"")["error"]["message"]


async def test_settings_reach_the_translation(bridging: Any, make_flow: Make) -> None:
    inspection = bridging(deployments={"m": "mine"}, families={"mine": "gpt-4"}, send_metadata=True)
    flow = make_flow(body=b'{"model":"m","input":"hi","metadata":{"a":"b"},"max_output_tokens":5}')
    await _ask(inspection, flow)
    asked = json.loads(flow.request.content or b"")
    assert (asked["model"], asked["metadata"], asked["max_tokens"]) == ("mine", {"a": "b"}, 5)


async def test_what_else_the_query_has_goes_along(bridging: Any, make_flow: Make) -> None:
    flow = make_flow("/openai/v1/responses?api-version=preview&subscription-key=a%2Fb", body=WHOLE)
    await _ask(bridging(api_version="2025-04-01-preview"), flow)
    chat = "/openai/deployments/m/chat/completions"
    assert flow.request.path == f"{chat}?api-version=2025-04-01-preview&subscription-key=a%2Fb"


CANNOT_STREAM = b'{"model":"o1","stream":true,"input":"hi"}'
COMPLETION = (
    b'{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hey"}}]}'
)


FAILED = ["response.created", "response.in_progress", "response.failed"]


def _events(content: bytes | None) -> list[dict[str, Any]]:
    blocks = (content or b"").split(b"\n\n")
    return [json.loads(block.partition(b"data: ")[2]) for block in blocks if block]


def _types(content: bytes | None) -> list[str]:
    return [event["type"] for event in _events(content)]


async def test_a_model_that_cannot_stream_is_asked_for_a_whole_answer(
    inspection: Inspection, make_flow: Make, notebook: Any
) -> None:
    flow = make_flow(body=CANNOT_STREAM)
    await _ask(inspection, flow)
    assert "stream" not in json.loads(flow.request.content or b"")
    assert flow.request.headers["accept"] == "application/json"
    stream = _answer(inspection, flow, 200, COMPLETION)
    assert stream is False
    inspection.response(flow)
    assert flow.response is not None
    assert flow.response.headers["content-type"] == "text/event-stream"
    types = _types(flow.response.content)
    assert (types[0], types[-1]) == ("response.created", "response.completed")
    assert notebook.body(Leg.UPSTREAM_RESPONSE) == COMPLETION
    assert notebook.body(Leg.RESPONSE) == flow.response.content


@pytest.mark.parametrize(
    ("status", "body", "told"), [(429, b'{"error":{"message":"no"}}', "no"), (200, b"<html>", "not a JSON")]
)
async def test_where_it_answers_otherwise_the_status_tells(
    inspection: Inspection, make_flow: Make, status: int, body: bytes, told: str
) -> None:
    flow = make_flow(body=CANNOT_STREAM)
    await _ask(inspection, flow)
    _answer(inspection, flow, status, body)
    inspection.response(flow)
    assert flow.response is not None
    assert flow.response.status_code == (status if status != 200 else 502)
    assert told in json.loads(flow.response.content or b"")["error"]["message"]


async def test_whoever_waits_for_a_stream_is_told_of_our_failure_in_one(
    inspection: Inspection, make_flow: Make, notebook: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Call, "translator", _fail)
    flow = make_flow(body=CANNOT_STREAM)
    await _ask(inspection, flow)
    _answer(inspection, flow, 200, COMPLETION)
    inspection.response(flow)
    assert flow.response is not None
    assert (flow.response.status_code, _types(flow.response.content)) == (200, FAILED)
    assert len(notebook.tracebacks) == 1


async def test_a_translator_that_cannot_even_be_made(
    inspection: Inspection, make_flow: Make, notebook: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Call, "translator", _fail)
    flow = make_flow(body=STREAM)
    await _ask(inspection, flow)
    stream = _answer(inspection, flow)
    [failed] = stream(CHUNK)
    assert _types(failed) == FAILED
    assert (stream(CHUNK), stream(b"")) == ([], [])
    assert "oh no" in notebook.tracebacks[0]


FINISH = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'


async def test_an_answer_that_lacks_only_its_usage(
    inspection: Inspection, make_flow: Make, notebook: Any
) -> None:
    flow = make_flow(body=STREAM)
    await _ask(inspection, flow)
    stream = _answer(inspection, flow)
    owned = inspection.owned_response(flow, lambda _: False)
    assert owned is not None
    states = [(owned.finishing, owned.finished)]
    for piece in (CHUNK, FINISH):
        stream(piece)
        states.append((owned.finishing, owned.finished))
    assert _types(b"".join(stream(b""))) == ["response.completed"]
    states.append((owned.finishing, owned.finished))
    assert states == [(False, False), (False, False), (True, False), (False, True)]
    assert "end upstream-response" in notebook.calls


async def test_dual_events(bridging: Any, make_flow: Make) -> None:
    inspection = bridging(events="dual")
    flow = make_flow(body=STREAM)
    await _ask(inspection, flow)
    stream = _answer(inspection, flow)
    events = [*stream(CHUNK), *stream(FINISH), *stream(b"")]
    assert _types(b"".join(events))[-1] == "response.done"
