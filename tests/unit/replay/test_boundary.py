"""A captured request as a call, at each of its boundaries."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Leg
from inspector.replay.boundary import Boundary, BuildProblem, Built, build
from inspector.replay.endpoint import Destination

ROOT = "https://my-res.openai.azure.com/openai"
TO = "https://other.openai.azure.com"


def said(built: Built) -> dict[str, Any]:
    value = json.loads(built.call.body)
    assert isinstance(value, dict)
    return value


def test_as_captured_is_the_request_to_the_letter_without_what_was_the_connections(make_detail) -> None:
    body = b'{ "model" : "my-gpt5", "input": "hi" }'
    call = build(make_detail(body)).call
    assert (call.method, call.url, call.body) == ("POST", f"{ROOT}/v1/responses", body)
    assert dict(call.headers) == {
        "Content-Type": "application/json", "Accept": "text/event-stream", "Originator": "codex_exec"
    }  # fmt: skip
    assert build(make_detail(body)).left_out == ("X-Odd",)
    assert "redacted" not in repr(call)
    assert "my-gpt5" not in repr(call)


def test_content_encodings_are_undone(make_detail) -> None:
    headers = (("content-encoding", "gzip"), ("content-type", "application/json"))
    call = build(make_detail(gzip.compress(b'{"input": "hi"}'), headers=headers)).call
    assert call.body == b'{"input": "hi"}'
    assert dict(call.headers) == {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("where", "model", "url"),
    [
        ({"model": "m"}, "m", f"{ROOT}/v1/responses"),
        ({"model": "m", "deployment": "d"}, "d", f"{ROOT}/v1/responses"),
        ({"to": TO}, "my-gpt5", f"{TO}/openai/v1/responses"),
        ({"to": f"{TO}/openai/deployments/d?api-version=2025-04-01"}, "d", None),
        (
            {"api_version": "2025-04-01-preview"},
            "my-gpt5",
            f"{ROOT}/responses?api-version=2025-04-01-preview",
        ),
    ],
)
def test_model_and_endpoint_are_what_the_person_says(
    make_detail, where: dict[str, str], model: str, url: str | None
) -> None:
    built = build(make_detail(), destination=Destination(**where))
    assert said(built)["model"] == model
    assert url in (None, built.call.url)


@pytest.mark.parametrize("operation", ["chat.create", "embeddings"])
@pytest.mark.parametrize("body", [{}, {"model": "another name"}])
def test_a_deployment_of_the_captured_path_goes_along(
    make_detail, operation: str, body: dict[str, str]
) -> None:
    tail = "chat/completions" if operation == "chat.create" else "embeddings"
    url = f"{ROOT}/deployments/my-d/{tail}?api-version=2024-10-21"
    detail = make_detail(body, url=url, operation=operation, model="another name")
    assert build(detail).call.url == url
    to_v1 = build(detail, destination=Destination(TO))
    assert (said(to_v1), to_v1.call.url) == ({"model": "my-d"}, f"{TO}/openai/v1/{tail}")
    dated = f"{TO}/openai?api-version=2025-01-01"
    to_dated = build(detail, destination=Destination(dated))
    assert (said(to_dated), "/deployments/my-d/" in to_dated.call.url) == (body, True)
    assert said(build(detail, destination=Destination(TO, model="m"))) == {"model": "m"}
    assert said(build(detail, destination=Destination(TO), body={"model": "edited"})) == {"model": "edited"}


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"operation": "files.upload"}, r"none of the calls that can be sent again: POST files\.upload\.$"),
        ({"operation": ""}, "none of the calls"),
        ({"method": "PO ST\r\nx: y"}, "none of the calls"),
        ({"method": "CONNECT"}, "none of the calls"),
    ],
)
def test_what_is_no_call_of_azures_is_not_sent(make_detail, odd: dict[str, str], words: str) -> None:
    with pytest.raises(BuildProblem, match=words):
        build(make_detail(**odd), destination=Destination(TO))


@pytest.mark.parametrize("boundary", [Boundary.CAPTURED, Boundary.REPAIRED, Boundary.TRANSLATED])
def test_what_was_read_from_a_file_without_its_body_is_told(make_detail, boundary: Boundary) -> None:
    detail = make_detail(b"")
    request = replace(detail.legs[Leg.REQUEST], absent=True)
    without = replace(detail, legs={Leg.REQUEST: request})
    with pytest.raises(BuildProblem, match=r"exchange 7 is not in the file that it was read from"):
        build(without, boundary)
    assert said(build(without, boundary, body={"model": "m", "input": "hi"}))["model"] == "m"


@pytest.mark.parametrize("boundary", [Boundary.CAPTURED, Boundary.REPAIRED, Boundary.TRANSLATED])
def test_what_went_over_a_websocket_is_posted(make_detail, boundary: Boundary) -> None:
    past = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "before"}]}]
    detail = make_detail(
        {
            "type": "response.create",
            "generate": False,
            "model": "m",
            "previous_response_id": "r",
            "input": "hi",
        },
        url="wss://my-res.openai.azure.com/openai/v1/responses",
        method="WEBSOCKET",
        socket=1,
        headers=(("upgrade", "websocket"), ("sec-websocket-version", "13"), ("originator", "codex_exec")),
    )
    request = replace(detail.legs[Leg.REQUEST], binary_messages=frozenset())
    detail = replace(detail, legs={Leg.REQUEST: request})
    built = build(detail, boundary, past=past)
    sent = said(built)
    assert built.call.method == "POST"
    assert built.call.url.startswith("https://my-res.openai.azure.com/openai/v1/")
    assert not {"type", "generate", "previous_response_id"} & set(sent)
    assert sent["stream"] is True
    names = [name.lower() for name, _ in built.call.headers]
    assert "originator" in names
    assert not {"upgrade", "sec-websocket-version"} & set(names)
    if boundary is Boundary.TRANSLATED:
        assert [each["content"] for each in sent["messages"]] == ["before", "hi"]
    else:
        assert sent["input"] == [*past, {**past[0], "content": [{"type": "input_text", "text": "hi"}]}]
    edited = {"model": "m", "previous_response_id": "r", "input": []}
    assert "before" in build(detail, boundary, past=past, body=edited).call.body.decode()
    with pytest.raises(BuildProblem, match="goes on from a response that is not in the capture"):
        build(detail, boundary)


def test_repaired_it_is_what_azure_takes(make_detail) -> None:
    detail = make_detail({"model": "gpt-5", "input": "hi", "temperature": 1, "max_tokens": 9})
    built = build(detail, Boundary.REPAIRED)
    assert said(built) == {"model": "gpt-5", "input": "hi", "max_output_tokens": 9}
    assert {change.rule for change in built.changes} == {"sampling-fields", "token-limit"}
    assert built.report is not None


def test_what_needs_no_repair_stays_to_the_letter(make_detail) -> None:
    body = b'{ "model": "gpt-4o", "input": "hi" }'
    built = build(make_detail(body), Boundary.REPAIRED)
    assert (built.call.body, built.changes) == (body, ())


def test_repair_goes_by_the_model_and_names_the_deployment(make_detail) -> None:
    detail = make_detail({"model": "x", "input": "hi", "temperature": 1})
    built = build(detail, Boundary.REPAIRED, Destination(model="gpt-5", deployment="mine"))
    assert said(built) == {"model": "mine", "input": "hi"}
    told = build(detail, Boundary.REPAIRED, Destination(families={"x": "gpt-5"}))
    assert said(told) == {"model": "x", "input": "hi"}
    off = make_detail({"model": "gpt-5", "temperature": 1}, options={"without": ["sampling-fields"]})
    assert "temperature" in said(build(off, Boundary.REPAIRED))


def test_translated_it_goes_to_the_chat_endpoint(make_detail) -> None:
    built = build(make_detail(), Boundary.TRANSLATED)
    assert (built.call.url, built.call.operation) == (f"{ROOT}/v1/chat/completions", "chat.create")
    assert said(built)["messages"] == [{"role": "user", "content": "hi"}]
    assert dict(built.call.headers)["accept"] == "text/event-stream"
    assert [name.lower() for name, _ in built.call.headers].count("accept") == 1
    whole = build(make_detail({"model": "m", "input": "hi"}), Boundary.TRANSLATED)
    assert dict(whole.call.headers)["accept"] == "application/json"


def test_translation_names_the_deployment_in_body_and_path(make_detail) -> None:
    options = {"deployments": {"my-gpt5": "recorded"}, "api_version": "2024-10-21"}
    detail = make_detail(options=options)
    by_recorder = build(detail, Boundary.TRANSLATED)
    assert by_recorder.call.url == f"{ROOT}/deployments/recorded/chat/completions?api-version=2024-10-21"
    named = build(detail, Boundary.TRANSLATED, Destination(deployment="d"))
    assert "/deployments/d/" in named.call.url
    assert said(named)["model"] == "d"
    elsewhere = build(detail, Boundary.TRANSLATED, Destination(to=TO))
    assert elsewhere.call.url == f"{TO}/openai/v1/chat/completions"


def test_earlier_items_are_said_along(make_detail) -> None:
    detail = make_detail({"model": "m", "input": "and?", "previous_response_id": "resp_1"})
    with pytest.raises(BuildProblem, match=r"Exchange 7 cannot be said in Chat Completions: .*resp_1"):
        build(detail, Boundary.TRANSLATED)
    past = [{"type": "message", "role": "user", "content": "first"}]
    texts = [one["content"] for one in said(build(detail, Boundary.TRANSLATED, past=past))["messages"]]
    assert texts == ["first", "and?"]


def test_the_payload_is_what_the_bridge_sent(make_detail) -> None:
    payload = {"model": "d", "messages": [{"role": "user", "content": "hi"}], "stream": True}
    detail = make_detail(sent=payload)
    built = build(detail, Boundary.PAYLOAD)
    assert said(built) == payload
    assert built.call.url == f"{ROOT}/v1/chat/completions"
    other = build(detail, Boundary.PAYLOAD, Destination(model="e", api_version="2024-10-21"))
    assert said(other)["model"] == "e"
    assert other.call.url == f"{ROOT}/deployments/e/chat/completions?api-version=2024-10-21"


def test_an_edited_body_takes_its_place(make_detail) -> None:
    detail = make_detail(b"no json", request_done=None)
    edited = {"model": "gpt-5", "input": "other", "temperature": 1}
    assert said(build(detail, body=edited)) == edited
    assert "temperature" not in said(build(detail, Boundary.REPAIRED, body=edited))
    assert said(build(detail, Boundary.TRANSLATED, body=edited))["messages"][0]["content"] == "other"
    assert edited == {"model": "gpt-5", "input": "other", "temperature": 1}


def test_other_calls_go_where_they_went(make_detail) -> None:
    url = f"{ROOT}/v1/responses/resp_1/input_items?limit=2"
    detail = make_detail(b"", url=url, operation="responses.items", method="GET")
    assert build(detail).call.url == url
    moved = build(detail, destination=Destination(to=f"{TO}/openai?api-version=2025-04-01")).call
    assert (moved.method, moved.body) == ("GET", b"")
    assert moved.url == f"{TO}/openai/responses/resp_1/input_items?api-version=2025-04-01&limit=2"
    embeddings = make_detail(
        {"model": "e", "input": "hi"}, url=f"{ROOT}/v1/embeddings", operation="embeddings"
    )
    dated = build(embeddings, destination=Destination(api_version="2024-10-21")).call
    assert dated.url == f"{ROOT}/deployments/e/embeddings?api-version=2024-10-21"
    models = make_detail(b"", url=f"{ROOT}/v1/models/m", operation="models", method="GET")
    assert build(models, destination=Destination(to=TO)).call.url == f"{TO}/openai/v1/models/m"


def test_a_chat_request_names_another_deployment_in_its_path(make_detail) -> None:
    url = f"{ROOT}/deployments/old/chat/completions?api-version=2024-10-21"
    detail = make_detail({"messages": []}, url=url, operation="chat.create")
    assert build(detail).call.url == url
    other = build(detail, destination=Destination(deployment="new"))
    assert other.call.url == url.replace("old", "new")
    assert said(other)["model"] == "new"


@pytest.mark.parametrize(
    ("boundary", "told", "words"),
    [
        ("captured", {"operation": "responses.connect"}, "asks for a WebSocket"),
        ("captured", {"request_done": None}, "was not recorded whole"),
        ("repaired", {"operation": "chat.create"}, "is no Responses request"),
        ("repaired", {"body": b"[]"}, "is no JSON object"),
        ("translated", {"operation": "chat.create"}, "a Chat Completions request already"),
        ("translated", {"operation": "responses.compact"}, "exchange 7 is none"),
        ("payload", {}, "did not pass a bridge"),
        (
            "captured",
            {"body": b"x", "headers": (("content-encoding", "odd"),)},
            "cannot be read: content-encoding 'odd'",
        ),
    ],
)
def test_what_cannot_be_sent_is_a_sentence(
    make_detail, boundary: str, told: dict[str, Any], words: str
) -> None:
    detail: ExchangeDetail = make_detail(**told)
    with pytest.raises(BuildProblem, match=words):
        build(detail, Boundary(boundary))
