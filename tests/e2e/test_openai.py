"""The real openai package as a client: whatever it accepts from Azure it accepts through us, and bridged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError, OpenAI, RateLimitError

from inspector.simulator import azure
from inspector.simulator.ask import Ask
from inspector.simulator.offered import shell_call
from inspector.simulator.reply import Reasoning, Text
from inspector.simulator.script import Answer
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

KEY = "a-key-nobody-may-see-0123456789"
WORDS = "Guten Morgen, Straße ✓ — all of it in order."
SHELL = {
    "name": "exec_command",
    "description": "Run a command.",
    "parameters": {
        "type": "object",
        "properties": {"cmd": {"type": "string"}},
        "required": ["cmd"],
        "additionalProperties": False,
    },
}


def story(ask: Ask) -> Answer:
    """A thought and words; the shell is called first where there is one."""
    run = shell_call(ask.tools, "ls")
    if run is not None and not ask.outputs:
        return ask.say(Reasoning("**Looking**"), run)
    return ask.say(Reasoning("**Thinking**"), Text(WORDS))


@pytest.fixture
def upstream() -> Iterator[Simulator]:
    with running(Service(story)) as simulator:
        yield simulator


Connect = Callable[..., tuple[OpenAI, Any]]


@pytest.fixture
def connect(record: Callable[..., Any], upstream: Simulator) -> Iterator[Connect]:
    """The package behind a recording, authenticated as Azure's users do; both of them."""
    clients: list[OpenAI] = []

    def through(*options: str, to: Simulator | None = None) -> tuple[OpenAI, Any]:
        recording = record((to or upstream).base_url, *options)
        client = OpenAI(
            base_url=recording.base_url,
            api_key=KEY,
            default_headers={"api-key": KEY},
            max_retries=0,
            timeout=30,
        )
        clients.append(client)
        return client, recording

    yield through
    for client in clients:
        client.close()


@pytest.fixture
def recorded(details: Callable[..., Any]) -> Callable[[Any], list[dict[str, Any]]]:
    """Ends a recording; its exchanges with everything, its file known to hold no key."""

    def read(recording: Any) -> list[dict[str, Any]]:
        assert recording.end() == 0
        capture: Path = recording.capture
        assert KEY.encode() not in capture.read_bytes()
        found: list[dict[str, Any]] = details(capture)
        return found

    return read


def test_responses(connect: Connect, recorded: Callable[..., Any], upstream: Simulator) -> None:
    client, recording = connect()
    plain = client.responses.create(model="gpt-5.5", input="Good morning")
    assert (plain.output_text, plain.status) == (WORDS, "completed")
    with client.responses.create(model="gpt-5.5", input="Good morning", stream=True) as stream:
        events = list(stream)
    with client.responses.stream(model="gpt-5.5", input="Good morning") as accumulated:
        for _ in accumulated:
            pass
        assert accumulated.get_final_response().output_text == WORDS
    again = client.responses.retrieve(plain.id)
    assert again.output_text == WORDS
    assert len(client.responses.input_items.list(plain.id).data) == 1
    client.responses.delete(plain.id)

    exchanges = recorded(recording)
    assert [each["operation"] for each in exchanges] == [
        *["responses.create"] * 3,
        *["responses.get", "responses.items", "responses.delete"],
    ]
    for each, received, sent in zip(exchanges, upstream.received, upstream.sent, strict=True):
        assert (each["status"], each["error"]) == (200, None)
        assert each["client"].startswith("OpenAI/Python ") or each["client"].startswith("OpenAI ")
        assert each["response"]["body"].encode() == sent.body
        assert each["request"]["body"].encode() == received.body
        assert (received.header("api-key"), received.header("authorization")) == (KEY, f"Bearer {KEY}")
    first, second, *_ = exchanges
    assert (first["response_id"], first["usage"]["output_tokens"]) == (plain.id, plain.usage.output_tokens)
    assert [event["type"] for event in second["events"]] == [event.type for event in events]
    assert [json.loads(event.to_json())["sequence_number"] for event in events] == list(range(len(events)))


def test_chat_completions(connect: Connect, recorded: Callable[..., Any], upstream: Simulator) -> None:
    client, recording = connect()
    asked: Any = {"model": "gpt-4.1", "messages": [{"role": "user", "content": "Good morning"}]}
    plain = client.chat.completions.create(**asked)
    assert plain.choices[0].message.content == WORDS
    with client.chat.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}
    ) as stream:
        chunks = list(stream)
    said = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(said) == WORDS

    first, second = recorded(recording)
    assert {first["operation"], second["operation"]} == {"chat.create"}
    assert (first["usage"]["input_tokens"], first["model"]) == (plain.usage.prompt_tokens, "gpt-4.1")
    assert second["usage"]["output_tokens"] == chunks[-1].usage.completion_tokens
    assert second["event_count"] == len(chunks) + 1  # and [DONE]
    assert [each["response"]["body"].encode() for each in (first, second)] == [
        sent.body for sent in upstream.sent
    ]


