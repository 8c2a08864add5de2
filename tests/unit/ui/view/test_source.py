"""Where an exchange is from that was read in, and what stands in the place of a body that is not there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Outcome, Source, Timing
from inspector.ui.view.plain import plain
from inspector.ui.view.reading import Reading
from inspector.ui.view.source import COMING, NO_REQUEST, NOT_THERE
from inspector.ui.view.streams import Stream

SOURCE = Source("big.mitm", "mitmproxy", "byte 1234", Timing.EVEN, ("It is\nodd.", "Very."))
EVENTS = (("content-type", "text/event-stream"),)
TOLD: Any = dict(  # noqa: C408
    id=1, revision=1, method="POST", url="https://a", operation="responses.create", mode="observe",
    started=0.0, outcome=Outcome.COMPLETE, status=200, source=SOURCE,
)  # fmt: skip


def read(*, absent: bool, **changes: Any) -> tuple[str, str, str, str]:
    """The panes as text: request, payload, events, answer."""
    body = b"" if absent else json.dumps({"model": "m", "input": "hi"}).encode()
    legs = {
        Leg.REQUEST: Message((("content-type", "application/json"),), body, absent=absent),
        Leg.RESPONSE: Message((), b"", 200, absent=absent),
    }
    view = Reading(ExchangeDetail(Exchange(**{**TOLD, **changes}), legs, ())).view()
    panes = (view.request.nodes, view.payload.nodes, view.streams[Stream.SENT].nodes, view.answer.nodes)
    request, payload, events, answer = ("\n".join(plain(list(nodes), 80)) for nodes in panes)
    return request, payload, events, answer


def test_a_line_tells_the_file_and_below_it_what_is_odd():
    request, _, events, answer = read(absent=False)
    first, *more = [line.strip() for line in request.splitlines()]
    assert first == "from byte 1234 of big.mitm  mitmproxy"
    assert more[:3] == ["· times: evenly spaced, the file has none", "· It is odd.", "· Very."]
    assert "times: evenly spaced" in events
    assert "Nothing came." in answer
    assert "from" not in read(absent=False, source=None)[0].splitlines()[0]


@pytest.mark.parametrize(("awaited", "said"), [(True, COMING), (False, NOT_THERE)])
def test_what_stands_where_a_body_would(awaited: bool, said: str):
    for pane in read(absent=True, awaited=awaited):
        assert said in " ".join(pane.split())


@pytest.mark.parametrize("operation", ["responses.create", "chat.create"])
def test_a_stream_that_is_not_here_did_not_end_badly(operation: str):
    legs = {leg: Message(EVENTS, b"", 200, absent=True) for leg in (Leg.REQUEST, Leg.RESPONSE)}
    exchange = Exchange(**{**TOLD, "operation": operation})
    view = Reading(ExchangeDetail(exchange, legs, ())).view()
    assert [line.strip() for line in plain(list(view.answer.nodes), 80)] == [f"○ {NOT_THERE}"]
    for rows in view.streams.values():
        events = "\n".join(plain(list(rows.nodes), 80))
        assert NOT_THERE in events
        assert "✗" not in events
        assert "⚠" not in events


def test_a_request_that_is_not_in_the_file():
    legs = {Leg.RESPONSE: Message((), b"{}", 200)}
    view = Reading(ExchangeDetail(Exchange(**TOLD), legs, ())).view()
    for nodes in (view.request.nodes, view.payload.nodes):
        assert NO_REQUEST in "\n".join(plain(list(nodes), 80))
