"""Bridging: Responses in front, Chat Completions behind, and a proper end whatever upstream does."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from inspector.capture.model import Leg, Outcome
from inspector.proxy.settings import Mode
from inspector.simulator.ask import Ask
from inspector.simulator.offered import shell_call
from inspector.simulator.reply import Reply, Text, Tokens
from inspector.simulator.script import Answer, Close, Head, HoldOpen, Reset, Send, in_order, whole, whole_json
from inspector.simulator.server import running
from inspector.simulator.service import Service

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


def test_what_cannot_be_translated_goes_nowhere(start: Callable[..., Any]) -> None:
    wrong = {
        b'{"model":"m","background":true,"input":"x"}': "unsupported_parameter",
        b"{nonsense": "invalid_json",
        b"[" * 100_000: "invalid_json",
        b"[1]": "invalid_json",
    }
    with running(lambda _: GOOD) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        told = {}
        for body, code in wrong.items():
            status, _, told[body] = proxy.ask(body)
            error = json.loads(told[body])["error"]
            assert (status, error["code"], error["type"]) == (400, code, "invalid_request_error")
        assert (upstream.received, upstream.connections) == ([], 0)
        details = proxy.recorded()
    assert [each.exchange.outcome for each in details] == [Outcome.REFUSED] * len(wrong)
    assert {each.legs[Leg.REQUEST].body: each.legs[Leg.RESPONSE].body for each in details} == told


def test_an_upstream_that_breaks_off(start_either: Callable[..., Any]) -> None:
    broken = [Answer(200, SSE, (*(Send(piece) for piece in HELLO), end)) for end in (Close(), Reset())]
    with running(in_order(*(answer for each in broken for answer in (each, GOOD)))) as upstream:
        proxy = start_either(upstream.base_url, mode=Mode.BRIDGE)
        with closing(proxy.connect()) as client:
            last = []
            for _ in range(2 * len(broken)):  # the connection goes on after each
                client.request("POST", "/openai/v1/responses", body=json.dumps(REQUEST))
                last.append(_events(client.getresponse().read())[-1])
        details = proxy.recorded()
    assert [each["type"] for each in last] == ["response.failed", "response.completed"] * len(broken)
    outcomes = [each.exchange.outcome for each in details]
    assert outcomes == [Outcome.UPSTREAM_GONE, Outcome.COMPLETE] * len(broken)
    for failed, detail in zip(last[::2], details[::2], strict=True):
        assert failed["response"]["error"]["code"] == "server_error"
        assert "broke off in the middle" in failed["response"]["error"]["message"]
        assert detail.legs[Leg.UPSTREAM_RESPONSE].body == b"".join(HELLO)


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


def test_an_answer_without_a_body(start_either: Callable[..., Any]) -> None:
    empty = (whole(b"", headers=SSE), whole(b"", status=204), Answer(200, SSE, (Head(),)))
    with running(in_order(*(answer for each in empty for answer in (each, GOOD)))) as upstream:
        proxy = start_either(upstream.base_url, mode=Mode.BRIDGE)
        with closing(proxy.connect()) as client:
            terminals = []
            for _ in range(2 * len(empty)):  # the connection goes on after each
                client.request("POST", "/openai/v1/responses", body=json.dumps(REQUEST))
                response = client.getresponse()
                assert (response.status, response.reason) == (200, "OK")
                assert response.getheader("content-type") == "text/event-stream"
                terminals.append(_events(response.read())[-1])
        details = proxy.recorded()
    assert [each["type"] for each in terminals] == ["response.failed", "response.completed"] * len(empty)
    for answer, failed, detail in zip(empty, terminals[::2], details[::2], strict=True):
        assert failed["response"]["error"]["message"] == "The upstream's answer was empty."
        assert detail.legs[Leg.UPSTREAM_RESPONSE].status == answer.status
        assert detail.legs[Leg.RESPONSE].status == 200
        assert _events(detail.legs[Leg.RESPONSE].body)[-1] == failed


def test_another_status_has_its_own_reason(start: Callable[..., Any]) -> None:
    with running(lambda _: whole(b"<html>")) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/responses", body=json.dumps({**REQUEST, "stream": False}))
            response = client.getresponse()
            response.read()
        assert (response.status, response.reason) == (502, "Bad Gateway")


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


def test_a_model_that_cannot_stream(start: Callable[..., Any]) -> None:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hey"}}
    with running(lambda _: whole_json({"id": "c", "choices": [choice], "usage": USAGE})) as upstream:
        proxy = start(upstream.base_url, mode=Mode.BRIDGE, families={"gpt-5.5": "o1"})
        status, headers, body = proxy.ask(REQUEST)
        assert (status, headers["content-type"]) == (200, "text/event-stream")
        assert _text(_events(body)[-1]) == "hey"
        assert "stream" not in upstream.received[0].json()
        [detail] = proxy.recorded()
    assert detail.exchange.outcome is Outcome.COMPLETE
    assert detail.legs[Leg.RESPONSE].body == body
    assert detail.options["families"] == {"gpt-5.5": "o1"}


def test_a_conversation_goes_on_from_the_capture(start_either: Callable[..., Any]) -> None:
    """At once, though the exchange that it goes on from is not over: upstream has not ended it."""
    endless = Answer(200, SSE, (*(Send(piece) for piece in (*HELLO, *FINISH)), HoldOpen()))
    with running(in_order(endless, GOOD)) as upstream:
        proxy = start_either(upstream.base_url, mode=Mode.BRIDGE)
        with closing(proxy.connect()) as client:
            client.request("POST", "/openai/v1/responses", body=json.dumps(REQUEST))
            stream, begun = client.getresponse(), b""
            while b"response.completed" not in begun or not begun.endswith(b"\n\n"):
                begun += stream.read1()
            said = _events(begun)[-1]["response"]["id"]
            more = {**REQUEST, "input": "and?", "previous_response_id": said}
            events = _events(proxy.ask(more)[2])
        assert events[-1]["response"]["previous_response_id"] == said
        messages = [(each["role"], each["content"]) for each in upstream.received[1].json()["messages"]]
        assert messages == [("user", "hi"), ("assistant", "Hello"), ("user", "and?")]
        status, _, told = proxy.ask({**more, "previous_response_id": "resp_unheard_of"})
        assert (status, "resp_unheard_of" in json.loads(told)["error"]["message"]) == (400, True)
        assert len(upstream.received) == 2


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


def test_over_http2(start: Callable[..., Any], h2_server: Callable[..., Any], authority: Any) -> None:
    hosts = (r"^localhost(:\d+)?$",)
    proxy = start(None, forward=True, hosts=hosts, upstream_ca=authority.pem, mode=Mode.BRIDGE)
    context = ssl.create_default_context(cafile=proxy.running.certificate)
    terminals = {"end": "completed", "hold": "completed", "reset": "failed", "head": "failed"}
    for end, terminal in terminals.items():
        upstream = h2_server(*{"reset": HELLO, "head": ()}.get(end, (*HELLO, *FINISH)), end=end)
        with httpx.Client(http2=True, proxy=proxy.url, verify=context, timeout=20) as client:
            for _ in range(2):
                response = client.post(f"{upstream.base_url}/responses", json=REQUEST)
                assert (response.http_version, response.status_code) == ("HTTP/2", 200)
                assert _events(response.content)[-1]["type"] == f"response.{terminal}", end
            refused = client.post(f"{upstream.base_url}/responses", json={"model": "m", "background": True})
            assert (refused.http_version, refused.status_code) == ("HTTP/2", 400)
        assert [head[":path"] for head, _ in upstream.received] == ["/openai/v1/chat/completions"] * 2
    expected: list[Outcome] = []
    for end in terminals:
        outcome = Outcome.UPSTREAM_GONE if end == "reset" else Outcome.COMPLETE
        expected += [outcome, outcome, Outcome.REFUSED]
    assert [each.exchange.outcome for each in proxy.recorded()] == expected


def test_whole_answers_over_http2(
    start: Callable[..., Any], h2_server: Callable[..., Any], authority: Any
) -> None:
    """And none, from a port where nobody listens."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hey"}}
    upstream = h2_server(json.dumps({"choices": [choice]}).encode())
    hosts = (r"^localhost(:\d+)?$",)
    proxy = start(None, forward=True, hosts=hosts, upstream_ca=authority.pem, mode=Mode.BRIDGE)
    context = ssl.create_default_context(cafile=proxy.running.certificate)
    with socket.socket() as taken, httpx.Client(http2=True, proxy=proxy.url, verify=context) as client:
        taken.bind(("127.0.0.1", 0))  # and not listening
        url = f"{upstream.base_url}/responses"
        asked = client.post(url, json={**REQUEST, "stream": False})
        assert asked.json()["output"][0]["content"][0]["text"] == "hey"
        streamed = client.post(url, json={**REQUEST, "model": "o1"})
        assert streamed.headers["content-type"] == "text/event-stream"
        assert _text(_events(streamed.content)[-1]) == "hey"
        assert {each.http_version for each in (asked, streamed)} == {"HTTP/2"}
        gone = client.post(f"https://localhost:{taken.getsockname()[1]}/v1/responses", json=REQUEST)
    assert (gone.status_code, gone.json()["error"]["code"]) == (502, "upstream_unanswered")
    *answered, unanswered = proxy.recorded()
    assert unanswered.exchange.outcome is Outcome.UNREACHABLE
    bodies = [each.legs[Leg.RESPONSE].body for each in answered]
    assert bodies == [asked.content, streamed.content]


