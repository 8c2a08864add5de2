"""What holds for any reply: stream and complete body amount to the same, each event knows its origin."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.accumulate import Accumulator
from inspector.protocol.response_to_chat import response_to_chat
from inspector.protocol.tools import ToolNames, ToolRef
from inspector.protocol.translate_response import translate_response
from inspector.protocol.translate_stream import StreamEvent, StreamTranslator

TOOLS = ToolNames(
    [
        ToolRef("function", "exec_command"),
        ToolRef("custom", "apply_patch"),
        ToolRef("function", "close_agent", "multi_agent_v1"),
        ToolRef("tool_search", "tool_search"),
        ToolRef("local_shell", "local_shell"),
    ]
)


class Called(NamedTuple):
    """A call of a reply."""

    name: str
    arguments: str


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CALLS = st.lists(
    st.builds(
        Called,
        st.sampled_from(
            ["exec_command", "apply_patch", "multi_agent_v1__close_agent", "tool_search", "local_shell"]
        ),
        st.one_of(
            st.builds(lambda text: json.dumps({"input": text}), TEXT),
            st.sampled_from(["", "{}", '{"command":["ls"]}', '{"a":', "plain"]),
        ),
    ),
    max_size=4,
)
USAGES = st.none() | st.builds(
    lambda given, produced: {"prompt_tokens": given, "completion_tokens": produced},
    st.integers(0, 99),
    st.integers(0, 99),
)


class Reply(NamedTuple):
    """What a model answers."""

    thought: str
    text: str
    refusal: str
    calls: list[Called]
    finish: str
    usage: dict[str, int] | None

    def message(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self.text, "refusal": self.refusal}
        message["reasoning_content"] = self.thought
        message["tool_calls"] = [
            {"id": f"c{n}", "type": "function", "function": call._asdict()}
            for n, call in enumerate(self.calls)
        ]
        return message

    def body(self) -> dict[str, Any]:
        """The complete completion."""
        choice = {"index": 0, "message": self.message(), "finish_reason": self.finish}
        return {"created": 5, "choices": [choice], "usage": self.usage}

    def deltas(self, cut: int) -> Iterator[dict[str, Any]]:
        """The same in pieces of `cut` characters."""
        for field, text in (
            ("reasoning_content", self.thought),
            ("content", self.text),
            ("refusal", self.refusal),
        ):
            yield from ({field: piece} for piece in pieces(text, cut))
        for n, call in enumerate(self.calls):
            head = {"index": n, "id": f"c{n}", "type": "function"}
            yield {"tool_calls": [{**head, "function": {"name": call.name, "arguments": ""}}]}
            for piece in pieces(call.arguments, cut):
                yield {"tool_calls": [{"index": n, "function": {"arguments": piece}}]}

    def chunks(self, cut: int) -> list[bytes]:
        """The stream, an event each."""
        values: list[dict[str, Any]] = [
            {"created": 5, "choices": [{"index": 0, "delta": delta}]} for delta in self.deltas(cut)
        ]
        values.append({"created": 5, "choices": [{"index": 0, "delta": {}, "finish_reason": self.finish}]})
        if self.usage is not None:
            values.append({"created": 5, "choices": [], "usage": self.usage})
        return [b"data: %b\n\n" % json.dumps(value).encode() for value in values] + [b"data: [DONE]\n\n"]


def pieces(text: str, cut: int) -> list[str]:
    return [text[at : at + cut] for at in range(0, len(text), cut)]


REPLIES = st.builds(
    Reply,
    TEXT,
    TEXT,
    TEXT,
    CALLS,
    st.sampled_from(["stop", "tool_calls", "length", "content_filter"]),
    USAGES,
)


def settled() -> dict[str, Any]:
    """Options that make a translation repeatable."""
    counter = itertools.count()
    return {"tools": TOOLS, "now": lambda: 5.0, "new_id": lambda prefix: f"{prefix}_{next(counter)}"}


def by_kind(response: dict[str, Any]) -> dict[str, Any]:
    """The response without its ids, which are given in the order of events."""
    output = [{name: value for name, value in item.items() if name != "id"} for item in response["output"]]
    return {**response, "id": "", "output": output}


def in_order(response: dict[str, Any]) -> dict[str, Any]:
    """By the calls' ids: that arguments of a client's own tool are broken is known at the end only, so such a
    call comes after those that could be announced before."""
    response = by_kind(response)
    return {**response, "output": sorted(response["output"], key=lambda item: str(item.get("call_id", "")))}


@settings(max_examples=60, deadline=None)
@given(REPLIES, st.integers(1, 9), st.booleans())
def test_a_stream_and_its_complete_body_amount_to_the_same(
    reply: Reply, cut: int, codex_client: bool
) -> None:
    options = {"request": {"model": "m"}, "codex_client": codex_client}
    translator = StreamTranslator(model="m", **options, **settled())  # type: ignore[arg-type]
    accumulator = Accumulator()
    for chunk in reply.chunks(cut):
        for event in translator.feed(chunk):
            accumulator.feed(event.data)
    whole = translate_response(reply.body(), **options, **settled())  # type: ignore[arg-type]
    assert by_kind(accumulator.response) == by_kind(whole)


@settings(max_examples=60, deadline=None)
@given(REPLIES)
def test_a_reply_there_and_back_says_the_same(reply: Reply) -> None:
    there = translate_response(reply.body(), request={}, **settled())
    back = response_to_chat(there, tools=TOOLS)
    (choice,) = back["choices"]
    message = choice["message"]
    assert (message["content"] or "", message["refusal"] or "") == (reply.text, reply.refusal)
    assert message.get("reasoning_content", "") == reply.thought
    again = translate_response(back, request={}, **settled())
    assert in_order(again) == in_order(there)


@settings(max_examples=60, deadline=None)
@given(REPLIES, st.integers(1, 9), st.sampled_from([b"\n", b"\r\n"]), st.data())
def test_each_event_knows_the_chunk_and_the_offset_that_made_it(
    reply: Reply, cut: int, line_end: bytes, data: st.DataObject
) -> None:
    chunks = [chunk.replace(b"\n", line_end) for chunk in reply.chunks(cut)]
    starts = [0, *itertools.accumulate(len(chunk) for chunk in chunks)]
    stream = b"".join(chunks)
    alone = StreamTranslator(request={}, model="m", **settled())
    expected = [
        (event.data, start)
        for chunk, start in zip(chunks, starts, strict=False)
        for event in alone.feed(chunk)
    ]

    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    bounds = [0, *cuts, len(stream)]
    translator = StreamTranslator(request={}, model="m", **settled())
    events: list[StreamEvent] = []
    for before, after in itertools.pairwise(bounds):
        events += translator.feed(stream[before:after])
    assert [(event.data, event.offset) for event in events] == expected
    for event in events:
        last = starts[starts.index(event.offset) + 1] - 1  # the byte that completed its chunk
        assert bounds[event.chunk] <= last < bounds[event.chunk + 1]


def test_what_the_end_makes_known_has_the_last_chunk_and_the_length() -> None:
    translator = StreamTranslator(request={}, model="m", **settled())
    stream = b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
    translator.feed(stream)
    translator.feed(b": ping\n\n")
    assert {(event.chunk, event.offset) for event in translator.close()} == {(1, len(stream) + 8)}
