"""Replies as Responses events: the openai package's own types are the judges of the form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from inspector.protocol import sse
from inspector.simulator import responses
from inspector.simulator.pace import AT_ONCE, HUMAN
from inspector.simulator.reply import Call, Finish, Part, Reasoning, Refusal, Reply, Text
from inspector.simulator.script import Answer, Head, Send, Wait

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
ASKED = {"model": "my-gpt", "stream": True, "include": ["reasoning.encrypted_content"], "store": False}


def events_of(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(event.data) for event in sse.Decoder().feed(answer.body)]


def test_every_event_has_what_its_type_requires(any_reply: Reply) -> None:
    for event in responses.events(any_reply, ASKED):
        assert EVENT.validate_python(event).type == event["type"]


def test_events_are_numbered_and_framed_one_a_send(rich_reply: Reply) -> None:
    answer = responses.answer(rich_reply, ASKED, seed=b"s", created_at=1)
    events = events_of(answer)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    sends = [step.data for step in answer.steps if isinstance(step, Send)]
    assert sends == [responses.encode(event) for event in events]
    assert sends[0].startswith(b"event: response.created\ndata: {")
    assert dict(answer.headers)["content-type"].startswith("text/event-stream")


def test_deltas_add_up_to_what_is_done(rich_reply: Reply) -> None:
    whole: dict[tuple[str, str], str] = {}
    for event in responses.events(rich_reply, ASKED):
        kind, _, step = event["type"].rpartition(".")
        if step == "delta":
            key = (event["item_id"], kind)
            whole[key] = whole.get(key, "") + event["delta"]
        elif step == "done" and (event.get("item_id"), kind) in whole:
            done = next(event[key] for key in ("text", "refusal", "arguments", "input") if key in event)
            assert whole.pop((event["item_id"], kind)) == done
    assert whole == {}


def test_the_last_event_carries_the_whole_response(rich_reply: Reply) -> None:
    events = responses.events(rich_reply, ASKED)
    assert events[-1]["type"] == "response.completed"
    response = events[-1]["response"]
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert response["output"] == done
    assert [item["type"] for item in done] == [
        "reasoning", "message", "function_call", "custom_tool_call", "function_call", "message",
    ]  # fmt: skip
    assert done[4]["namespace"] == "multi_agent_v1"
    assert response["model"] == "my-gpt"
    assert response["usage"]["input_tokens_details"] == {"cached_tokens": 1024, "cache_write_tokens": 500}
    assert response["usage"]["total_tokens"] == 2090


def test_encrypted_reasoning_comes_only_where_it_is_asked_for() -> None:
    reply = Reply((Reasoning("why", encrypted="sealed"),))
    with_it = responses.events(reply, ASKED)[-1]["response"]["output"][0]
    without = responses.events(reply, {"stream": True})[-1]["response"]["output"][0]
    assert with_it["encrypted_content"] == "sealed"
    assert "encrypted_content" not in without


@pytest.mark.parametrize(
    ("finish", "last"),
    [
        (Finish.MAX_TOKENS, "response.incomplete"),
        (Finish.CONTENT_FILTER, "response.incomplete"),
        (Finish.FAILED, "response.failed"),
        (Finish.ERROR, "error"),
        (Finish.SILENT, "response.output_text.delta"),
    ],
)
def test_other_ends(finish: Finish, last: str) -> None:
    events = responses.events(Reply((Text("half a sen"),), finish), ASKED)
    assert events[-1]["type"] == last
    response = events[-1].get("response") or {}
    if last == "response.incomplete":
        assert response["incomplete_details"] == {"reason": finish.value}
        assert response["output"][0]["status"] == "incomplete"
    if last == "response.failed":
        assert response["error"]["code"] == "server_error"
    assert (response.get("content_filters") is not None) == (finish is Finish.CONTENT_FILTER)


def test_a_cut_call_has_no_end_of_item() -> None:
    reply = Reply((Text("a"), Call("exec_command", '{"cmd": "rm -r old"}')), Finish.MAX_TOKENS)
    events = responses.events(reply, ASKED)
    done = [event["item"]["type"] for event in events if event["type"] == "response.output_item.done"]
    assert done == ["message"]
    assert "response.function_call_arguments.done" not in {event["type"] for event in events}
    deltas = [event["delta"] for event in events if event["type"] == "response.function_call_arguments.delta"]
    assert "".join(deltas) == '{"cmd": "'


@pytest.mark.parametrize("finish", [finish for finish in Finish if finish.breaks_off])
@pytest.mark.parametrize(
    "last", [Text("one two three"), Refusal("one two"), Call("f", '{"a": 1}'), Call("s", "{}", "tool_search")]
)
def test_where_it_breaks_off_the_last_item_has_no_end(finish: Finish, last: Part) -> None:
    events = responses.events(Reply((Text("whole"), last), finish), ASKED)
    ends = [event["output_index"] for event in events if event["type"] == "response.output_item.done"]
    begins = [event["output_index"] for event in events if event["type"] == "response.output_item.added"]
    assert (begins, ends) == ([0, 1], [0])


def test_without_streaming_the_response_is_one_body(any_reply: Reply) -> None:
    answer = responses.answer(any_reply, {"model": "m", "input": "hi"})
    body = json.loads(answer.body)
    if any_reply.finish.breaks_off:
        assert answer.status == 500
        assert body["error"]["code"] == "server_error"
    else:
        assert Response.model_validate(body).id.startswith("resp_")
        assert dict(answer.headers)["content-length"] == str(len(answer.body))


def test_usage_can_be_missing() -> None:
    assert responses.events(Reply(tokens=None), ASKED)[-1]["response"]["usage"] is None


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(rich_reply: Reply) -> None:
    one, same, other = (
        responses.answer(rich_reply, ASKED, seed=seed, created_at=1) for seed in (b"a", b"a", b"b")
    )
    assert (one.body, one.headers) == (same.body, same.headers)
    assert one.body != other.body


def test_a_human_pace_changes_the_waits_and_not_the_bytes(rich_reply: Reply) -> None:
    slow = responses.answer(rich_reply, ASKED, pace=HUMAN, seed=b"a", created_at=1)
    fast = responses.answer(rich_reply, ASKED, pace=AT_ONCE, seed=b"a", created_at=1)
    assert slow.body == fast.body
    assert slow.steps[:3] == (Wait(HUMAN.head), Head(), Wait(HUMAN.first))
    assert HUMAN.at(0) == AT_ONCE
    assert HUMAN.at(2).event == HUMAN.event / 2


def test_deployment_names_that_no_header_can_carry_stay_out_of_the_headers() -> None:
    for model in ("modèle", "a\r\nb", 7, None):
        names = {name for name, _ in responses.answer(Reply(), {"model": model, "stream": True}).headers}
        assert "x-ms-deployment-name" not in names
