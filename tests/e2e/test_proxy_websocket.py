"""WebSockets through both kinds of proxy: untouched on the wire, and on record message by message."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.holds import Holds, Point
from inspector.capture.model import ExchangeDetail, Leg, Outcome
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Reasoning, Text
from inspector.simulator.script import SOCKET, Answer, Close, Gate, Send, Switch, WaitFor
from inspector.simulator.server import running
from inspector.simulator.service import Service

Start = Callable[..., Any]
Connect = Callable[..., Any]

METADATA = {"thread_id": "t1", "x-codex-turn-metadata": json.dumps({"turn_id": "u1", "request_kind": "turn"})}


def create(**members: Any) -> dict[str, Any]:
    return {"type": "response.create", "model": "gpt-5.5", "input": "hi, é ☃", "store": False, **members}


def story(ask: Ask) -> Answer:
    return ask.say(Reasoning("**Hm**"), Text(f"{len(ask.prompts)}: " + "wörds " * 200))


def texts(detail: ExchangeDetail, leg: Leg) -> list[bytes]:
    return [chunk.data for chunk in detail.chunks if chunk.leg is leg]


@pytest.mark.parametrize("deflate", [False, True], ids=["plain", "deflate"])
def test_every_message_passes_and_is_recorded(
    start_either: Start, web_socket: Connect, *, deflate: bool
) -> None:
    with running(Service(story, websockets=True)) as upstream:
        proxy = start_either(upstream.base_url)
        client = web_socket(f"{proxy.base_url}/responses", deflate=deflate, headers=[("thread-id", "t1")])
        assert client.extensions == (["permessage-deflate"] if deflate else [])
        said = [client.say(create(generate=False))]
        heard = [client.answer()]
        previous = json.loads(heard[0][-1])["response"]["id"]
        said.append(client.say(create(previous_response_id=previous, client_metadata=METADATA)))
        heard.append(client.answer())
        said.append(client.say(create(model="error-429")))
        heard.append(client.answer())
        aside = client.say({"type": "response.processed"}), client.say(b"\x00\xff")
        upstream.wait_until(lambda: len(upstream.received) == 6)
        client.drop()
        assert len(proxy.tape.over(4)) == 4
        opened, *created = proxy.recorded()
        passed = [(r.body, s.chunks) for r, s in zip(upstream.received[1:4], upstream.sent[1:4], strict=True)]
        assert passed == list(zip(said, heard, strict=True))
        assert {received.method for received in upstream.received[1:]} == {SOCKET}
    exchange = opened.exchange
    assert (exchange.operation, exchange.status, exchange.error) == ("responses.connect", 101, None)
    assert exchange.outcome is Outcome.COMPLETE
    assert (exchange.session, exchange.turn) == ("t1", 1)
    assert texts(opened, Leg.REQUEST) == list(aside)
    assert opened.legs[Leg.REQUEST].binary_messages == frozenset({1})
    assert [texts(each, Leg.REQUEST) for each in created] == [[text] for text in said]
    assert [texts(each, Leg.RESPONSE) for each in created] == heard
    for each in created:
        assert (each.exchange.method, each.exchange.socket) == (SOCKET, exchange.id)
        assert each.exchange.operation == "responses.create"
        assert each.exchange.session == "t1"
        assert each.exchange.url == f"ws{upstream.base_url.removeprefix('http')}/responses"
        assert dict(each.legs[Leg.RESPONSE].headers)["apim-request-id"]
        times = [chunk.at for chunk in each.chunks]
        assert times == sorted(times)
    warmed, answered, failed = (each.exchange for each in created)
    assert (warmed.request_kind, answered.request_kind, answered.turn_id) == ("prewarm", "turn", "u1")
    assert [warmed.turn, answered.turn, failed.turn] == [1, 1, 2]
    assert answered.usage is not None
    assert answered.event_count == len(heard[1])
    assert (answered.status, answered.error, answered.outcome) == (200, None, Outcome.COMPLETE)
    assert failed.status == 429
    assert failed.error is not None
    assert "Rate limit" in failed.error


def test_the_proxy_is_killed_in_the_middle(
    start: Start, web_socket: Connect, wait_for: Callable[..., Any]
) -> None:
    def stuck(ask: Ask) -> Answer:
        answer = story(ask)
        return replace(answer, steps=(*answer.steps[:5], WaitFor(Gate())))

    with running(Service(stuck, websockets=True)) as upstream:
        proxy = start(upstream.base_url)
        client = web_socket(f"{proxy.base_url}/responses")
        said = client.say(create())
        upstream.wait_until(lambda: len(upstream.sent) == 2 and len(upstream.sent[1].chunks) == 5)
        heard = [client.hear() for _ in range(5)]
        wait_for(
            lambda: [each.event_count for each in proxy.tape.exchanges()] == [0, 5], "they are on record"
        )
        os.kill(proxy.pid, signal.SIGKILL)
        assert client.closed() == 1006
        opened, created = proxy.tape.over(2)
    assert (opened.exchange.outcome, created.exchange.outcome) == (Outcome.INTERRUPTED,) * 2
    assert texts(created, Leg.REQUEST) == [said]
    assert texts(created, Leg.RESPONSE) == heard


def test_upstream_goes_in_the_middle_of_an_answer(start_either: Start, web_socket: Connect) -> None:
    answer = Answer(steps=(Send(b'{"type":"response.created"}'), Close()))
    with running(lambda _: Answer(101, (), (Switch(lambda _: answer),))) as upstream:
        proxy = start_either(upstream.base_url)
        client = web_socket(f"{proxy.base_url}/responses")
        client.say(create())
        assert client.hear() == b'{"type":"response.created"}'
        assert client.closed() == 1000  # mitmproxy's word for an end without one
        assert len(proxy.tape.over(2)) == 2
        opened, created = proxy.recorded()
    for each in (opened, created):
        assert each.exchange.outcome is Outcome.UPSTREAM_GONE
        assert each.exchange.error == "upstream closed the connection of the WebSocket without a close frame"


def test_while_there_are_rules_sockets_are_refused(
    start: Start, web_socket: Connect, wait_for: Callable[..., Any]
) -> None:
    with running(Service(story, websockets=True)) as upstream:
        proxy = start(upstream.base_url)
        wait_for(proxy.tape.path.exists)
        holds = Holds(proxy.tape.path, "the test")
        try:
            rule = holds.add("status:499", Point.RESPONSE)
            wait_for(lambda: web_socket(f"{proxy.base_url}/responses").refused == 426, "it is refused")
            [refused] = wait_for(
                lambda: [each for each in proxy.tape.exchanges() if each.status == 426 and each.error],
                "it is on record",
            )
            assert refused.outcome is Outcome.REFUSED
            assert "only POST requests pass" in refused.error
            holds.remove(rule.id)
            wait_for(lambda: web_socket(f"{proxy.base_url}/responses").refused is None, "it is agreed to")
        finally:
            holds.close()


def test_the_proxy_ends_while_a_socket_is_open(start_either: Start, web_socket: Connect) -> None:
    with running(Service(story, websockets=True)) as upstream:
        proxy = start_either(upstream.base_url)
        client = web_socket(f"{proxy.base_url}/responses")
        said, heard = client.say(create()), client.answer()
        opened, created = proxy.recorded()
    assert opened.exchange.outcome is Outcome.INTERRUPTED
    assert opened.exchange.error == "The proxy was stopped."
    assert created.exchange.outcome is Outcome.COMPLETE
    assert (texts(created, Leg.REQUEST), texts(created, Leg.RESPONSE)) == ([said], heard)


def test_a_forward_proxy_records_it_too(start: Start, web_socket: Connect, authority: Any) -> None:
    with running(
        Service(story, websockets=True), tls=authority.server_context(), host="localhost"
    ) as upstream:
        proxy = start(None, forward=True, hosts=(r"^localhost(:\d+)?$",), upstream_ca=authority.pem)
        client = web_socket(
            f"{upstream.base_url}/responses", proxy=proxy.url, trusted=proxy.running.certificate, deflate=True
        )
        said, heard = client.say(create()), client.answer()
        client.close(1000)
        assert client.closed() == 1000
        assert upstream.received[1].body == said
        assert len(proxy.tape.over(2)) == 2
        opened, created = proxy.recorded()
    assert (opened.exchange.outcome, opened.exchange.error) == (Outcome.COMPLETE, None)
    assert created.exchange.url == f"wss{upstream.base_url.removeprefix('https')}/responses"
    assert (texts(created, Leg.REQUEST), texts(created, Leg.RESPONSE)) == ([said], heard)
