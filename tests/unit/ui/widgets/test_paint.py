"""Rows become strips: of the width asked for, with nothing in them that a terminal would obey."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.ui.view.outline import Node, Outline
from inspector.ui.view.reading import Reading
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.widgets.paint import Palette, paint

PALETTE = Palette({tone: Style(color="white") for tone in Tone}, Style(reverse=True))
GROUND = Style(bgcolor="black")


def painted(made: Row, width: int) -> Strip:
    return paint(made, width, PALETTE, GROUND)


@pytest.mark.parametrize(
    ("made", "width", "text"),
    [
        (row("left", right="5 KB"), 14, "left      5 KB"),
        (row("a long text on the left", right="5 KB"), 20, "a long text on… 5 KB"),
        (row("a long text on the left", right="5 KB"), 12, "a long text…"),
        (row("漢字漢字"), 6, "漢字… "),
        (row(Span("ab"), Span("cdef")), 4, "abc…"),
    ],
)
def test_the_right_edge_and_what_gives_way(made: Row, width: int, text: str):
    assert painted(made, width).text == text


def test_marks_have_a_style_of_their_own():
    segments = [s for s in painted(row(clean("a\x1bb")), 3) if s.text.strip()]
    assert [(s.text, bool(s.style and s.style.reverse)) for s in segments] == [
        ("a", False),
        ("␛", True),
        ("b", False),
    ]


def test_a_control_character_that_came_this_far_is_a_dot():
    assert painted(row("a\x1b[2J\u202e"), 8).text == "a·[2J·  "


def strips(nodes: Iterable[Node], width: int) -> Iterable[Strip]:
    outline = Outline(list(nodes), width=width)
    for _ in range(4):  # unfold all there is
        for node in outline.visible:
            outline.folds[node.key] = True
        outline.reflow()
    for number in range(len(outline)):
        yield painted(outline.row(number)[0], width)


def exchange(body: bytes, answer: bytes, kind: str, words: str, call: tuple[str, str]) -> ExchangeDetail:
    operation, mode = call
    told = Exchange(
        id=1, revision=1, method="POST", url="https://a", operation=operation, mode=mode,
        started=0.0, outcome=Outcome.UPSTREAM_GONE, status=200, error=words, request_done=0.0,
    )  # fmt: skip
    legs = {
        Leg.REQUEST: Message((("x-bad", words),), body),
        Leg.RESPONSE: Message((("content-type", kind), ("x-bad", words)), answer, 200),
    }
    if mode != "observe":
        legs[Leg.UPSTREAM_REQUEST] = legs[Leg.REQUEST]
    if mode == "bridge":
        legs[Leg.UPSTREAM_RESPONSE] = legs[Leg.RESPONSE]
    chunks = tuple(Chunk(leg, 0, 0.1, message.body) for leg, message in legs.items())
    return ExchangeDetail(told, legs, chunks)


NASTY = "\x1b\x07\x00\r\n\t\x9b\u202e\u2066\u200b\ufeff\u2028[]\x7f\u0301a漢👍🏽\ud800"
TEXTS = st.text(st.sampled_from(NASTY) | st.characters())
BYTES = st.binary() | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))


def request_of(text: str) -> bytes:
    items: list[dict[str, Any]] = [
        {"type": "message", "role": text, "content": [{"type": "input_text", "text": text}]},
        {"type": "function_call", "call_id": text, "name": text, "arguments": text},
        {"type": "function_call_output", "call_id": text, "output": text},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]},
        {"type": text, text: text},
    ]
    tools = [{"type": "function", "name": text, "description": text}, {"type": text}]
    messages = [{"role": text, "content": text, "reasoning_content": text, "tool_calls": [{"id": text}]}]
    said = {"input": items} if len(text) % 2 else {"messages": messages}
    told = {"model": text, text: text, "instructions": text, "tools": tools, "temperature": text}
    return json.dumps({**told, **said}).encode()


def answer_of(text: str) -> bytes:
    item = {"type": "message", "id": text, "role": text, "content": [{"type": "output_text", "text": text}]}
    events: list[dict[str, Any]] = [
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": text},
        {"type": text, "error": {"code": text, "message": text}},
        {"choices": [{"index": 0, "delta": {"content": text, "reasoning_content": text, "refusal": text}}]},
        {
            "choices": [
                {
                    "index": 0,
                    "delta": {
                        "tool_calls": [
                            {"index": 0, "id": text, "function": {"name": text, "arguments": text}}
                        ]
                    },
                    "finish_reason": text,
                },
                {"index": 1},
            ],
            "model": text,
        },
    ]
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(BYTES, TEXTS.map(request_of)),
    st.one_of(BYTES, TEXTS.map(answer_of), BYTES.map(lambda data: b"data: " + data + b"\n\n")),
    st.sampled_from(["text/event-stream", "application/json"]),
    TEXTS,
    st.sampled_from(
        [("responses.create", mode) for mode in ("observe", "bridge", "repair")]
        + [("chat.create", "observe")]
    ),
    st.integers(10, 90),
)
def test_no_traffic_moves_hides_or_styles_anything(
    body: bytes, answer: bytes, kind: str, words: str, call: tuple[str, str], width: int
):
    view = Reading(exchange(body, answer, kind, words, call)).view()
    panes = [
        view.request.nodes,
        view.payload.nodes,
        view.answer.nodes,
        *(rows.nodes for rows in view.streams.values()),
    ]
    for nodes in panes:
        for strip in strips(nodes, width):
            assert strip.cell_length == width
            for segment in strip:
                assert segment.control is None
                style = segment.style
                assert style is not None
                assert not style.bold  # this palette has none: it would come from markup
                assert not style.link
                assert not style.meta
                for character in segment.text:
                    category = unicodedata.category(character)
                    assert category[0] != "C", f"{ord(character):x}"
                    assert category not in ("Zl", "Zp")
                    assert not 0xFE00 <= ord(character) <= 0xFE0F
