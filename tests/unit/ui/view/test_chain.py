"""A chain of responses as one history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inspector.replay.links import Link
from inspector.ui.view.chain import chain_nodes, chain_title
from inspector.ui.view.plain import plain


def message(role: str, text: str) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


CALL = {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "found"}
FIRST = Link("resp_1", [message("user", "what is there?")], [CALL], exchange=3)
SECOND = Link("resp_2", [OUTPUT], [message("assistant", "two files")], "resp_1", 9, fetched=True)


def lines(*links: Link, full: bool = False) -> list[str]:
    return [" ".join(line.split()) for line in plain(chain_nodes(links), 80, full=full)]


def test_links_stand_in_order_with_where_they_come_from() -> None:
    told = lines(FIRST, SECOND)
    assert told[0] == "resp_1 exchange 3"
    assert "resp_2 fetched by exchange 9" in told
    assert told.index("what is there?") < told.index("two files")
    assert chain_title([FIRST, SECOND]) == "2 responses, 4 items"


def test_an_output_is_told_with_the_tool_of_another_link() -> None:
    (output,) = [line for line in lines(FIRST, SECOND) if line.startswith("output")]
    assert "look" in output
    assert "found" in lines(FIRST, SECOND, full=True)


def test_what_is_missing_says_why() -> None:
    gone = Link("resp_0", problem="404 \x1b[31mgone")
    told = lines(gone, FIRST)
    assert told[0] == "⚠ resp_0"
    assert told[1].startswith("404 ")
    assert "\x1b" not in told[1]
    assert chain_title([gone]) == "nothing of it is there"
    assert chain_title([gone, FIRST]) == "1 response, 2 items, the beginning is missing"


def test_one_that_did_not_end_well_says_so() -> None:
    links = [replace(SECOND, status=status) for status in (None, "completed", "queued\x1b")]
    heads = [line for line in lines(*links) if line.startswith("resp_2")]
    assert heads == [*["resp_2 fetched by exchange 9"] * 2, "resp_2 queued␛ fetched by exchange 9"]


def test_odd_items_are_shown_somehow() -> None:
    odd: list[Any] = [{}, {"type": 7}, {"type": ["a"]}, {"type": "message", "content": 7}]
    assert len(lines(Link("r", odd, odd))) >= 9
