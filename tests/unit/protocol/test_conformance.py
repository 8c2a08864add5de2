"""The rules of a stream: a good stream breaks none, and each rule is broken by the stream that is made to."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.conformance import Remark, check

Events = list[dict[str, Any]]


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", **fields}


def good_stream() -> Events:
    """A message and a call, as the API sends them."""
    usage = {
        "input_tokens": 1,
        "output_tokens": 2,
        "total_tokens": 3,
        "input_tokens_details": {"cached_tokens": 0},
    }
    part = {"item_id": "m", "output_index": 0, "content_index": 0}
    text = {"type": "output_text", "text": "ab", "annotations": []}
    message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    call = {
        "id": "f",
        "type": "function_call",
        "call_id": "c",
        "name": "n",
        "arguments": "{}",
        "status": "completed",
    }
    place = {"item_id": "f", "output_index": 1}
    events = [
        event("created", response={"id": "r", "status": "in_progress", "output": []}),
        event("in_progress", response={"id": "r", "status": "in_progress", "output": []}),
        event("output_item.added", output_index=0, item={**message, "content": []}),
        event("content_part.added", **part, part={**text, "text": ""}),
        event("output_text.delta", **part, delta="a", logprobs=[]),
        event("output_text.delta", **part, delta="b", logprobs=[]),
        event("output_text.done", **part, text="ab", logprobs=[]),
        event("content_part.done", **part, part=text),
        event("output_item.done", output_index=0, item=message),
        event("output_item.added", output_index=1, item={**call, "arguments": ""}),
        event("function_call_arguments.delta", **place, delta="{}"),
        event("function_call_arguments.done", **place, name="n", arguments="{}"),
        event("output_item.done", output_index=1, item=call),
        event(
            "completed",
            response={"id": "r", "status": "completed", "output": [message, call], "usage": usage},
        ),
    ]
    return renumbered(events)


def renumbered(events: Events) -> Events:
    return [{**event, "sequence_number": n} for n, event in enumerate(events)]


def test_a_good_stream_has_no_remarks() -> None:
    assert check(good_stream()) == []


def without(n: int) -> Callable[[Events], Events]:
    return lambda events: renumbered([*events[:n], *events[n + 1 :]])


def changed(n: int, **fields: Any) -> Callable[[Events], Events]:
    return lambda events: [*events[:n], {**events[n], **fields}, *events[n + 1 :]]


def in_item(n: int, **fields: Any) -> Callable[[Events], Events]:
    return lambda events: changed(n, item={**events[n]["item"], **fields})(events)


def last(events: Events, **fields: Any) -> Events:
    response = {**events[-1]["response"], **fields}
    return [*events[:-1], {**events[-1], "response": response}]


def ended(events: Events, kind: str) -> Events:
    """The beginning of a stream, brought to an end of this kind."""
    reasons = {"incomplete_details": {"reason": "max_output_tokens"}, "error": {"code": "c", "message": "m"}}
    response = {**good_stream()[-1]["response"], "status": kind, **reasons}
    return renumbered([*events, event(kind, response=response)])


@pytest.mark.parametrize(
    ("spoil", "n", "rule"),
    [
        (lambda events: [*events[:5], "text", *events[6:]], 5, "shape"),
        (changed(4, logprobs=None), 4, "shape"),
        (changed(4, output_index=True), 4, "shape"),
        (without(0), 0, "first-event"),
        (lambda events: renumbered([events[0], *events]), 1, "first-event"),
        (changed(3, sequence_number=7), 3, "sequence"),
        (changed(3, sequence_number=None), 3, "sequence"),
        (lambda events: last(events, id="other"), 13, "response-id"),
        (lambda events: last(events, id=None), 13, "response-id"),
        (lambda events: events[:-1], 13, "terminal"),
        (lambda events: renumbered([*events, events[-1]]), 14, "terminal"),
        (lambda events: last(events, status="failed"), 13, "status"),
        (lambda events: last(ended(events[:2], "failed"), error=None), 2, "status"),
        (lambda events: last(ended(events[:2], "incomplete"), incomplete_details={}), 2, "status"),
        (lambda events: last(events, usage={"prompt_tokens": 1}), 13, "usage"),
        (lambda events: last(events, usage="5"), 13, "usage"),
        (
            lambda events: last(
                events, usage={**events[-1]["response"]["usage"], "output_tokens_details": {}}
            ),
            13,
            "usage",
        ),
        (without(9), 9, "item-order"),
        (changed(2, output_index=5), 2, "item-order"),
        (lambda events: renumbered([*events[:3], events[2], *events[3:]]), 3, "item-order"),
        (changed(10, type="response.custom_tool_call_input.delta"), 10, "item-order"),
        (changed(3, output_index=1), 3, "item-order"),
        (changed(4, item_id="x"), 4, "item-identity"),
        (in_item(9, id="m"), 9, "item-identity"),
        (in_item(12, call_id="x"), 12, "item-identity"),
        (without(12), 12, "item-open"),
        (without(3), 3, "part-order"),
        (changed(3, content_index=1), 3, "part-order"),
        (changed(3, part={"type": "refusal", "refusal": ""}), 4, "part-order"),
        (without(7), 7, "part-order"),
        (changed(5, delta="x"), 6, "sum"),
        (changed(7, part={"type": "output_text", "text": "abc"}), 7, "sum"),
        (lambda events: renumbered([*events[:7], events[6], *events[7:]]), 7, "sum"),
        (in_item(12, arguments="{1}"), 12, "sum"),
        (without(11), 11, "sum"),
        (lambda events: last(events, output=[]), 13, "output"),
        (lambda events: last(events, output=events[-1]["response"]["output"][::-1]), 13, "output"),
        (
            lambda events: last(
                events, output=[{**item, "status": "x"} for item in events[-1]["response"]["output"]]
            ),
            13,
            "output",
        ),
        (in_item(12, arguments={}), 12, "codex-drops"),
        (in_item(8, content=[{"type": "refusal", "refusal": "ab"}]), 8, "codex-drops"),
        (lambda events: renumbered([events[0], events[-1]]), 1, "codex-drops"),
    ],
)
def test_each_rule_is_noticed_where_it_is_broken(
    spoil: Callable[[Events], Events], n: int, rule: str
) -> None:
    remarks = check(spoil(copy.deepcopy(good_stream())))
    assert (n, rule) in [(remark.n, remark.rule) for remark in remarks]


@pytest.mark.parametrize(
    ("kind", "rules"), [("incomplete", []), ("failed", []), ("completed", ["item-open", "output"])]
)
def test_only_a_truncated_call_may_stay_open(kind: str, rules: list[str]) -> None:
    events = ended(good_stream()[:11], kind)
    assert sorted(remark.rule for remark in check(events)) == rules


def test_a_message_may_stay_open_in_a_failure_only() -> None:
    for kind, rules in (("incomplete", ["item-open"]), ("failed", [])):
        events = ended(good_stream()[:6], kind)
        assert [remark.rule for remark in check(events)] == rules


def test_an_error_event_ends_the_stream_and_is_told() -> None:
    events = [good_stream()[0], {"type": "error", "message": "m", "sequence_number": 1}]
    assert [remark.rule for remark in check(events)] == ["error-event"]


def test_log_probabilities_that_are_missing_do_not_hide_the_rest() -> None:
    events = good_stream()
    del events[4]["logprobs"]
    assert [remark.rule for remark in check(events)] == ["shape"]


def test_the_last_event_of_the_dual_profile_may_follow_the_terminal() -> None:
    events = good_stream()
    assert check(renumbered([*events, event("done", response=events[-1]["response"])])) == []


def test_what_is_wrong_everywhere_is_told_once() -> None:
    events = [
        {name: value for name, value in event.items() if name != "sequence_number"} for event in good_stream()
    ]
    assert check(events) == [Remark(0, "sequence", "there is no integer sequence_number")]


def test_nothing_at_all() -> None:
    assert check([]) == [Remark(0, "terminal", "the stream ends without a terminal event")]


@given(st.lists(st.integers(0, 13), max_size=14), st.integers(0, 13))
def test_any_order_is_survived(order: list[int], n: int) -> None:
    events = good_stream()
    assert check(
        [events[at] for at in order] + [None, {"type": 1}, {**events[n], "item": 1, "output_index": None}]
    )
