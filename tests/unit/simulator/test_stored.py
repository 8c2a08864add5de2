"""What a stored response is asked for besides its text: what to include, from which event on, and errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.simulator.ask import Ask
from inspector.simulator.reply import Reasoning, Text
from inspector.simulator.script import Answer, Received
from inspector.simulator.service import Service
from inspector.simulator.stored import ENCRYPTED, REMEMBERED

URL = "/openai/v1/responses"


def story(ask: Ask) -> Answer:
    return ask.say(Reasoning("**Hm**"), Text("words"))


def sent(service: Service, method: str, target: str, body: object = None) -> Answer:
    data = b"" if body is None else json.dumps(body).encode()
    return service(Received(0, 0, method, target, (), data))


def asked(service: Service, method: str, target: str, body: object = None) -> Any:
    return json.loads(sent(service, method, target, body).body)


@pytest.fixture
def service() -> Service:
    return Service(story)


@pytest.mark.parametrize("name", ["include", "include[]"])
@pytest.mark.parametrize("at_first", [[], [ENCRYPTED]])
def test_reasoning_is_encrypted_where_it_is_asked_for(
    service: Service, name: str, at_first: list[str]
) -> None:
    created = asked(service, "POST", URL, {"input": "hi", "include": at_first, "stream": False})
    own = f"{URL}/{created['id']}"
    assert "encrypted_content" not in asked(service, "GET", own)["output"][0]
    reasoning = asked(service, "GET", f"{own}?{name}={ENCRYPTED}")["output"][0]
    if at_first:
        assert reasoning == created["output"][0]
    assert reasoning["encrypted_content"].startswith("gAAAA")


@pytest.mark.parametrize(
    ("query", "param"),
    [("include=everything", "include[0]"), ("stream=true&starting_after=soon", "starting_after")],
)
def test_what_cannot_be_asked_is_refused(service: Service, query: str, param: str) -> None:
    answer = sent(service, "POST", URL, {"input": "hi", "stream": True})
    own = json.loads(answer.body.rsplit(b"data: ", 1)[1])["response"]["id"]
    answer = sent(service, "GET", f"{URL}/{own}?{query}")
    assert (answer.status, json.loads(answer.body)["error"]["param"]) == (400, param)


def test_what_was_no_stream_is_none_later(service: Service) -> None:
    own = asked(service, "POST", URL, {"input": "hi"})["id"]
    assert asked(service, "GET", f"{URL}/{own}?stream=true")["error"]["param"] == "stream"
    assert asked(service, "POST", f"{URL}/{own}/cancel")["error"]["message"] == (
        "Cannot cancel a synchronous response."
    )


@pytest.mark.parametrize(
    ("method", "tail"), [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items")]
)
def test_an_unknown_one_is_not_found_by_its_name(service: Service, method: str, tail: str) -> None:
    answer = sent(service, method, f"{URL}/resp_nobody{tail}")
    assert answer.status == 404
    assert json.loads(answer.body)["error"]["message"] == "Response with id 'resp_nobody' not found."


def test_answers_have_azures_headers(service: Service) -> None:
    created = sent(service, "POST", URL, {"input": "hi", "model": "my-gpt"})
    fetched = sent(service, "GET", f"{URL}/{json.loads(created.body)['id']}")
    for answer in (created, fetched):
        headers = dict(answer.headers)
        assert headers["x-ms-request-id"] == headers["x-request-id"]
        assert json.loads(headers["azure-openai-usage"]) == json.loads(answer.body)["usage"]
        assert int(headers["x-ratelimit-remaining-requests"]) > 0
    assert dict(created.headers)["x-ms-model-id"] == "my-gpt"


def test_the_oldest_are_forgotten(service: Service) -> None:
    ids = [asked(service, "POST", URL, {"input": str(n)})["id"] for n in range(REMEMBERED + 1)]
    assert sent(service, "GET", f"{URL}/{ids[0]}").status == 404
    assert sent(service, "GET", f"{URL}/{ids[1]}").status == 200
