"""What the panes say of what was held."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.holds import DROPPED, RELEASED, Act, Decision, Held, Point, State, answered
from inspector.ui.view.hold.told import Told, in_answer, in_request
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.rows import row

HELD = Held(1, 7, Point.REQUEST, 3, "model:gpt", "inspector (process 9)", 100.0, 220.0, State.HELD)
EMPTY = PaneContent([Node("kept", row("kept"))])


def decided(decision: Decision, **more: Any) -> Held:
    return replace(
        HELD, state=State.DECIDED, decision=decision, decided_by="inspector hold (process 5)",
        decided_at=112.0, done=112.5, **more,
    )  # fmt: skip


def lines(nodes: Sequence[Node]) -> list[str]:
    return [node.head(200, False).text for node in nodes]


def texts(node: Node) -> list[str]:
    return [line.text for line in node.body(200)]


def test_nothing_held_leaves_the_panes_as_they_are():
    assert in_request(EMPTY, []) is EMPTY
    assert in_answer(EMPTY, [Told(HELD)]) is EMPTY, "a request is none of the answer's"


def test_held_now_and_how_it_ended():
    shown = in_request(EMPTY, [Told(HELD)]).nodes
    assert lines(shown) == ["⏸ held now  H shows it", "kept"]
    assert texts(shown[0]) == ["The rule of inspector (process 9): request model:gpt"]
    released = in_request(EMPTY, [Told(decided(RELEASED))]).nodes[0]
    assert lines([released]) == ["⏸ held 12.5 s  released by inspector hold (process 5)"]
    assert texts(released)[0] == "Released by inspector hold (process 5)."
    late = in_request(EMPTY, [Told(replace(HELD, state=State.TIME_UP, done=220.0))]).nodes[0]
    assert lines([late]) == ["⏸ held 2m00s  its time was up, it went on as it was"]
    killed = in_request(EMPTY, [Told(replace(HELD, state=State.PROXY_GONE))]).nodes[0]
    assert lines([killed]) == ["⏸ held  the proxy has ended"]


def test_an_edited_request_is_compared_and_can_be_read_whole():
    was, became = {"model": "a", "input": "Hi"}, {"model": "b", "input": "Hi"}
    edit = Decision(Act.EDIT, body=json.dumps(became).encode())
    told = [Told(decided(edit), json.dumps(was).encode())]
    node = in_request(EMPTY, told).nodes[0]
    assert node.opened
    assert texts(node)[-1] == "The pane shows what the client sent; upstream got it with these changes:"
    assert lines(node.below()) == ["≠ model  a → b", "as it went on"]
    assert texts(node.below()[0]) == ["≠ model  a → b"], "a narrow pane cuts it off"
    assert '"b"' in "".join(texts(node.below()[-1]))
    assert in_answer(EMPTY, told) is EMPTY


@pytest.mark.parametrize(
    ("decision", "words"),
    [(answered(429, b'{"error": {}}'), "answered"), (DROPPED, "dropped")],
    ids=["answered", "dropped"],
)
def test_a_request_that_never_left_is_told_in_the_answer_too(decision: Decision, words: str):
    told = [Told(decided(decision))]
    for pane in (in_request, in_answer):
        assert f"request held 12.5 s  {words} by" in f"request {lines(pane(EMPTY, told).nodes)[0][2:]}"
    below = in_answer(EMPTY, told).nodes[0].below()
    assert lines(below) == (["the answer 429"] if words == "answered" else [])


def test_an_edited_response_and_event():
    fields = (("retry-after", "9"),)
    head = decided(
        Decision(Act.EDIT, 200, (("retry-after", "1"),)), point=Point.RESPONSE, status=429, headers=fields
    )
    node = in_answer(EMPTY, [Told(head)]).nodes[0]
    assert lines([node]) == ["⏸ response 429 held 12.5 s  edited and released by inspector hold (process 5)"]
    assert lines(node.below()) == ["≠ status  429 → 200", "≠ headers.0.1  9 → 1", "as it had come"]

    event = decided(Decision(Act.EDIT, body=b'{"delta": "b"}'), point=Point.EVENT, event_type="x.delta")
    node = in_answer(EMPTY, [Told(event, b'{"delta": "a"}')]).nodes[0]
    assert lines([node])[0].startswith("⏸ x.delta held 12.5 s  edited")
    assert lines(node.below()) == ["≠ delta  a → b", "as it had come"]
    gone = decided(Decision(Act.EDIT, body=b""), point=Point.EVENT, event_type="x.delta")
    node = in_answer(EMPTY, [Told(gone, b"[DONE]")]).nodes[0]
    assert lines(node.below()) == ["left out; it was"]
    assert texts(node.below()[0]) == ["[DONE]"]


def test_many_events_are_one_line():
    events = [replace(decided(RELEASED), id=n, point=Point.EVENT, event_type="x") for n in range(4)]
    events.append(replace(HELD, id=9, point=Point.EVENT, event_type="x"))
    told = [Told(replace(HELD, id=20, point=Point.RESPONSE, status=200)), *map(Told, events)]
    nodes = in_answer(EMPTY, told).nodes
    assert lines(nodes) == [
        "⏸ response 200 held now  H shows it",
        "⏸ 5 events held  4 released, 1 held now",
        "kept",
    ]
    assert len(nodes[1].below()) == 5
