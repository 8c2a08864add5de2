"""Bridging: Responses in front, Chat Completions behind, and a proper end whatever upstream does."""

from __future__ import annotations

import gzip
import json
import ssl
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import pytest

from inspector.capture.model import Leg, Outcome
from inspector.proxy.settings import Mode
from inspector.simulator.script import Answer, Close, HoldOpen, Reset, Send, in_order, whole, whole_json
from inspector.simulator.server import running

SSE = (("content-type", "text/event-stream"), ("x-request-id", "r-1"))
REQUEST = {"model": "gpt-5.5", "stream": True, "input": "hi"}


def _event(value: object) -> bytes:
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _event({"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]})


HELLO = (_chunk({"role": "assistant", "content": "Hel"}), _chunk({"content": "lo"}))
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
FINISH = (
    _chunk({}, "stop"),
    _event({"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": USAGE}),
)
DONE = _event(b"[DONE]")
GOOD = Answer(200, SSE, [Send(piece) for piece in (*HELLO, *FINISH, DONE)])


def _events(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(block.partition(b"data: ")[2]) for block in body.split(b"\n\n") if block]


def _text(event: dict[str, Any]) -> str:
    text: str = event["response"]["output"][0]["content"][0]["text"]
    return text


def test_a_stream_and_its_four_legs(start_either: Callable[..., Any]) -> None:
    with running(lambda _: GOOD) as upstream:
        proxy = start_either(upstream.base_url, mode=Mode.BRIDGE)
        status, headers, body = proxy.ask(REQUEST, **{"authorization": "Bearer k", "accept-encoding": "gzip"})
        assert (status, headers["content-type"]) == (200, "text/event-stream")
        assert headers["x-request-id"] == "r-1"
        events = _events(body)
        assert [event["type"] for event in events][:2] == ["response.created", "response.in_progress"]
        assert events[-1]["type"] == "response.completed"
        assert _text(events[-1]) == "Hello"

        [asked] = upstream.received
        assert asked.target == "/openai/v1/chat/completions"
        assert asked.header("accept-encoding") == "identity"
        assert asked.header("authorization") == "Bearer k"
        assert asked.header("content-length") == str(len(asked.body))
        assert asked.json()["messages"] == [{"role": "user", "content": "hi"}]

        [detail] = proxy.recorded()
        assert (detail.exchange.outcome, detail.exchange.mode) == (Outcome.COMPLETE, "bridge")
        assert json.loads(detail.legs[Leg.REQUEST].body) == REQUEST
        assert detail.legs[Leg.UPSTREAM_REQUEST].body == asked.body
        assert detail.legs[Leg.UPSTREAM_RESPONSE].body == upstream.sent[0].body
        assert detail.legs[Leg.RESPONSE].body == body


def test_a_whole_answer(start: Callable[..., Any]) -> None:
    message = {"role": "assistant", "content": "hey"}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    completion = {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": USAGE}
    with running(lambda _: whole_json(completion)) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        status, headers, body = proxy.ask({**REQUEST, "stream": False})
        assert (status, headers["content-length"]) == (200, str(len(body)))
        assert json.loads(body)["output"][0]["content"][0]["text"] == "hey"
        [detail] = proxy.recorded()
    assert json.loads(detail.legs[Leg.UPSTREAM_RESPONSE].body) == completion
    assert detail.legs[Leg.RESPONSE].body == body


def test_an_error_of_the_chat_endpoint(start: Callable[..., Any]) -> None:
    error = {"error": {"code": "429", "message": "slow down"}}
    answer = whole_json(error, status=429, headers=(("retry-after-ms", "1500"), ("x-ms-region", "here")))
    with running(lambda _: answer) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        status, headers, body = proxy.ask(REQUEST)
        assert (status, headers["retry-after"], headers["x-ms-region"]) == (429, "2", "here")
        assert json.loads(body)["error"]["message"] == "slow down"
        [detail] = proxy.recorded()
    assert detail.legs[Leg.UPSTREAM_RESPONSE].body == answer.body
    assert detail.legs[Leg.RESPONSE].body == body


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"model":"m","background":true,"input":"x"}', "unsupported_parameter"),
        (b"{nonsense", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b"[1]", "invalid_json"),
    ],
)
def test_what_cannot_be_translated_goes_nowhere(start: Callable[..., Any], body: bytes, code: str) -> None:
    with running(lambda _: GOOD) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        status, _, told = proxy.ask(body)
        error = json.loads(told)["error"]
        assert (status, error["code"], error["type"]) == (400, code, "invalid_request_error")
        assert (upstream.received, upstream.connections) == ([], 0)
        [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.REFUSED
    assert (detail.legs[Leg.REQUEST].body, detail.legs[Leg.RESPONSE].body) == (body, told)


@pytest.mark.parametrize("end", [Close(), Reset()])
def test_an_upstream_that_breaks_off(start_either: Callable[..., Any], end: Close | Reset) -> None:
    broken = Answer(200, SSE, (*(Send(piece) for piece in HELLO), end))
    with running(in_order(broken, GOOD)) as upstream:
        proxy = start_either(upstream.base_url, mode=Mode.BRIDGE)
        with closing(proxy.connect()) as client:
            last = []
            for _ in range(2):  # the connection goes on
                client.request("POST", "/openai/v1/responses", body=json.dumps(REQUEST))
                last.append(_events(client.getresponse().read())[-1])
        failed, completed = last
        assert (failed["type"], completed["type"]) == ("response.failed", "response.completed")
        assert failed["response"]["error"]["code"] == "server_error"
        assert "broke off in the middle" in failed["response"]["error"]["message"]
        first, second = proxy.recorded()
    assert (first.exchange.outcome, second.exchange.outcome) == (Outcome.UPSTREAM_GONE, Outcome.COMPLETE)
    assert first.legs[Leg.UPSTREAM_RESPONSE].body == b"".join(HELLO)


def test_an_upstream_that_does_not_end(start_either: Callable[..., Any]) -> None:
    endless = Answer(200, SSE, (*(Send(piece) for piece in (*HELLO, *FINISH)), HoldOpen()))
    with running(in_order(endless, endless, GOOD)) as upstream:
        proxy = start_either(upstream.base_url, mode=Mode.BRIDGE)
        with closing(proxy.connect()) as client:
            for _ in range(3):
                client.request("POST", "/openai/v1/responses", body=json.dumps(REQUEST))
                assert _events(client.getresponse().read())[-1]["type"] == "response.completed"
        assert [each.exchange.outcome for each in proxy.recorded()] == [Outcome.COMPLETE] * 3
        assert upstream.connections == 3  # what had not ended could not be used again


def test_upstream_connections_are_used_again(start: Callable[..., Any]) -> None:
    with running(lambda _: GOOD) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        with closing(proxy.connect()) as client:
            for _ in range(3):
                client.request("POST", "/openai/v1/responses", body=json.dumps(REQUEST))
                client.getresponse().read()
        assert upstream.connections == 1


def test_an_upstream_that_compresses_all_the_same(start: Callable[..., Any]) -> None:
    packed = gzip.compress(GOOD.body)
    headers = (*SSE, ("content-encoding", "gzip"))
    with running(lambda _: whole(packed, headers=headers)) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        _, got, body = proxy.ask(REQUEST)
        assert ("content-encoding" in got, "content-length" in got) == (False, False)
        assert _text(_events(body)[-1]) == "Hello"
        [detail] = proxy.recorded()
    assert detail.legs[Leg.UPSTREAM_RESPONSE].body == packed


def test_deployment_and_version_are_chosen(start: Callable[..., Any]) -> None:
    with running(lambda _: GOOD, base_path="/openai") as upstream:
        proxy = start(
            upstream.base_url,
            mode=Mode.BRIDGE,
            deployments={"gpt-5.5": "mine"},
            api_version="2025-04-01-preview",
        )
        proxy.ask(REQUEST)
        [asked] = upstream.received
        path = "/openai/deployments/mine/chat/completions?api-version=2025-04-01-preview"
        assert (asked.target, asked.json()["model"]) == (path, "mine")


def test_other_calls_pass_as_they_are(start: Callable[..., Any]) -> None:
    with running(lambda _: whole_json({"id": "r"})) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        assert proxy.ask(path="/responses/resp_1", method="GET")[2] == b'{"id":"r"}'
        proxy.ask({"model": "m", "messages": []}, path="/chat/completions")
        assert [each.target for each in upstream.received] == [
            "/openai/v1/responses/resp_1",
            "/openai/v1/chat/completions",
        ]
        status, _, body = proxy.ask(method="GET", upgrade="websocket", connection="upgrade")
        assert (status, json.loads(body)["error"]["code"]) == (426, "websocket_not_bridged")


@pytest.mark.parametrize(
    ("end", "terminal"), [("end", "completed"), ("hold", "completed"), ("reset", "failed")]
)
def test_over_http2(
    start: Callable[..., Any], h2_server: Callable[..., Any], authority: Any, end: str, terminal: str
) -> None:
    pieces = HELLO if end == "reset" else (*HELLO, *FINISH)
    upstream = h2_server(*pieces, end=end)
    hosts = (r"^localhost(:\d+)?$",)
    proxy = start(None, forward=True, hosts=hosts, upstream_ca=authority.pem, mode=Mode.BRIDGE)
    context = ssl.create_default_context(cafile=proxy.running.certificate)
    with httpx.Client(http2=True, proxy=proxy.url, verify=context, timeout=20) as client:
        for _ in range(2):
            response = client.post(f"{upstream.base_url}/responses", json=REQUEST)
            assert response.http_version == "HTTP/2"
            assert _events(response.content)[-1]["type"] == f"response.{terminal}"
    assert [head[":path"] for head, _ in upstream.received] == ["/openai/v1/chat/completions"] * 2
    outcome = Outcome.COMPLETE if terminal == "completed" else Outcome.UPSTREAM_GONE
    assert [each.exchange.outcome for each in proxy.recorded()] == [outcome] * 2
