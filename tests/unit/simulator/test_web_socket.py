"""The imitation's WebSockets: a client talks to it, and everything is on record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from inspector.simulator import web_socket as connected
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import (
    Answer,
    Close,
    Gate,
    Received,
    Reset,
    Send,
    Switch,
    Until,
    Wait,
    WaitFor,
)
from inspector.simulator.server import End, running
from inspector.simulator.service import Service
from inspector.simulator.web_socket import WebSocket

CREATE = {"type": "response.create", "model": "gpt-5.5", "input": "hi", "store": False}

Connect = Callable[..., Any]


def said(ask: Ask) -> Answer:
    return ask.say(Text(f"{len(ask.prompts)} prompts, {len(ask.body['input'])} items"))


def speaking(*answers: Answer) -> Callable[[Received], Answer]:
    """A handler that agrees to any WebSocket, and answers its messages with these."""
    left = list(answers)
    return lambda _: Answer(101, (), (Switch(lambda _: left.pop(0)),))


@pytest.mark.parametrize("deflate", [False, True])
def test_each_message_is_answered_by_events(web_socket: Connect, *, deflate: bool) -> None:
    with running(Service(said, websockets=True)) as server:
        client = web_socket(f"{server.base_url}/responses", deflate=deflate, headers=[("x-a", "b")])
        assert client.extensions == (["permessage-deflate"] if deflate else [])
        assert any(name == b"apim-request-id" for name, _ in client.headers)
        sent = client.say(CREATE)
        heard = client.answer()
        kinds = [json.loads(each)["type"] for each in heard]
        assert (kinds[0], kinds[-1]) == ("response.created", "response.completed")
        client.close(1000)
        assert client.closed() == 1000
        assert [each.method for each in server.received] == ["GET", "WEBSOCKET"]
        assert server.received[1].body == sent
        assert server.received[1].header("x-a") == "b"
        assert server.sent[1].chunks == heard
        assert (server.sent[0].status, server.sent[1].end) == (101, End.COMPLETE)


def test_what_was_said_on_a_socket_can_be_continued_on_it_and_nowhere_else(web_socket: Connect) -> None:
    with running(Service(said, websockets=True)) as server:
        first, other = (web_socket(f"{server.base_url}/responses") for _ in range(2))
        first.say({**CREATE, "generate": False, "input": []})
        warmed = json.loads(first.answer()[-1])["response"]
        assert (warmed["output"], warmed["status"]) == ([], "completed")
        more = {**CREATE, "previous_response_id": warmed["id"], "input": "and?"}
        first.say(more)
        answered = json.loads(first.answer()[-1])["response"]
        assert answered["output"][0]["content"][0]["text"] == "1 prompts, 1 items"
        assert answered["previous_response_id"] == warmed["id"]
        other.say(more)
        [error] = map(json.loads, other.answer())
        assert (error["type"], error["status"]) == ("error", 400)
        assert error["error"]["code"] == "previous_response_not_found"


def test_errors_are_messages(web_socket: Connect) -> None:
    with running(Service(said, websockets=True)) as server:
        client = web_socket(f"{server.base_url}/responses")
        for model, status in (("error-429", 429), ("error-html", 502), ("error-empty", 503)):
            client.say({**CREATE, "model": model})
            [error] = map(json.loads, client.answer())
            assert (error["type"], error["status"]) == ("error", status)
            assert error["headers"].get("retry-after") == ("2" if status == 429 else None)
        client.say({"type": "response.processed", "response_id": "r"})
        client.say("no JSON")
        client.say(CREATE)
        assert len(client.answer()) > 1
        assert [sent.chunks for sent in server.sent[4:6]] == [[], []]


def test_without_being_asked_to_it_knows_none(web_socket: Connect) -> None:
    with running(Service(said)) as server:
        assert web_socket(f"{server.base_url}/responses").refused == 404


def test_a_request_that_is_no_handshake_is_refused_in_any_case() -> None:
    asked = Received(0, 0, "GET", "/openai/v1/responses", (("upgrade", "websocket"),), b"")
    assert Service(said, websockets=True)(asked).status == 404


def test_steps_are_played_as_over_http(web_socket: Connect) -> None:
    gate, never = Gate(), Gate()
    steps = (Send(b"1"), Wait(0.0), Until(0.0), WaitFor(gate), Send(b"2"), Wait(0.0, ended_by=never))
    with running(speaking(Answer(steps=steps), Answer(steps=(Send(b"3"), Close())))) as server:
        client = web_socket(f"{server.base_url}/responses")
        client.say("a")
        assert client.hear() == b"1"
        gate.open()
        assert client.hear() == b"2"
        client.say("b")
        assert client.hear() == b"3"
        assert client.closed() == 1006
        assert [sent.end for sent in server.sent] == [End.COMPLETE, End.COMPLETE, End.CLOSED]


def test_a_reset_and_a_client_that_leaves(web_socket: Connect) -> None:
    with running(speaking(Answer(steps=(Reset(),)))) as server:
        client = web_socket(f"{server.base_url}/responses")
        client.say("a")
        with pytest.raises(ConnectionResetError):
            client.hear()
    with running(speaking(Answer(steps=(Send(b"1"), WaitFor(Gate()))))) as server:
        client = web_socket(f"{server.base_url}/responses")
        client.say("a")
        assert client.hear() == b"1"
        client.drop()
        server.wait_until(lambda: server.sent[1].end is End.CLIENT_GONE)
        assert server.malformed == []


def test_who_closes_in_the_middle_of_an_answer_gets_no_more(web_socket: Connect) -> None:
    with running(speaking(Answer(steps=(Send(b"1"), WaitFor(Gate()), Send(b"2"))))) as server:
        client = web_socket(f"{server.base_url}/responses")
        client.say("a")
        assert client.hear() == b"1"
        client.close(1000)
        assert client.closed() == 1000
        server.wait_until(lambda: server.sent[1].end is End.CLIENT_GONE)
        assert server.failures == []


def test_what_is_said_after_the_end_is_no_matter() -> None:
    sent: list[bytes] = []
    asked = (("upgrade", "websocket"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="))
    socket = WebSocket(Received(0, 0, "GET", "/", asked, b""), sent.append)
    closing = bytes([0x88, 0x80, 0, 0, 0, 0])
    for data in (closing, closing, b"\xff" * 9000):
        socket.receive(data)
    assert (socket.closed, sent) == (True, [b"\x88\x00"])


@pytest.mark.parametrize("messages", [1, 5])
def test_more_than_is_taken_is_told_and_not_kept(
    web_socket: Connect, monkeypatch: pytest.MonkeyPatch, messages: int
) -> None:
    monkeypatch.setattr(connected, "MAX_MESSAGE", 40_000)
    with running(speaking(Answer(steps=(WaitFor(Gate()),)))) as server:
        client = web_socket(f"{server.base_url}/responses", deflate=True)
        client.say("a")
        for _ in range(messages):
            client.say("x" * (50_000 // messages))  # hardly anything, packed
        assert client.closed() == 1009


def test_control_frames_fragments_and_nonsense(web_socket: Connect) -> None:
    with running(speaking(Answer())) as server:
        client = web_socket(f"{server.base_url}/responses")
        assert client.ping(b"there?") == b"there?"
        client.say(b"\x00\x01")
        server.wait_until(lambda: len(server.received) == 2)
        assert server.received[1].body == b"\x00\x01"
        client._socket.sendall(b"\xff" * 40)  # reserved bits
        assert client.closed() == 1002
