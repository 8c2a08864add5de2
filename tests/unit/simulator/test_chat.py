"""Replies as Chat chunks: the openai package's own types are the judges of the form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from inspector.protocol import sse
from inspector.simulator import chat
from inspector.simulator.pace import HUMAN
from inspector.simulator.reply import Call, Finish, Reasoning, Refusal, Reply, Text
from inspector.simulator.script import Answer, Send, Wait

ASKED = {"model": "my-gpt", "stream": True, "stream_options": {"include_usage": True}}


def data_of(answer: Answer) -> list[str]:
    return [event.data for event in sse.Decoder().feed(answer.body)]


def choices(chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [choice for chunk in chunks for choice in chunk.get("choices", ())]


def test_every_chunk_but_azures_first_has_what_its_type_requires(any_reply: Reply) -> None:
    first, *rest = chat.chunks(any_reply, ASKED)
    assert first["choices"] == []
    assert first["prompt_filter_results"][0]["content_filter_results"]["hate"]["filtered"] is False
    for chunk in rest:
        assert "error" in chunk or ChatCompletionChunk.model_validate(chunk).id.startswith("chatcmpl-")


def test_a_stream_ends_with_usage_and_done(rich_reply: Reply) -> None:
    data = data_of(chat.answer(rich_reply, ASKED))
    assert data[-1] == "[DONE]"
    last = json.loads(data[-2])
    assert last["choices"] == []
    assert last["usage"]["prompt_tokens_details"]["cached_tokens"] == 1024
    assert all(json.loads(text)["usage"] is None for text in data[1:-2])


def test_usage_comes_only_where_it_is_asked_for(rich_reply: Reply) -> None:
    chunks = chat.chunks(rich_reply, {"stream": True})
    assert not any("usage" in chunk for chunk in chunks)
    assert choices(chunks)[-1]["finish_reason"] == "tool_calls"


def test_pieces_add_up(rich_reply: Reply) -> None:
    deltas = [choice["delta"] for choice in choices(chat.chunks(rich_reply, ASKED, show_reasoning=True))]
    joined = {
        key: "".join(delta.get(key) or "" for delta in deltas)
        for key in ("content", "refusal", "reasoning_content")
    }
    assert joined == {
        "content": "Words, then calls ✓\n",
        "refusal": "I can't do that.",
        "reasoning_content": "**Thinking**\n\nA grüner plan.",
    }
    calls: dict[int, dict[str, str]] = {}
    for piece in (piece for delta in deltas for piece in delta.get("tool_calls", ())):
        call = calls.setdefault(piece["index"], {"arguments": ""})
        call["name"] = piece["function"].get("name", call.get("name"))
        call["arguments"] += piece["function"]["arguments"]
    assert [call["name"] for call in calls.values()] == [
        "exec_command", "apply_patch", "multi_agent_v1__close_agent",
    ]  # fmt: skip
    assert json.loads(calls[0]["arguments"]) == {"cmd": "ls -l"}
    assert json.loads(calls[1]["arguments"])["input"].startswith("*** Begin Patch\n")


def test_reasoning_stays_out_unless_it_is_shown() -> None:
    reply = Reply((Reasoning("hidden"), Text("seen")))
    assert b"hidden" not in chat.answer(reply, ASKED).body
    assert b"hidden" not in chat.answer(reply, {}).body
    assert b"hidden" in chat.answer(reply, ASKED, show_reasoning=True).body
    assert b"hidden" in chat.answer(reply, {}, show_reasoning=True).body


@pytest.mark.parametrize(
    ("finish", "reason"),
    [(Finish.DONE, "stop"), (Finish.MAX_TOKENS, "length"), (Finish.CONTENT_FILTER, "content_filter")],
)
def test_finish_reasons(finish: Finish, reason: str) -> None:
    reply = Reply((Text("a"),), finish)
    assert choices(chat.chunks(reply, ASKED))[-1]["finish_reason"] == reason
    body = json.loads(chat.answer(reply, {}).body)
    assert body["choices"][0]["finish_reason"] == reason
    assert body["choices"][0]["content_filter_results"]["violence"]["filtered"] == (
        reason == "content_filter"
    )


def test_a_failure_is_an_error_object_and_the_end() -> None:
    data = data_of(chat.answer(Reply((Text("a"),), Finish.FAILED), ASKED))
    assert json.loads(data[-1])["error"]["code"] == "server_error"


def test_a_silent_end_has_neither_finish_nor_done() -> None:
    data = data_of(chat.answer(Reply((Text("a"),), Finish.SILENT), ASKED))
    assert json.loads(data[-1])["choices"][0]["finish_reason"] is None


@pytest.mark.parametrize("finish", [finish for finish in Finish if finish is not Finish.DONE])
def test_a_call_that_is_cut_has_half_its_arguments(finish: Finish) -> None:
    reply = Reply((Call("whole", "{}"), Call("cut", '{"cmd": "rm -r old"}')), finish)
    deltas = [choice["delta"] for choice in choices(chat.chunks(reply, ASKED))]
    pieces = [piece for delta in deltas for piece in delta.get("tool_calls", ())]
    assert [piece["function"]["arguments"] for piece in pieces if piece["index"] == 0] == ["", "{}"]
    assert "".join(piece["function"]["arguments"] for piece in pieces if piece["index"] == 1) == '{"cmd": "'
    if not finish.breaks_off:
        message = json.loads(chat.answer(reply, {}).body)["choices"][0]["message"]
        assert [each["function"]["arguments"] for each in message["tool_calls"]] == ["{}", '{"cmd": "']


def test_words_break_off_in_the_middle() -> None:
    for part, key in ((Text("one two three four"), "content"), (Refusal("one two three four"), "refusal")):
        deltas = [choice["delta"] for choice in choices(chat.chunks(Reply((part,), Finish.SILENT), ASKED))]
        assert "".join(delta.get(key) or "" for delta in deltas) == "one two"


def test_without_streaming_the_completion_is_one_body(any_reply: Reply) -> None:
    answer = chat.answer(any_reply, {"model": "m"})
    if any_reply.finish.breaks_off:
        assert answer.status == 500
        return
    message = ChatCompletion.model_validate_json(answer.body).choices[0].message
    assert message.content == "Words, then calls ✓\n"
    assert message.refusal == "I can't do that."
    assert len(message.tool_calls or ()) == 3


def test_a_human_pace_waits_between_chunks() -> None:
    answer = chat.answer(Reply((Call("f", "{}"),)), ASKED, pace=HUMAN)
    waits = [step.seconds for step in answer.steps if isinstance(step, Wait)]
    assert waits[:2] == [HUMAN.head, HUMAN.first]
    assert waits[2:] == [HUMAN.event] * (sum(isinstance(step, Send) for step in answer.steps) - 3)