CALLS = (
    ("responses.create", 200), ("responses.create", 200), ("responses.create", 200),
    ("responses.get", 200), ("responses.get", 200), ("responses.items", 200), ("responses.items", 200),
    ("responses.cancel", 400), ("responses.delete", 200), ("responses.get", 404),
    ("responses.create", 200), ("responses.get", 200), ("responses.get", 200),
    ("responses.create", 200), ("responses.cancel", 200), ("responses.get", 200),
    ("responses.create", 200), ("responses.get", 200),
    ("chat.create", 200), ("chat.create", 200), ("embeddings", 200), ("embeddings", 200),
    ("models", 200), ("models", 200), ("responses.create", 429),
)  # fmt: skip
"""What each of the clients asks for, and what it is answered."""


def ask_everything(client: OpenAI) -> None:
    plain = client.responses.create(model="gpt-5.5", input="Good morning")
    assert plain.output_text == WORDS
    then: Any = [{"role": "user", "content": str(n)} for n in range(3)]
    more = client.responses.create(model="gpt-5.5", input=then, previous_response_id=plain.id)
    assert more.previous_response_id == plain.id
    with client.responses.create(model="gpt-5.5", input="Good morning", stream=True) as stream:
        events = list(stream)
    created = events[0]
    assert created.type == "response.created"
    fetched = client.responses.retrieve(plain.id, include=["reasoning.encrypted_content"])
    assert fetched.output[0].to_dict()["encrypted_content"]
    with client.responses.retrieve(created.response.id, stream=True, starting_after=3) as again:
        assert [event.sequence_number for event in again] == list(range(4, len(events)))
    items = client.responses.input_items.list(more.id, limit=2, order="asc")
    assert [len(page.data) for page in items.iter_pages()] == [2, 1]
    with pytest.raises(BadRequestError, match="Cannot cancel a synchronous response"):
        client.responses.cancel(plain.id)
    client.responses.delete(plain.id)
    with pytest.raises(NotFoundError, match=plain.id):
        client.responses.retrieve(plain.id)

    later = client.responses.create(model="gpt-5.5", input="Later", background=True, store=True)
    told = [later.status, *(client.responses.retrieve(later.id).status for _ in range(2))]
    assert told == ["queued", "in_progress", "completed"]
    never = client.responses.create(model="gpt-5.5", input="Never", background=True)
    assert client.responses.cancel(never.id).status == "cancelled"
    assert client.responses.retrieve(never.id).status == "cancelled"
    with client.responses.create(model="gpt-5.5", input="Go on", background=True, stream=True) as stream:
        events = list(stream)
    created = events[0]
    assert created.type == "response.created"
    assert (created.response.status, events[1].type) == ("queued", "response.queued")
    with client.responses.retrieve(created.response.id, stream=True, starting_after=4) as rest:
        assert list(rest) == events[5:]

    asked: Any = {"model": "gpt-4.1", "messages": [{"role": "user", "content": "Good morning"}]}
    assert client.chat.completions.create(**asked).choices[0].message.content == WORDS
    with client.chat.completions.create(**asked, stream=True) as chunks:
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == WORDS
    packed: Any = {}  # as base64, which the package asks for by itself
    for form in (packed, {"encoding_format": "float"}):
        made = client.embeddings.create(model="embed", input=["one", "two"], **form)
        assert [len(vector.embedding) for vector in made.data] == [1536] * 2
    names = [model.id for model in client.models.list()]
    assert client.models.retrieve(names[0]).id == names[0]
    with pytest.raises(RateLimitError, match="try again in 2s"):
        client.responses.create(model="error-429", input="Good morning")


def test_every_call_of_both_clients(
    connect: Connect, recorded: Callable[..., Any], upstream: Simulator
) -> None:
    client, recording = connect()
    ask_everything(client)
    with AzureOpenAI(
        azure_endpoint=recording.base_url.removesuffix("/openai/v1"),
        api_version="2025-04-01-preview",
        api_key=KEY,
        max_retries=0,
        timeout=30,
    ) as dated:
        ask_everything(dated)

    exchanges = recorded(recording)
    assert [(each["operation"], each["status"]) for each in exchanges] == [*CALLS, *CALLS]
    for each, received, sent in zip(exchanges, upstream.received, upstream.sent, strict=True):
        assert each["response"]["body"].encode() == sent.body
        assert each["request"]["body"].encode() == received.body
        assert each["url"] == f"{upstream.url}{received.target}"
        assert (each["error"] is None) == (each["status"] == 200)
        headers = {name.lower() for name, _ in each["response"]["headers"]}
        assert each["status"] != 200 or {"x-ms-request-id", "x-ratelimit-remaining-tokens"} <= headers
    first, second = exchanges[: len(CALLS)], exchanges[len(CALLS) :]
    assert all("/openai/v1/" in each["url"] for each in first)
    assert all("api-version=2025-04-01-preview" in each["url"] for each in second)
    chat = second[18]["url"]
    assert "/openai/deployments/gpt-4.1/chat/completions?" in chat
    for half in (first, second):
        created, got = half[10], half[12]
        assert (created["response_id"], created["usage"]) == (got["response_id"], None)
        assert got["usage"]["output_tokens"] > 0
        assert (half[20]["model"], half[20]["usage"]["input_tokens"]) == ("embed", 2)
        assert half[22]["request"]["body"] == ""


