"""The imitated resource: each address, in Azure's form; and the openai package as its client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai.types.responses import CompactedResponse

from inspector.simulator.ask import Ask
from inspector.simulator.reply import Reasoning, Text
from inspector.simulator.script import Answer, Received
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service
from inspector.simulator.stories.tool_session import ToolSession


def story(ask: Ask) -> Answer:
    return ask.say(Reasoning("**Hm**"), Text(f"{ask.prompts[-1]}, attempt {ask.attempt}, in {ask.session}"))


def request(method: str, target: str, body: object = None) -> Received:
    return Received(0, 0, method, target, (), b"" if body is None else json.dumps(body).encode())


def asked(service: Service, method: str, target: str, body: object = None) -> tuple[int, Any]:
    answer = service(request(method, target, body))
    return answer.status, json.loads(answer.body)


@pytest.fixture
def service() -> Service:
    return Service(story)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/openai/v1/files"),
        ("GET", "/"),
        ("POST", "/openai/v1/images"),
        ("GET", "/openai/v1/responses"),
    ],
)
def test_other_addresses_are_not_found(service: Service, method: str, target: str) -> None:
    assert asked(service, method, target) == (
        404,
        {"error": {"code": "404", "message": "Resource not found"}},
    )


@pytest.mark.parametrize("target", ["/openai/v1/responses", "/openai/v1/chat/completions"])
@pytest.mark.parametrize(
    "body", [None, [], {}, {"input": [], "messages": []}, {"input": 7, "messages": None}]
)
def test_a_body_without_anything_said_is_refused(service: Service, target: str, body: object) -> None:
    status, answer = asked(service, "POST", target, body)
    assert status == 400
    assert answer["error"]["code"] == "invalid_payload"


def test_each_point_of_a_session_counts_its_attempts(service: Service) -> None:
    def words(text: str, key: str) -> str:
        body = {"input": text, "prompt_cache_key": key}
        output = asked(service, "POST", "/openai/v1/responses", body)[1]["output"]
        return str(output[1]["content"][0]["text"])

    assert words("hi", "a") == "hi, attempt 0, in a"
    assert words("hi", "a") == "hi, attempt 1, in a"
    assert words("hi", "b") == "hi, attempt 0, in b"


def test_a_sub_agent_counts_its_own_though_it_has_the_sessions_cache_key(service: Service) -> None:
    body = json.dumps({"input": "hi", "prompt_cache_key": "a"}).encode()
    for thread in ("first", "agent"):
        said = service(Received(0, 0, "POST", "/openai/v1/responses", (("thread-id", thread),), body))
        assert b"hi, attempt 0, in a" in said.body


def test_a_response_is_stored_fetched_listed_and_deleted(service: Service) -> None:
    created = asked(service, "POST", "/openai/v1/responses", {"input": "hi"})[1]
    own = f"/openai/v1/responses/{created['id']}"
    assert asked(service, "GET", own) == (200, created)
    listed = asked(service, "GET", f"{own}/input_items")[1]
    assert listed["data"][0]["content"] == [{"type": "input_text", "text": "hi"}]
    assert listed["first_id"] == listed["last_id"] == listed["data"][0]["id"]
    assert asked(service, "POST", f"{own}/cancel")[0] == 400
    follow_up = {"input": "more", "previous_response_id": created["id"]}
    assert asked(service, "POST", "/openai/v1/responses", follow_up)[0] == 200
    assert asked(service, "DELETE", own) == (
        200,
        {"id": created["id"], "object": "response", "deleted": True},
    )
    assert asked(service, "GET", own)[0] == 404
    assert (
        asked(service, "POST", "/openai/v1/responses", follow_up)[1]["error"]["param"]
        == "previous_response_id"
    )


def test_a_stored_stream_can_be_read_again_from_any_event(service: Service) -> None:
    answer = service(request("POST", "/openai/v1/responses", {"input": "hi", "stream": True}))
    last = json.loads(answer.body.rsplit(b"data: ", 1)[1])
    own = f"/openai/v1/responses/{last['response']['id']}"
    again = service(request("GET", f"{own}?stream=true"))
    assert again.body == answer.body
    rest = service(request("GET", f"{own}?stream=true&starting_after={last['sequence_number'] - 1}"))
    assert rest.body == answer.body[answer.body.rindex(b"event: ") :]


def test_what_a_response_continues_is_part_of_what_is_asked(service: Service) -> None:
    first = asked(service, "POST", "/openai/v1/responses", {"input": "hi"})[1]
    then = {"input": "more", "previous_response_id": first["id"]}
    second = asked(service, "POST", "/openai/v1/responses", then)[1]
    assert second["usage"]["input_tokens"] > first["usage"]["input_tokens"]
    assert "more, attempt" in second["output"][1]["content"][0]["text"]


def test_the_background_needs_a_store(service: Service) -> None:
    body = {"input": "hi", "background": True, "store": False}
    status, answer = asked(service, "POST", "/openai/v1/responses", body)
    assert (status, answer["error"]["param"]) == (400, "background")


def test_what_is_not_to_be_stored_is_not(service: Service) -> None:
    created = asked(service, "POST", "/openai/v1/responses", {"input": "hi", "store": False})[1]
    assert asked(service, "GET", f"/openai/v1/responses/{created['id']}")[0] == 404


def test_compaction_by_trigger_and_by_address_gives_one_item() -> None:
    service = Service(ToolSession())
    items: list[dict[str, Any]] = [
        {"role": "user", "content": "go"},
        {"type": "function_call", "call_id": "a"},
        {"type": "function_call_output", "call_id": "a", "output": "done"},
    ]
    body = {"input": [*items, {"type": "compaction_trigger"}], "stream": True, "store": False}
    streamed = service(request("POST", "/openai/v1/responses", body)).body
    output = json.loads(streamed.rsplit(b"data: ", 1)[1])["response"]["output"]
    assert [item["type"] for item in output] == ["compaction"]
    status, whole = asked(service, "POST", "/openai/v1/responses/compact", {"model": "m", "input": items})
    assert status == 200
    assert CompactedResponse.model_validate(whole).output[0].type == "compaction"
    shell = {"name": "exec_command", "parameters": {"properties": {"cmd": {"type": "string"}}}}
    follow_up = {"input": [items[0], *output], "tools": [{"type": "function", **shell}]}
    goes_on = asked(service, "POST", "/openai/v1/responses", follow_up)[1]["output"]
    assert "apply_patch" in goes_on[-1]["arguments"]


@pytest.fixture
def azure_like() -> Iterator[tuple[Simulator, openai.OpenAI]]:
    with (
        running(Service(story)) as simulator,
        openai.OpenAI(base_url=simulator.base_url, api_key="dummy", max_retries=0) as client,
    ):
        yield simulator, client


def test_the_openai_package_creates_responses(azure_like: tuple[Simulator, openai.OpenAI]) -> None:
    _, client = azure_like
    whole = client.responses.create(model="m", input="hi", prompt_cache_key="k")
    assert whole.output_text == "hi, attempt 0, in k"
    assert client.responses.retrieve(whole.id).output_text == whole.output_text
    with client.responses.stream(model="m", input="hi", prompt_cache_key="k") as stream:
        for _event in stream:
            pass
        assert stream.get_final_response().output_text == "hi, attempt 1, in k"


def test_the_openai_package_creates_chats(azure_like: tuple[Simulator, openai.OpenAI]) -> None:
    _, client = azure_like
    said: list[Any] = [{"role": "user", "content": "hi"}]
    whole = client.chat.completions.create(model="m", messages=said, prompt_cache_key="k")
    assert whole.choices[0].message.content == "hi, attempt 0, in k"
    pieces = client.chat.completions.create(model="m", messages=said, prompt_cache_key="k", stream=True)
    words = "".join(chunk.choices[0].delta.content or "" for chunk in pieces if chunk.choices)
    assert words == "hi, attempt 1, in k"


def test_the_openai_package_reads_the_rest(azure_like: tuple[Simulator, openai.OpenAI]) -> None:
    simulator, client = azure_like
    assert "gpt-5.5" in [model.id for model in client.models.list()]
    assert client.models.retrieve("gpt-4.1").object == "model"
    one, same, other = client.embeddings.create(model="e", input=["a", "a", "b"]).data
    plain = client.embeddings.create(model="e", input="a", encoding_format="float").data[0]
    assert one.embedding == same.embedding != other.embedding
    assert plain.embedding == pytest.approx(one.embedding)
    with pytest.raises(openai.NotFoundError, match="Resource not found"):
        client.models.retrieve("nobody")
    with pytest.raises(openai.BadRequestError, match="'input'"):
        client.post("/embeddings", body={}, cast_to=object)
    assert simulator.failures == []
