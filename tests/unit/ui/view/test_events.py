"""The event stream as rows: deltas in their item, gaps between, what cannot be read marked."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from inspector.capture.events import EventReader, TimedEvent
from inspector.protocol.conformance import Remark
from inspector.ui.view.event_kinds import Kinds
from inspector.ui.view.event_nodes import PAGE
from inspector.ui.view.events import END, EventRows
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


def test_how_much_silence_is_a_gap_can_be_said():
    rows = EventRows(gap=1.0)
    rows.extend(read({"type": "response.created"}, added(0), delta(0, "x"), at=(0.0, 0.9, 2.0)))
    assert not any("── gap" in text for text in heads(rows))
    assert "gap 1.10 s" in heads(rows)[1]


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
    rows = EventRows()
    rows.extend(read(block))
    assert rows.nodes[0].head(80, False).text == f" 0.000 {words}"


def test_the_ending_stays_below():
    rows = EventRows()
    rows.end([row_node("end")])
    rows.extend(read({"type": "response.created"}))
    assert [node.key for node in rows.nodes] == ["event:0", "end"]
    rows.end([])
    assert (len(rows.nodes), rows.count) == (1, 1)


def row_node(key: str) -> Node:
    return Node(key, row(key))


def reasoning(index: int) -> dict[str, Any]:
    item = {"type": "reasoning", "id": f"rs_{index}"}
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def call(index: int) -> dict[str, Any]:
    item = {"type": "function_call", "call_id": "call_1", "name": "exec"}
    return {"type": "response.output_item.added", "output_index": index, "item": item}


MIXED = (
    {"type": "response.created"}, reasoning(0), added(1), delta(1, "a"), delta(1, "b"), call(2),
    {"type": "error"},
)  # fmt: skip


def mixed() -> EventRows:
    rows = EventRows([row_node("head")])
    rows.extend(read(*MIXED), [(3, Remark(2, "sum", "it is not the same"))])
    rows.end([row_node("end")])
    return rows


@pytest.mark.parametrize(
    ("kinds", "keys", "numbers"),
    [
        (Kinds.ALL, ["event:0", *(f"group:output:{n}" for n in range(3)), "event:6"], range(7)),
        (Kinds.STEPS, ["event:0", *(f"group:output:{n}" for n in range(3)), "event:6"], [0, 1, 2, 5, 6]),
        (Kinds.TEXT, ["group:output:1"], [2, 3, 4]),
        (Kinds.CALLS, ["group:output:2"], [5]),
        (Kinds.REASONING, ["group:output:0"], [1]),
        (Kinds.LIFECYCLE, ["event:0", "event:6"], [0, 6]),
        (Kinds.REMARKS, ["event:3", "event:6"], [3, 6]),
    ],
)  # fmt: skip
def test_only_some_kinds(kinds: Kinds, keys: list[str], numbers: Iterable[int]):
    rows = mixed()
    rows.choose(kinds)
    assert [node.key for node in rows.shown] == ["head", *keys, "end"]
    assert [n for n in range(7) if rows.shows(n)] == list(numbers)
    forward, backward = [], []
    at: int | None = -1
    while at is not None and (at := rows.step(at, 1)) is not None:
        forward.append(at)
    at = rows.count
    while at is not None and (at := rows.step(at, -1)) is not None:
        backward.append(at)
    assert forward == backward[::-1] == list(numbers)


def test_every_event_is_found_by_the_path_to_it():
    rows = mixed()
    for kinds in Kinds:
        rows.choose(kinds)
        for n in range(rows.count):
            if rows.shows(n):
                outline = Outline(rows.shown, folds=dict.fromkeys(rows.path(n), True))
                top = outline.find(f"event:{n}")
                assert top is not None
                node = outline.node(top)
                assert node is not None
                assert rows.span(node) == (n, n)
    rows.choose(Kinds.ALL)
    assert [rows.span(node) for node in rows.nodes] == [None, (0, 0), (1, 1), (2, 4), (5, 5), (6, 6), None]


def test_remarks_are_on_their_rows_and_the_last_below_all():
    rows = mixed()
    assert (rows.remarks, rows.troubled) == (1, [3, 6])
    group = rows.nodes[3]
    assert "⚠ 1" in group.head(60, False).text
    remarked = group.below()[1]
    assert "⚠ sum" in remarked.head(60, False).text
    assert [line.text for line in remarked.body(60)][:2] == ["⚠ sum: it is not the same", "chunk 4, byte 255"]
    rows.extend([], [(END, Remark(7, "terminal", "there is no end"))])
    assert [node.key for node in rows.nodes][-2:] == ["remark:0", "end"]
    assert rows.remarks == 2


def test_from_one_point_worth_a_look_to_the_next():
    rows = EventRows()
    rows.extend(read(*MIXED, at=(0, 0.1, 0.2, 0.3, 2, 2.1, 2.2)), [(1, Remark(1, "sum", "."))])
    assert [rows.jump(n, 1) for n in (-1, 1, 4, 6)] == [1, 4, 6, None]
    assert [rows.jump(n, -1) for n in (7, 6, 4, 1)] == [6, 4, 1, None]


def test_a_group_of_many_events_holds_pages_of_them():
    rows = EventRows()
    rows.extend(read(added(0), *(delta(0, f"{n} ") for n in range(PAGE))))
    rows.extend(read(*([{"type": "response.created"}] * (PAGE + 1)), delta(0, "last"))[-1:])
    group = rows.nodes[0]
    pages = group.below()
    assert [page.key for page in pages] == [f"group:output:0/{n}" for n in (0, PAGE)]
    assert pages[0].head(60, False).text.lstrip().startswith(f"0.000 1 - {PAGE:,}  message0 1 2")
    assert [len(page.below()) for page in pages] == [PAGE, 2]
    assert rows.span(pages[0]) == (0, PAGE - 1)
    assert rows.path(PAGE) == ("group:output:0", f"group:output:0/{PAGE}", f"event:{PAGE}")
    rows.choose(Kinds.STEPS)
    assert [node.key for node in group.below()] == ["event:0"]


def test_an_event_of_ten_megabytes_is_shown_bounded_and_marked_where_it_is_cut():
    rows = EventRows()
    rows.extend(
        read(added(0), delta(0, "x" * 10_000_000), b"data: [" + b"[" * 5_000 + b"]" * 5_001 + b"\n\n")
    )
    assert len(rows.nodes[0].head(60, False).text) < 500
    body = rows.nodes[0].below()[1].body(60)
    assert len(body) < 100_000
    assert body[len(body) - 1].text == "✂ 6.0 MB more not shown"
    assert rows.nodes[1].head(60, False).text.startswith(" 0.020 ⚠ unreadable  [[[[")
    assert rows.troubled == [2]


def test_rows_that_are_left_are_let_go_of_without_the_collector():
    def alive() -> int:
        found = Counter(map(type, gc.get_objects()))
        return sum(n for kind, n in found.items() if issubclass(kind, (EventRows, Node, TimedEvent)))

    gc.collect()
    gc.disable()
    try:
        before = alive()
        rows = EventRows()
        rows.extend(read(*[delta(0, "a")] * 1500))
        assert [len(node.below()) for node in rows.nodes[0].below()] == [1000, 500]
        assert alive() > before + 3000
        del rows
        assert alive() == before
    finally:
        gc.enable()
