"""An item between added and done."""

from __future__ import annotations

from typing import Any

from inspector.protocol.rules.open_item import OpenItem, identity

REASONING = {"id": "r", "type": "reasoning", "summary": []}
CALL = {"id": "f", "type": "function_call", "call_id": "c"}


def feed(item: OpenItem, name: str, phase: str, **fields: Any) -> list[str]:
    event = {"item_id": item.body["id"], "output_index": 0, **fields}
    return [rule for rule, _ in item.take(name, phase, event)]


def thought(text: str) -> dict[str, str]:
    return {"type": "summary_text", "text": text}


def test_a_summary_of_two_parts() -> None:
    item = OpenItem(0, REASONING)
    breaches: list[str] = []
    for n, text in enumerate(("ab", "c")):
        breaches += feed(item, "reasoning_summary_part", "added", summary_index=n, part=thought(""))
        for delta in text:
            breaches += feed(item, "reasoning_summary_text", "delta", summary_index=n, delta=delta)
        breaches += feed(item, "reasoning_summary_text", "done", summary_index=n, text=text)
        breaches += feed(item, "reasoning_summary_part", "done", summary_index=n, part=thought(text))
    assert breaches == []
    assert list(item.close({**REASONING, "summary": [thought("ab"), thought("c")]})) == []
    assert [rule for rule, _ in item.close({**REASONING, "summary": [thought("ab")]})] == ["sum"]


def test_a_text_in_the_wrong_place() -> None:
    item = OpenItem(0, CALL)
    assert feed(item, "content_part", "added", content_index=0, part=thought("")) == ["item-order"]
    assert feed(item, "output_text", "delta", content_index=0, delta="a") == ["part-order"]
    assert feed(item, "refusal", "delta", content_index=7, delta="a") == ["part-order"]
    assert feed(item, "custom_tool_call_input", "delta", delta="a") == ["item-order"]
    assert feed(item, "content_part", "done", content_index=0, part={"type": "x"}) == ["part-order"]
    assert feed(item, "content_part", "done", content_index=0, part={"type": "x"}) == ["part-order"]


def test_deltas_that_no_done_confirms() -> None:
    item = OpenItem(0, CALL)
    assert feed(item, "function_call_arguments", "delta", delta="{}") == []
    assert [rule for rule, _ in item.close(CALL)] == ["sum"]


def test_what_makes_an_item_the_same() -> None:
    assert identity({**CALL, "status": "completed"}) == identity(CALL)
    assert identity({**CALL, "call_id": "d"}) != identity(CALL)


def test_places_that_cannot_be_are_survived() -> None:
    item = OpenItem(0, {"id": "m", "type": "message"})
    feed(item, "content_part", "added", content_index=-1, part={"type": "output_text"})
    feed(item, "output_text", "done", content_index=-1, text="a")
    assert "sum" in [rule for rule, _ in item.close({"id": "m", "type": "message", "content": "a"})]
