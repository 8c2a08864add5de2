"""Responses that come to be while nobody waits: by looking, by the clock, cancelled, streamed late."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from inspector.protocol import sse
from inspector.simulator.ask import Ask
from inspector.simulator.pace import AT_ONCE, Pace
from inspector.simulator.reply import Finish, Reasoning, Text
from inspector.simulator.script import Answer, Received, Wait
from inspector.simulator.server import running
from inspector.simulator.service import Service

URL = "/openai/v1/responses"
BODY = {"input": "hi", "background": True}


def story(ask: Ask) -> Answer:
    return ask.say(Reasoning("**Hm**"), Text("some words"))


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def sent(service: Service, method: str, target: str, body: object = None) -> Answer:
    data = b"" if body is None else json.dumps(body).encode()
    return service(Received(0, 0, method, target, (), data))


def asked(service: Service, method: str, target: str, body: object = None) -> Any:
    return json.loads(sent(service, method, target, body).body)


def streamed(answer: Answer) -> list[Any]:
    return [json.loads(event.data) for event in sse.Decoder().feed(answer.body)]


def test_each_look_brings_it_on() -> None:
    service = Service(story)
    created = asked(service, "POST", URL, BODY)
    assert (created["status"], created["background"], created["output"]) == ("queued", True, [])
    own = f"{URL}/{created['id']}"
    assert [asked(service, "GET", own)["status"] for _ in range(3)] == ["in_progress", *["completed"] * 2]
    assert asked(service, "GET", own)["output"][1]["content"][0]["text"] == "some words"
    assert (
        asked(service, "POST", f"{own}/cancel")["error"]["message"] == "Cannot cancel a completed response."
    )


def test_at_a_pace_time_does() -> None:
    clock = Clock()
    service = Service(story, pace=Pace(head=1.0, first=2.0, event=1.0), now=clock)
    own = f"{URL}/{asked(service, 'POST', URL, BODY)['id']}"
    told = []
    for clock.time in (100.5, 103.5, 104.5, 160.0):
        response = asked(service, "GET", own)
        told.append((response["status"], len(response["output"])))
    assert told == [("queued", 0), ("in_progress", 0), ("in_progress", 0), ("completed", 2)]


@pytest.mark.parametrize("looks", [0, 1])
def test_what_is_under_way_can_be_cancelled_more_than_once(looks: int) -> None:
    service = Service(story)
    own = f"{URL}/{asked(service, 'POST', URL, BODY)['id']}"
    for _ in range(looks):
        asked(service, "GET", own)
    for method, target in (("POST", f"{own}/cancel"), ("GET", own), ("GET", own), ("POST", f"{own}/cancel")):
        assert asked(service, method, target)["status"] == "cancelled"


def test_a_streamed_one_begins_in_the_queue_and_is_numbered() -> None:
    service = Service(story)
    answer = sent(service, "POST", URL, {**BODY, "stream": True})
    events = streamed(answer)
    assert [event["type"] for event in events[:3]] == [
        "response.created",
        "response.queued",
        "response.in_progress",
    ]
    assert events[0]["response"]["status"] == "queued"
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    own = f"{URL}/{events[0]['response']['id']}"
    assert asked(service, "GET", own)["status"] == "completed"
    assert streamed(sent(service, "GET", f"{own}?stream=true&starting_after=4")) == events[5:]


def test_who_comes_late_to_a_stream_waits_for_the_rest_only() -> None:
    clock = Clock()
    service = Service(story, pace=Pace(head=1.0, first=2.0, event=1.0), now=clock)
    events = streamed(sent(service, "POST", URL, {**BODY, "stream": True}))
    clock.time = 103.5
    late = sent(service, "GET", f"{URL}/{events[0]['response']['id']}?stream=true")
    assert streamed(late) == events
    waits = [step.seconds for step in late.steps if isinstance(step, Wait)]
    assert waits[0] == 0.5
    assert not isinstance(late.steps[0], Wait)


def test_a_stream_ends_where_it_is_cancelled() -> None:
    service = Service(story, pace=Pace(head=600.0))
    with running(service) as azure, httpx.Client(base_url=azure.url, timeout=30) as client:
        with client.stream("POST", URL, json={**BODY, "stream": True}) as answer:
            arriving = answer.iter_bytes()
            begun = next(arriving)
            own = f"{URL}/{json.loads(sse.Decoder().feed(begun)[0].data)['response']['id']}"
            assert client.post(f"{own}/cancel").json()["status"] == "cancelled"
            whole = begun + b"".join(arriving)
        told = [json.loads(event.data)["type"] for event in sse.Decoder().feed(whole)]
        assert told == ["response.created", "response.queued"]
        assert client.get(own, params={"stream": "true"}).content == whole


def test_a_failure_is_an_end_as_well() -> None:
    service = Service(lambda ask: ask.say(Text("half"), finish=Finish.FAILED), pace=AT_ONCE)
    own = f"{URL}/{asked(service, 'POST', URL, BODY)['id']}"
    ends = [asked(service, "GET", own) for _ in range(2)]
    assert [end["status"] for end in ends] == ["in_progress", "failed"]
    assert ends[1]["error"]["code"] == "server_error"


def test_an_error_is_answered_at_once() -> None:
    service = Service(story)
    assert (
        asked(service, "POST", URL, {**BODY, "model": "error-500"})["error"]["code"] == "InternalServerError"
    )
