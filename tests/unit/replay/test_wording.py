"""Every form of an error that the imitation knows, in words, with the request's id."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from inspector.capture.model import Headers, Made, Outcome
from inspector.capture.summary import Summary
from inspector.replay.endpoint import Destination, resolve
from inspector.replay.record import open_record
from inspector.replay.sending import Sender, Sent
from inspector.replay.stored import create
from inspector.replay.wording import error_of, in_words
from inspector.simulator.ask import Ask
from inspector.simulator.errors import FORMS
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import running
from inspector.simulator.service import Service

SAID = {
    "400": "400 unsupported_value: Unsupported value: 'temperature' does not support 3 with this model (",
    "401": "401 Access denied: the subscription key is invalid, or it is not for this endpoint (",
    "404": "404 DeploymentNotFound: The API deployment for this resource does not exist (",
    "429": "429 too_many_requests: Rate limit of this deployment reached. Please try again in 2s (",
    "quota": "429 insufficient_quota: You exceeded your current quota, ",
    "payload": "400 invalid_payload: The request is not valid; input[0].content: expected a list; top_k: ",
    "filter": "400 content_filter: The prompt was stopped by the content filter of this deployment. ",
    "gateway": "401 Access denied due to missing subscription key.",
    "html": "502 Bad Gateway",
    "empty": "503 Service Unavailable",
}


def story(ask: Ask) -> Answer:
    return ask.say(Text("words"))


def test_every_form_is_put_in_words(tmp_path: Path) -> None:
    assert SAID.keys() == FORMS.keys()

    async def ask_all(base_url: str) -> dict[str, Sent]:
        endpoint = resolve(None, Destination(base_url), {})
        with closing(open_record(tmp_path / "capture.db", {}, lambda _: None)) as writer:
            async with Sender(writer) as sender:
                return {
                    name: await sender.send(
                        create(endpoint, {"model": f"error-{name}"}), None, parent=None, made=Made("azure")
                    )
                    for name in FORMS
                }

    with running(Service(story)) as upstream:
        answers = asyncio.run(ask_all(upstream.base_url))
    for name, sent in answers.items():
        words = in_words(sent) or ""
        assert words.startswith(SAID[name])
        request_id = dict(sent.headers).get("x-ms-request-id")
        assert (request_id is None) == (name in ("gateway", "html", "empty"))
        assert words.endswith(f"(request id {request_id})" if request_id else SAID[name])
    assert "[violence: medium]" in (in_words(answers["filter"]) or "")
    read = {name: error_of(sent) for name, sent in answers.items()}
    assert [name for name, error in read.items() if error is None] == ["html", "empty"]


def sent(error: str | None, body: bytes, headers: Headers = ()) -> Sent:
    return Sent(1, 500, Outcome.COMPLETE, error, Summary(), headers, body)


def test_what_went_well_needs_no_words() -> None:
    assert in_words(sent(None, b"{}", (("x-request-id", "1"),))) is None


@pytest.mark.parametrize("body", [b"[" * 9000, b"\xff\xfe", b"", b"<html>", b"no"])
def test_what_is_no_json_has_no_error(body: bytes) -> None:
    assert error_of(sent("x", body)) is None


@pytest.mark.parametrize("body", [b"null", b"7", b"[]"])
def test_json_without_one_has_an_empty_one(body: bytes) -> None:
    found = error_of(sent("x", body))
    assert found is not None
    assert found.message == ""
