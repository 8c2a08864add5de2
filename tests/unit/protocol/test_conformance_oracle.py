"""Our conformance rules against the openai package: its types, and its stream accumulator, as the judge.

Good streams please both. Broken ones are made from them, each event spoiled in each way, and compared:

- What the package objects to, we remark on, but for `PACKAGE_ALONE`.
- What we remark on, the package objects to, but for the rules of `OURS_ALONE`: there it does not look.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from inspector.protocol.conformance import check

Event = dict[str, Any]
Events = list[Event]

V2 = openai.__version__.startswith("2.")

# (rule, a part of its text; "" for all of it) -> why the package does not object.
OURS_ALONE: dict[tuple[str, str], str] = {
    ("sequence", "expected"): "the package reads sequence_number and compares it with nothing",
    ("terminal", "without"): "a stream may stop anywhere; only get_final_response() would raise",
    ("terminal", "after"): "nothing is expected after the terminal event, and nothing forbidden",
    ("status", ""): "the event's type decides, its response's status, error and reason are not compared",
    ("sum", ""): "done events are not compared with what was accumulated",
    ("part-order", "never closed"): "the ends of parts are not followed",
    ("part-order", "closed but was not open"): "the ends of parts are not followed",
    ("part-order", "changes its type"): "the ends of parts are not followed",
    ("part-order", "expected"): "a part is appended, whatever its index says, and found if its index exists",
    ("part-order", "which is not open"): "only texts of messages are followed, not refusals and reasoning",
    ("part-order", "comes for a part of type"): "only texts of messages are followed",
    ("item-open", ""): "an item that the final output has as well counts as finished",
    ("item-order", "though it was closed"): "what is done may be added, if it was not added before",
    ("item-order", "expected"): "gaps between output indexes are allowed",
    (
        "item-order",
        "not open",
    ): "an item that is done, or (custom calls, reasoning) never came, is not missed",
    ("item-order", "custom_tool_call_input"): "the input of custom tools is not followed",
    ("item-order", "function_call_arguments.done"): "done events are not followed",
    ("item-identity", "calls item"): "item_id is not compared: output_index decides",
    ("output", ""): "the final output is taken as it is, unless it contradicts what is done",
    ("first-event", "again"): "response.created may come again",
    ("codex-drops", ""): "only Codex drops these",
}
if V2:
    # Since 3.0 the package compares identities, and knows which items are open.
    OURS_ALONE |= {
        ("response-id", ""): "lifecycle events are not compared in 2.x",
        ("item-identity", ""): "items are not compared in 2.x",
        ("item-order", "added twice"): "an item is appended whatever its index is in 2.x",
        ("item-order", "which is not open"): "an index finds an item by its place in the list in 2.x",
    }

# The package's objection, in part -> why we do not share it.
PACKAGE_ALONE: dict[str, str] = {}
if V2:
    late = "function_call_arguments.done got its name late (3.x has no such field): streams before are fine"
    PACKAGE_ALONE["type: 1 validation error for ResponseFunctionCallArgumentsDoneEvent\nname\n"] = late


def stories(chat: Any) -> list[bytes]:
    """Chat streams with every kind of item and ending."""
    calls = chat.call("", index=0, id="a", name="exec_command") + chat.call(
        '{"input":"p', index=1, id="b", name="apply_patch"
    )
    calls += chat.call('{"cmd":"ls"}', index=0) + chat.call('q"}', index=1)
    return [
        chat.chunk({"reasoning": "hm"})
        + chat.text("Hel", "lo")
        + chat.chunk({"refusal": "no"})
        + chat.ended(),
        chat.text("a") + calls + chat.ended("tool_calls"),
        chat.text("a") + chat.call('{"cmd', index=0, id="a", name="exec_command") + chat.ended("length"),
        chat.text("a") + chat.event({"error": {"message": "Boom."}}),
    ]


@pytest.fixture
def streams(chat: Any, translate: Any) -> list[Events]:
    return [json.loads(json.dumps([event.data for event in translate(story)])) for story in stories(chat)]


def test_good_streams_please_both(streams: list[Events], judge: Any) -> None:
    for events in streams:
        assert judge.objection(events, events) is None
        assert [remark for remark in check(events) if remark.rule != "codex-drops"] == []


def test_the_packages_client_builds_the_same_response(chat: Any, translate: Any, judge: Any) -> None:
    for story in stories(chat):
        for profile in ("official", "dual"):
            events = translate(story, profile=profile)
            if "response.error" in events.kinds:
                continue  # the client raises any event with an `error`: the failure, for those written to it
            final = judge.accumulate([event.data for event in events])
            if events.response["status"] == "completed":
                told = json.loads(json.dumps(final.to_dict(mode="json")), object_hook=unparsed)
                assert told == events.response


def unparsed(value: dict[str, Any]) -> dict[str, Any]:
    """Without what the package's parsing adds."""
    return {name: held for name, held in value.items() if name not in ("parsed", "parsed_arguments")}


