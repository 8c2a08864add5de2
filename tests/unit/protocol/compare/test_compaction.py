"""Whose compaction it was, what it took, and what stands for that."""

from __future__ import annotations

from typing import Any

from inspector.protocol.compare.compaction import Compaction
from inspector.protocol.compare.requests import compare_requests

PREFACE = "Another language model started to solve this problem and produced a summary. It says:\n"


def message(text: str, role: str = "user") -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


def history() -> list[dict[str, Any]]:
    items = [message("be careful", "developer"), message("fix the flaky test")]
    for n in range(4):
        items.append({"type": "reasoning", "id": f"rs_{n}", "encrypted_content": f"blob{n}"})
        items.append({"type": "function_call", "call_id": f"c{n}", "name": "shell", "arguments": f"[{n}]"})
        items.append({"type": "function_call_output", "call_id": f"c{n}", "output": f"line {n}"})
    return items


def found(new: list[Any], old: list[Any] | None = None) -> Compaction | None:
    return compare_requests({"input": old or history()}, {"input": new}).compaction


def test_the_servers_item() -> None:
    summary = {"type": "compaction", "id": "cmp_1", "encrypted_content": "blob"}
    one = found([*history()[:2], summary, message("and now the docs")])
    assert one is not None
    assert (one.by, one.summary) == ("server", "/input/2")
    assert one.removed == tuple(f"/input/{n}" for n in range(2, 14))
    assert one.summary_size == len('{"type":"compaction","id":"cmp_1","encrypted_content":"blob"}')
    assert one.removed_size > 10 * one.summary_size
    assert one.to_json()["by"] == "server"


def test_codexs_own_summary_and_the_next_one() -> None:
    first = [*history()[:2], message(PREFACE + "the test waits for a clock that is not there")]
    one = found(first)
    assert one is not None
    assert (one.by, one.summary, len(one.removed)) == ("client", "/input/2", 12)
    second = [*history()[:2], message(PREFACE + "all tests pass, the docs are left")]
    again = found(second, [*first, *history()[2:]])
    assert again is not None
    assert (again.by, again.summary, len(again.removed)) == ("client", "/input/2", 12)


def test_items_that_vanish_from_the_middle() -> None:
    one = found([*history()[:2], *history()[8:]])
    assert one is not None
    assert (one.by, one.summary, one.summary_size) == ("unknown", None, 0)
    assert one.removed == tuple(f"/input/{n}" for n in range(2, 8))


def test_what_is_no_compaction() -> None:
    assert found([*history(), message("go on")]) is None
    assert found([*history(), {"type": "compaction_trigger"}]) is None
    assert found([*history()[:5], message("no, do it otherwise")]) is None  # an answer taken back
    kept = [{"type": "compaction", "encrypted_content": "blob"}, *history()]
    assert found([*kept, message("go on")], kept) is None  # an earlier one
