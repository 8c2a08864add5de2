"""The event stream as rows: deltas in their item, gaps between, what cannot be read marked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.capture.events import EventReader, TimedEvent
from inspector.ui.view.events import EventRows, event_node
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.rows import row


def read(*blocks: Any, at: tuple[float, ...] = ()) -> list[TimedEvent]:
    reader = EventReader()
    events: list[TimedEvent] = []
    for n, block in enumerate(blocks):
        raw = block if isinstance(block, bytes) else b"data: " + json.dumps(block).encode() + b"\n\n"
        events += reader.feed(raw, at[n] if at else n / 100, n)
    return events + reader.close()


def delta(index: int, text: str) -> dict[str, Any]:
    return {
        "type": "response.output_text.delta",
        "output_index": index,
        "item_id": f"msg_{index}",
        "delta": text,
    }


def added(index: int) -> dict[str, Any]:
    item = {"type": "message", "id": f"msg_{index}"}
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def chunk(**told: Any) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": told}]}


def heads(rows: EventRows) -> list[str]:
    return [node.head(60, False).text for node in rows.nodes]


def test_items_that_take_turns_keep_a_group_each():
    rows = EventRows()
    rows.extend(read(added(0), delta(0, "Hel"), added(1), delta(0, "lo"), delta(1, "You")))
    assert [node.key for node in rows.nodes] == ["group:output:0", "group:output:1"]
    assert heads(rows)[0].startswith(" 0.000 message  Hello  2 Δ")
    assert [node.key for node in rows.nodes[0].below()] == ["event:0", "event:1", "event:3"]
    assert "item:msg_0" in rows.nodes[0].links


def test_a_group_grows_while_it_is_unfolded():
    events = read(added(0), delta(0, "a"), delta(0, "b"))
    rows = EventRows()
    rows.extend(events[:2])
    outline = Outline(rows.nodes)
    outline.fold(rows.nodes[0], True)
    rows.extend(events[2:])
    outline.reflow()
    assert [node.key for node in outline.visible] == ["group:output:0", "event:0", "event:1", "event:2"]


def test_silence_is_a_row_between_and_a_word_within():
    rows = EventRows()
    rows.extend(read({"type": "response.created"}, added(0), delta(0, "x"), at=(0.0, 0.9, 2.0)))
    assert "── gap 900 ms ──" in heads(rows)[1]
    assert "gap 1.10 s" in heads(rows)[2]
    assert rows.nodes[2].below()[1].head(60, False).text.endswith("+1.10 s")


def test_chat_chunks_about_one_thing_are_one_row():
    call = {"index": 0, "function": {"name": "exec", "arguments": '{"cmd"'}}
    rows = EventRows()
    said = (chunk(role="assistant"), chunk(content="Hi "), chunk(content="you"), chunk(tool_calls=[call]))
    rows.extend(read(*said, b"data: [DONE]\n\n"))
    texts = [" ".join(text.split()) for text in heads(rows)]
    assert texts[0].startswith("0.000 chunk")
    assert texts[1].startswith("0.010 content Hi you")
    assert texts[2].startswith('0.030 call exec {"cmd"')
    assert texts[3] == "0.040 [DONE]"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (b"data: {not json\n\n", "⚠ unreadable  {not json"),
        (b"data: [1]\n\n", "⚠ unreadable  [1]"),
        (b"data: cut o", "⚠ unreadable cut off  cut o"),
        (b": keep-alive\n\n", ":  keep-alive"),
        ({"error": {"code": "e", "message": "bad"}}, "✗ error  e: bad"),
        ({"type": "response.failed", "response": {"error": {"message": "bad"}}}, "✗ failed  bad"),
        ({"type": "response.incomplete", "response": {"incomplete_details": {"reason": "max"}}},
         "⚠ incomplete  max"),
        ({"type": "response.completed", "response": {"usage": {"input_tokens": 5, "output_tokens": 7}}},
         "✓ completed  5 → 7 tokens"),
    ],
)  # fmt: skip
def test_events_that_stand_alone(block: Any, words: str):
    [event] = read(block)
    assert event_node(event).head(80, False).text == f" 0.000 {words}"


def test_the_ending_stays_below():
    rows = EventRows()
    rows.end([row_node("end")])
    rows.extend(read({"type": "response.created"}))
    assert [node.key for node in rows.nodes] == ["event:0", "end"]
    rows.end([])
    assert (len(rows.nodes), rows.count) == (1, 1)


def row_node(key: str) -> Node:
    return Node(key, row(key))