def renumbered(events: Events) -> Events:
    return [{**event, "sequence_number": n} for n, event in enumerate(events)]


def changed(events: Events, n: int, change: Callable[[Event], None]) -> Events:
    event = copy.deepcopy(events[n])
    change(event)
    return [*events[:n], event, *events[n + 1 :]]


Broken = tuple[str, Events, Events]
"""What was done, the stream, and the events of it that are no longer as they were."""


def reordered(events: Events) -> Iterator[Broken]:
    """An event is missing, comes twice, too early, late, or last of all."""
    for n, event in enumerate(events):
        yield f"without {n}", renumbered([*events[:n], *events[n + 1 :]]), []
        yield f"{n} twice", renumbered([*events[: n + 1], *events[n:]]), []
        yield f"{n} last", renumbered([*events[:n], *events[n + 1 :], event]), []
        if n + 1 < len(events):
            yield f"{n} late", renumbered([*events[:n], events[n + 1], event, *events[n + 2 :]]), []


def without_a_field(events: Events) -> Iterator[Broken]:
    for n, event in enumerate(events):
        for name in event:
            spoiled = changed(events, n, lambda event, name=name: event.pop(name))  # type: ignore[misc]
            if name != "type":  # the package cannot say what it takes such an event for
                yield f"{n} without {name}", spoiled, [spoiled[n]]


OTHER_TYPES = {
    "response.output_text.delta": "response.refusal.delta",
    "response.refusal.delta": "response.reasoning_text.delta",
    "response.function_call_arguments.delta": "response.custom_tool_call_input.delta",
    "response.custom_tool_call_input.delta": "response.function_call_arguments.delta",
}


def with_another_value(events: Events) -> Iterator[Broken]:
    """Each number, id, text, type and nested object of each event becomes another one."""
    for n, event in enumerate(events):
        changes: dict[str, Callable[[Event], None]] = {}
        for name in ("output_index", "content_index", "summary_index", "sequence_number"):
            if name in event:
                changes[name] = lambda event, name=name: event.update({name: event[name] + 1})  # type: ignore[misc]
        for name in ("item_id", "delta", "text", "arguments", "input", "refusal"):
            if name in event:
                changes[name] = lambda event, name=name: event.update({name: event[name] + "x"})  # type: ignore[misc]
        for name in ("id", "call_id"):
            if name in event.get("item", {}):
                changes[f"item {name}"] = lambda event, name=name: event["item"].update({name: "x"})  # type: ignore[misc]
        if "part" in event:
            changes["part"] = lambda event: event.update(part={"type": "refusal", "refusal": "x"})
        if event["type"] in OTHER_TYPES:
            changes["type"] = lambda event: event.update(type=OTHER_TYPES[event["type"]])
        if "response" in event:
            changes["response id"] = lambda event: event["response"].update(id="x")
            changes["response status"] = lambda event: event["response"].update(status="queued")
            changes["output"] = lambda event: event["response"].update(output=event["response"]["output"][1:])
            changes["output items"] = lambda event: [
                item.update(id="x") for item in event["response"]["output"]
            ]  # type: ignore[func-returns-value]
        for what, change in changes.items():
            spoiled = changed(events, n, change)
            yield f"{n} {what}", spoiled, [spoiled[n]]


def test_broken_streams_are_judged_alike(streams: list[Events], judge: Any) -> None:
    agreed = 0
    only_ours: list[str] = []
    only_theirs: list[str] = []
    used: set[object] = set()
    for events in streams:
        for what, broken, suspects in (
            *reordered(events),
            *without_a_field(events),
            *with_another_value(events),
        ):
            objection, remarks = judge.objection(broken, suspects), check(broken)
            if objection is None:
                for remark in remarks:
                    known = [key for key in OURS_ALONE if key[0] == remark.rule and key[1] in remark.text]
                    used.update(known)
                    only_ours += [] if known else [f"{what}: {remark}"]
            elif remarks:
                agreed += 1
            else:
                known_parts = [part for part in PACKAGE_ALONE if part in objection]
                used.update(known_parts)
                only_theirs += [] if known_parts else [f"{what}: {objection}"]
    assert not only_ours, "only we object:\n" + "\n".join(only_ours)
    assert not only_theirs, "only the package objects:\n" + "\n".join(only_theirs)
    assert agreed > 100
    unused = {*OURS_ALONE, *PACKAGE_ALONE} - used
    assert not unused, f"these differences no longer exist: {unused}"