def test_other_calls_pass_without_a_record(connect: Connect, recorded: Callable[..., Any]) -> None:
    client, recording = connect()
    with pytest.raises(Exception, match="Resource not found"):
        client.files.list()
    assert recorded(recording) == []


def chat_only(received: Any) -> Answer:
    return Service(story)(received) if received.path.endswith("/chat/completions") else azure.not_found()


def test_a_bridged_stream_is_one_of_responses(connect: Connect, recorded: Callable[..., Any]) -> None:
    tools: Any = [{"type": "function", "strict": True, **SHELL}]
    with running(chat_only) as upstream:
        client, recording = connect("--mode", "bridge", to=upstream)
        with client.responses.stream(model="gpt-5.5", input="What is there?", tools=tools) as stream:
            events = list(stream)
            called = stream.get_final_response()
        [call] = [item for item in called.output if item.type == "function_call"]
        assert (call.name, json.loads(call.arguments)) == ("exec_command", {"cmd": "ls"})
        assert events[-1].type == "response.completed"

        said: Any = [
            {"role": "user", "content": "What is there?"},
            *(item.to_dict() for item in called.output if item.type == "function_call"),
            {"type": "function_call_output", "call_id": call.call_id, "output": "nothing"},
        ]
        with client.responses.stream(model="gpt-5.5", input=said, tools=tools) as stream:
            words = [event.delta for event in stream if event.type == "response.output_text.delta"]
            answered = stream.get_final_response()
        assert "".join(words) == answered.output_text == WORDS
        assert answered.usage is not None
        assert answered.usage.total_tokens > 0

        plain = client.responses.create(model="gpt-5.5", input="Good morning", metadata={"team": "kiln"})
        assert (plain.output_text, plain.status, plain.metadata) == (WORDS, "completed", {"team": "kiln"})
        again = client.responses.create(model="gpt-5.5", input="And again", previous_response_id=plain.id)
        assert (again.output_text, again.previous_response_id) == (WORDS, plain.id)
        roles = [message["role"] for message in upstream.received[-1].json()["messages"]]
        assert roles == ["user", "assistant", "user"]
        assert {received.path for received in upstream.received} == {"/openai/v1/chat/completions"}
        assert all(received.header("api-key") == KEY for received in upstream.received)
        asked = upstream.received[1].json()
        assert [message["role"] for message in asked["messages"]] == ["user", "assistant", "tool"]

    exchanges = recorded(recording)
    assert [each["status"] for each in exchanges] == [200] * 4
    for each, received, sent in zip(exchanges, upstream.received, upstream.sent, strict=True):
        assert each["mode"] == "bridge"
        assert each["upstream_request"]["body"].encode() == received.body
        assert each["upstream_response"]["body"].encode() == sent.body
    assert exchanges[2]["usage"]["output_tokens"] == plain.usage.output_tokens


def test_a_bridged_request_that_cannot_be_translated_is_refused(
    connect: Connect, recorded: Callable[..., Any], upstream: Simulator
) -> None:
    client, recording = connect("--mode", "bridge")
    with pytest.raises(BadRequestError) as refused:
        client.responses.create(model="gpt-5.5", input="And?", previous_response_id="resp_of_another_day")
    assert "previous_response_id" in refused.value.message
    assert refused.value.param == "previous_response_id"
    with pytest.raises(BadRequestError, match="background"):
        client.responses.create(model="gpt-5.5", input="Later", background=True)
    assert upstream.received == []
    for each in recorded(recording):
        assert (each["status"], each["outcome"]) == (400, "refused")
        assert each["error"]


@pytest.mark.parametrize("mode", ["observe", "bridge"])
def test_a_refusal_of_azures_keeps_its_words(
    connect: Connect, recorded: Callable[..., Any], mode: str
) -> None:
    limited = azure.rate_limited(retry_after_ms="1500", seconds=2)
    with running(lambda _: limited) as upstream:
        client, recording = connect("--mode", mode, to=upstream)
        with pytest.raises(RateLimitError, match="try again in 2s") as refused:
            client.responses.create(model="gpt-5.5", input="Good morning", stream=True)
    headers = refused.value.response.headers
    assert headers["retry-after-ms"] == "1500"
    assert headers["apim-request-id"]
    assert headers.get("retry-after") == ("2" if mode == "bridge" else None)
    [each] = recorded(recording)
    assert each["status"] == 429
    assert "try again in 2s" in each["error"]
