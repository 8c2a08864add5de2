"""Events into a Response: well-formed ones exactly, broken ones as well as can be, and at any moment."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.accumulate import Accumulator


def accumulate(*events: dict[str, Any]) -> Accumulator:
    accumulator = Accumulator()
    for event in events:
        accumulator.feed(
            {**event, "type": f"response.{event['type']}" if event["type"] != "error" else "error"}
        )
    return accumulator


CREATED = {"type": "created", "response": {"id": "r", "status": "in_progress", "output": []}}
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
ADDED = {"type": "output_item.added", "output_index": 0, "item": MESSAGE}
PART = {"item_id": "m", "output_index": 0, "content_index": 0}
TEXT = {"type": "output_text", "text": "", "annotations": []}
PART_ADDED = {"type": "content_part.added", **PART, "part": TEXT}


def delta(text: str, kind: str = "output_text") -> dict[str, Any]:
    return {"type": f"{kind}.delta", **PART, "delta": text}


def test_the_response_can_be_read_at_any_moment() -> None:
    accumulator = Accumulator()
    seen = []
    for event in (CREATED, ADDED, PART_ADDED, delta("a"), delta("b"), delta("c")):
        accumulator.feed({**event, "type": f"response.{event['type']}"})
        seen.append(
            "".join(part["text"] for item in accumulator.response["output"] for part in item["content"])
        )
    assert seen == ["", "", "", "a", "ab", "abc"]
    assert (accumulator.response["id"], accumulator.terminal) == ("r", None)


def test_what_was_fed_is_left_alone() -> None:
    accumulate(CREATED, ADDED, PART_ADDED, delta("a"))
    assert (MESSAGE["content"], TEXT["text"]) == ([], "")


def test_done_events_say_the_last_word() -> None:
    done = {"type": "output_text.done", **PART, "text": "whole"}
    accumulator = accumulate(CREATED, ADDED, PART_ADDED, delta("part"), done)
    assert accumulator.response["output"][0]["content"][0]["text"] == "whole"
    item = {**MESSAGE, "status": "completed", "content": [{**TEXT, "text": "final"}]}
    accumulator = accumulate(
        CREATED, ADDED, delta("x"), {"type": "output_item.done", "output_index": 0, "item": item}
    )
    assert accumulator.response["output"] == [item]


@pytest.mark.parametrize(
    ("kind", "index", "where", "field"),
    [
        ("output_text", "content_index", "content", "text"),
        ("refusal", "content_index", "content", "refusal"),
        ("reasoning_text", "content_index", "content", "text"),
        ("reasoning_summary_text", "summary_index", "summary", "text"),
    ],
)
def test_texts_without_their_item(kind: str, index: str, where: str, field: str) -> None:
    event = {"type": f"{kind}.delta", "item_id": "x", "output_index": 0, index: 0}
    (item,) = accumulate({**event, "delta": "a"}, {**event, "delta": "b"}).response["output"]
    assert (item["id"], item[where][0][field]) == ("x", "ab")


@pytest.mark.parametrize(
    ("kind", "field"), [("function_call_arguments", "arguments"), ("custom_tool_call_input", "input")]
)
def test_calls(kind: str, field: str) -> None:
    item = {"id": "c", "type": "function_call", field: ""}
    added = {"type": "output_item.added", "output_index": 3, "item": item}
    accumulator = accumulate(
        added, *({"type": f"{kind}.delta", "output_index": 3, "delta": text} for text in "ab")
    )
    assert accumulator.response["output"] == [{**item, field: "ab"}]


def test_indexes_that_are_missing_or_wrong() -> None:
    lost = {"type": "output_text.delta", "item_id": "m", "delta": "a"}
    far = {"type": "output_text.delta", **PART, "content_index": 10**9, "delta": "b"}
    (item,) = accumulate(ADDED, PART_ADDED, lost, far).response["output"]
    assert item["content"][0]["text"] == "ab"


def test_annotations() -> None:
    event = {"type": "output_text.annotation.added", **PART, "annotation": {"type": "url_citation"}}
    (item,) = accumulate(ADDED, PART_ADDED, event).response["output"]
    assert item["content"][0]["annotations"] == [{"type": "url_citation"}]


def test_the_terminal_event_has_the_last_word_on_the_output() -> None:
    final = {"id": "r", "status": "completed", "output": [{"type": "message", "id": "other"}], "usage": {}}
    accumulator = accumulate(CREATED, ADDED, {"type": "completed", "response": final})
    assert (accumulator.response, accumulator.terminal) == (final, "response.completed")


def test_a_terminal_event_without_output_keeps_the_items() -> None:
    accumulator = accumulate(
        CREATED, ADDED, {"type": "completed", "response": {"status": "completed", "output": []}}
    )
    assert [item["id"] for item in accumulator.response["output"]] == ["m"]


@pytest.mark.parametrize("event", [{"message": "m", "code": "c"}, {"error": {"message": "m", "code": "c"}}])
def test_an_error_event_fails_the_response(event: dict[str, Any]) -> None:
    accumulator = accumulate(CREATED, {"type": "error", **event})
    assert accumulator.response["error"] == {"code": "c", "message": "m"}
    assert (accumulator.response["status"], accumulator.terminal) == ("failed", "error")


KINDS = [
    "created",
    "completed",
    "output_item.added",
    "output_item.done",
    "content_part.added",
    "content_part.done",
]
KINDS += [
    "output_text.delta",
    "output_text.done",
    "refusal.delta",
    "function_call_arguments.delta",
    "failed",
    "x",
]
KINDS += [
    "reasoning_summary_part.added",
    "reasoning_summary_text.delta",
    "output_text.annotation.added",
    "in_progress",
]
ODD = st.recursive(
    st.none() | st.integers(-1, 2) | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["id", "type", "content", "summary", "text", "output"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
FIELDS = [
    "response",
    "item",
    "part",
    "delta",
    "text",
    "output_index",
    "content_index",
    "summary_index",
    "item_id",
]
EVENTS = st.builds(
    lambda kind, fields: {**fields, "type": f"response.{kind}"},
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=5),
)


@given(st.lists(EVENTS | ODD, max_size=8))
def test_any_events_are_survived(events: list[Any]) -> None:
    accumulator = Accumulator()
    for event in events:
        accumulator.feed(event)
        assert isinstance(accumulator.response["output"], list)