AZURE = """
model_provider = "mine"
model_auto_compact_token_limit = 50_000
"""
MINE = """
[model_providers.mine]
name = "Azure"
base_url = "{}"
env_key = "AZURE_OPENAI_API_KEY"
wire_api = "responses"
"""


def test_codex_compacts_a_long_session_by_itself(
    codex: Any, inspector: Callable[..., Any], tmp_path: Path
) -> None:
    """The server cannot: Chat Completions has no word for it. Its provider calls itself Azure, as many do."""
    asked: list[str] = []

    def story(ask: Ask) -> Answer:
        asked.append(json.dumps(ask.body["messages"][-1]))
        if len(asked) == 1:
            return ask.answer(Reply((shell_call(ask.tools, "echo much"),), tokens=Tokens(90_000)))
        return ask.answer(Reply((Text(f"words {len(asked)}"),), tokens=Tokens(100)))

    with running(Service(story)) as upstream:
        codex.configure(AZURE, MINE.format(upstream.base_url))
        command = ("run", "--mode", "bridge", "--capture", tmp_path / "c.db", "--")
        done = inspector(*command, *codex.exec(), env=codex.env)
        assert done.status == 0, done.err
        assert {received.path for received in upstream.received} >= {"/openai/v1/chat/completions"}
    assert ["CONTEXT CHECKPOINT" in words for words in asked] == [False, True, False]
    assert codex.last_words == "words 3"
