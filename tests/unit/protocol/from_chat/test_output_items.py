"""The items of text: parts in order, deltas that add up, log probabilities in both of their forms."""

from __future__ import annotations

from typing import Any

from inspector.protocol.from_chat.output_items import MessageItem, ReasoningItem, read_logprobs
from inspector.protocol.from_chat.stream_event import EventLog


def told(log: EventLog) -> list[str]:
    return [
        " ".join([event.type.removeprefix("response."), str(event.data.get("content_index", ""))]).strip()
        for event in log.take()
    ]


def new_log() -> EventLog:
    return EventLog(lambda prefix: f"{prefix}_0", dual=False)


def test_a_message_of_two_parts() -> None:
    log = new_log()
    message = MessageItem(log, 0)
    message.write("a")
    message.write_refusal("b", as_text=False)
    message.close("completed")
    assert told(log) == [
        "output_item.added",
        "content_part.added 0",
        "output_text.delta 0",
        "output_text.done 0",
        "content_part.done 0",
        "content_part.added 1",
        "refusal.delta 1",
        "refusal.done 1",
        "content_part.done 1",
        "output_item.done",
    ]
    assert [part["type"] for part in message.body["content"]] == ["output_text", "refusal"]


def test_events_that_were_given_do_not_change() -> None:
    log = new_log()
    message = MessageItem(log, 0)
    message.write("a", [{"token": "a", "logprob": 0.0, "bytes": [97], "top_logprobs": []}])
    added, part, _ = log.take()
    message.close("completed")
    assert (added.data["item"]["content"], added.data["item"]["status"]) == ([], "in_progress")
    assert (part.data["part"]["text"], part.data["part"]["logprobs"]) == ("", [])


def test_reasoning_in_both_forms() -> None:
    for raw, events in ((False, "reasoning_summary_text"), (True, "reasoning_text")):
        log = new_log()
        reasoning = ReasoningItem(log, 0, raw=raw)
        reasoning.write("h")
        reasoning.write("m\ud83d")
        reasoning.close("incomplete")
        types = [event.type for event in log.take()]
        assert types.count(f"response.{events}.delta") == 3
        assert reasoning.text == "hm\ufffd"
        assert reasoning.body["content" if raw else "summary"][0]["text"] == "hm\ufffd"


def test_log_probabilities_that_are_broken_are_left_out() -> None:
    good: dict[str, Any] = {
        "token": "é",
        "logprob": -1,
        "bytes": None,
        "top_logprobs": [None, {"token": "e"}],
    }
    assert read_logprobs([good, 1, {"token": 2, "logprob": 1}, {"token": "x", "logprob": float("nan")}]) == [
        {"token": "é", "logprob": -1, "bytes": [195, 169], "top_logprobs": []}
    ]
    assert read_logprobs({"token": "x"}) == []
