"""Errors on demand: by a deployment's name in the body or the path, or by a response's id."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.simulator.ask import Ask
from inspector.simulator.errors import FORMS
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer, Received
from inspector.simulator.service import Service

PLACES = (
    ("POST", "/openai/v1/responses", True),
    ("POST", "/openai/v1/chat/completions", True),
    ("POST", "/openai/v1/embeddings", True),
    ("POST", "/openai/deployments/NAME/chat/completions?api-version=2024-10-21", False),
    ("GET", "/openai/v1/responses/NAME", False),
    ("DELETE", "/openai/v1/responses/NAME", False),
    ("POST", "/openai/v1/responses/NAME/cancel", False),
    ("GET", "/openai/v1/responses/NAME/input_items?limit=2", False),
    ("GET", "/openai/v1/models/NAME", False),
)


def story(ask: Ask) -> Answer:
    return ask.say(Text("words"))


def sent(method: str, target: str, body: Any) -> Answer:
    data = b"" if body is None else json.dumps(body).encode()
    return Service(story)(Received(0, 0, method, target, (), data))


@pytest.mark.parametrize(("method", "target", "in_body"), PLACES)
def test_every_call_has_them(method: str, target: str, in_body: bool) -> None:
    body = {"input": "hi", "messages": [{"role": "user", "content": "hi"}], "model": "error-409"}
    answer = sent(method, target.replace("NAME", "error-409"), body if in_body else None)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (409, "Conflict")


def test_each_form_is_what_it_is_called() -> None:
    answers = {name: sent("GET", f"/openai/v1/responses/error-{name}", None) for name in FORMS}
    assert {name: answer.status for name, answer in answers.items() if name.isdecimal()} == {
        name: int(name) for name in FORMS if name.isdecimal()
    }
    told = {
        name: json.loads(answer.body) for name, answer in answers.items() if name not in ("html", "empty")
    }
    assert set(told["400"]["error"]) == {"message", "type", "param", "code"}
    assert set(told["401"]["error"]) == {"message", "code"}
    assert dict(answers["429"].headers)["retry-after-ms"] == "1500"
    assert told["quota"]["error"]["code"] == "insufficient_quota"
    assert len(told["payload"]["error"]["details"]) == 2
    assert "content_filter_result" in told["filter"]["error"]["innererror"]
    assert set(told["gateway"]) == {"statusCode", "message"}
    assert answers["html"].body.startswith(b"<html>")
    assert (answers["empty"].status, answers["empty"].body) == (503, b"")


@pytest.mark.parametrize("model", ["error", "error-", "error-999", "error-nobody", "my-error-429", 7])
def test_other_names_are_a_deployments(model: object) -> None:
    assert sent("POST", "/openai/v1/responses", {"input": "hi", "model": model}).status == 200


def test_what_is_served_nowhere_stays_not_found() -> None:
    assert sent("GET", "/openai/v1/files/error-500", None).status == 404
