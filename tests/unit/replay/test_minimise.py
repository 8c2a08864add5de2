"""Delta debugging on requests: what is left still fails, nothing of it can go, and no budget is exceeded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.replay.edits.together import orphans
from inspector.replay.minimise import Minimised, NotShownError, Tried, minimise
from inspector.replay.pieces import WAYS, inner_way, texts

Body = dict[str, Any]
MARKS = [f"mark{n}" for n in range(12)]


def request(marks: list[str]) -> Body:
    """A request with a mark at each of many places: settings, tools, items, parts, texts."""
    items: list[Body] = []
    for n, mark in enumerate(marks):
        match n % 4:
            case 0:
                items.append(
                    {"role": "user", "content": [{"type": "input_text", "text": f"{mark} " + "x" * 90}]}
                )
            case 1:
                items += [{"type": "function_call", "call_id": mark, "name": "f", "arguments": "{}"},
                          {"type": "function_call_output", "call_id": mark, "output": "y" * 90}]  # fmt: skip
            case 2:
                items.append({"type": "reasoning", "summary": [], "encrypted_content": mark})
    return {
        "model": "m",
        "instructions": "z" * 200,
        "input": items,
        "tools": [{"type": "function", "name": mark, "description": "d" * 50} for mark in marks[3::4]],
        "metadata": {"a": "1"},
        "stream": True,
    }


def has(*marks: str) -> Callable[[Body], bool]:
    return lambda body: bool(body["input"]) and all(f'"{mark}' in json.dumps(body) for mark in marks)


def run(
    body: Body, fails: Callable[[Body], bool | None], budget: int = 1000, **more: Any
) -> tuple[Minimised, list[Body]]:
    sent: list[Body] = []

    async def ask(candidate: Body) -> bool | None:
        sent.append(candidate)
        return fails(candidate)

    return asyncio.run(minimise(body, ask, budget, **more)), sent


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(MARKS), max_size=4), st.integers(1, 120))
def test_what_is_left_still_fails_and_is_minimal_if_the_budget_allows(wanted: set[str], budget: int) -> None:
    fails = has(*wanted)
    found, sent = run(request(MARKS), fails, budget)
    assert len(sent) == found.sent <= budget
    assert fails(found.body)
    assert not orphans(found.body["input"])
    if not found.minimal:
        assert found.sent == budget
        return
    ways = [*(way(found.body) for way in WAYS), *(inner_way(found.body, depth) for depth in range(1, 8))]
    smaller = [way.without([piece]) for way in ways for piece in way.pieces]
    assert not any(fails(body) for body in smaller)
    asked = {json.dumps(body, sort_keys=True) for body in sent}
    assert {json.dumps(body, sort_keys=True) for body in smaller} <= asked
    assert len(asked) == len(sent)  # none was asked twice


def test_one_piece_among_many_takes_few_requests() -> None:
    found, sent = run(request([f"m{n}x" for n in range(400)]), has("m203x"))
    assert found.minimal
    assert found.body["tools"] == [{"type": "function", "name": "m203x"}]
    assert len(found.body["input"]) == 1
    assert set(found.body) == {"model", "input", "tools"}
    assert len(sent) <= 40


def test_texts_are_shortened_as_far_as_they_must_be_there() -> None:
    body = {"model": "m", "input": "a" * 500 + "needle" + "b" * 500, "instructions": "c" * 500}
    found, _ = run(body, lambda one: "needle" in one["input"])
    assert found.minimal
    assert set(found.body) == {"model", "input"}
    assert "needle" in found.body["input"]
    assert len(found.body["input"]) <= 16
    assert texts({"model": "m" * 90, "input": "x" * 90, "tools": [{"name": "n" * 90}]}) == [("input",)]


def test_what_needs_two_pieces_keeps_both() -> None:
    found, _ = run(request(MARKS), has("mark5", "mark7"))
    assert [item["type"] for item in found.body["input"]] == ["function_call", "function_call_output"]
    assert [tool["name"] for tool in found.body["tools"]] == ["mark7"]


def test_a_request_that_does_not_fail() -> None:
    with pytest.raises(NotShownError):
        run(request(MARKS), lambda _: False)
    with pytest.raises(NotShownError):
        run(request(MARKS), lambda _: None)
    with pytest.raises(NotShownError):  # the budget is spent before there is any telling
        run(request(MARKS), lambda _: None, budget=1)


def test_where_there_is_no_telling_it_is_asked_again() -> None:
    answers = iter(range(10_000))
    found, sent = run(request(MARKS), lambda body: has("mark4")(body) if next(answers) % 3 else None)
    assert found.minimal
    assert found.body["input"][0]["content"][0]["text"].startswith("mark4")
    assert found.sent == len(sent)


def test_what_is_never_told_is_kept_and_not_called_minimal() -> None:
    found, _ = run(request(MARKS), lambda body: None if "stream" not in body else has("mark4")(body), again=1)
    assert not found.minimal
    assert found.body["stream"] is True


def test_progress_is_told() -> None:
    told: list[Tried] = []
    found, sent = run(request(MARKS), has("mark4"), on_try=told.append)
    assert [one.sent for one in told] == list(range(1, len(sent) + 1))
    assert [one.size for one in told] == sorted((one.size for one in told), reverse=True)
    assert told[0].trying == "the request as it is"
    assert {one.trying for one in told[1:]} == {"settings", "tools", "items", "parts", "texts"}
    assert told[-1].size == len(json.dumps(found.body, separators=(",", ":")))


def test_a_chat_payload() -> None:
    pair = [{"role": "assistant", "tool_calls": [{"id": "a"}]}, {"role": "tool", "tool_call_id": "a"}]
    body = {"model": "m", "messages": [{"role": "system", "content": "s" * 99}, *pair, {"role": "user"}]}
    found, _ = run(body, lambda one: any("tool_calls" in message for message in one["messages"]))
    assert found.minimal
    assert found.body == {"model": "m", "messages": pair}
