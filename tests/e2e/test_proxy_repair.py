"""Repairing: the request is made acceptable on its way, the answer is nobody's business."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from inspector.capture.model import Leg
from inspector.proxy.settings import Mode
from inspector.simulator.script import Answer, Send
from inspector.simulator.server import running

HEADERS = (("content-type", "text/event-stream"), ("x-ms-region", "here"))
PIECES = (b'data: {"type":"response.created"}\n\nda', b'ta: {"type":"response.completed"}\n\n')
FINE = b'{"model":"gpt-4.1",  "temperature":1, "input":"hi"}'


def test_only_the_request_and_only_if_it_has_to(start_either: Callable[..., Any]) -> None:
    answer = Answer(200, HEADERS, tuple(map(Send, PIECES)))
    with running(lambda _: answer) as upstream:
        proxy = start_either(upstream.base_url, mode=Mode.REPAIR)
        bad = {"model": "o3", "temperature": 1, "input": "hi"}
        for asked in (bad, FINE, b"no JSON at all"):
            status, headers, body = proxy.ask(asked, **{"x-own": "1"})
            assert (status, headers["x-ms-region"], body) == (200, "here", b"".join(PIECES))
        first, second, third = upstream.received
        assert {each.target for each in upstream.received} == {"/openai/v1/responses"}
        assert {each.header("x-own") for each in upstream.received} == {"1"}
        assert first.json() == {"model": "o3", "input": "hi"}
        assert (second.body, third.body) == (FINE, b"no JSON at all")
        repaired, *untouched = proxy.recorded()
    assert json.loads(repaired.legs[Leg.REQUEST].body) == bad
    assert repaired.legs[Leg.UPSTREAM_REQUEST].body == first.body
    assert [Leg.UPSTREAM_REQUEST in each.legs for each in untouched] == [False, False]
    assert [each.exchange.mode for each in (repaired, *untouched)] == ["repair"] * 3
    chunks = [chunk.data for chunk in repaired.chunks if chunk.leg is Leg.RESPONSE]
    assert chunks == list(PIECES)
