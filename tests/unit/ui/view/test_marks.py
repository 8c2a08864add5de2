"""A repaired request: each change where it was made, with its rule, what it was, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from inspector.capture.model import Message
from inspector.protocol.repair import Repaired, RepairOptions, repair_request
from inspector.ui.view.outline import Node
from inspector.ui.view.panes import repaired_pane

REQUEST: dict[str, Any] = {
    "model": "gpt-5-mini",
    "max_tokens": 100,
    "temperature": 0.5,
    "store": False,
    "tools": [
        {"type": "function", "name": "f"},
        {"type": "namespace", "name": "n", "description": "", "tools": []},
    ],
    "input": [
        {"type": "message", "role": "developer", "content": "A"},
        {"type": "message", "role": "system", "content": "B"},
        {"type": "message", "role": "user", "content": "C"},
    ],
}


def pane_of(repaired: Repaired) -> Any:
    return repaired_pane(repaired, Message((("a", "b"),), json.dumps(repaired.body).encode()))


def every(nodes: Iterable[Node]) -> dict[str, Node]:
    found = {}
    for node in nodes:
        found[node.key] = node
        found |= every(node.below())
    return found


def head(node: Node) -> str:
    return node.head(100, False).text.strip()


def body(node: Node) -> str:
    return " ".join(line.text for line in node.body(100))


def test_every_change_stands_where_it_was_made():
    repaired = repair_request(REQUEST)
    pane = pane_of(repaired)
    nodes = every(pane.nodes)
    assert (pane.label, pane.losses) == ("Repaired request", 1)
    assert pane.title == f"{len(repaired.changes)} changes"
    assert head(nodes["/max_output_tokens"]).startswith("→ max_output_tokens")
    assert head(nodes["/max_output_tokens#token-limit"]) == "token-limit  was max_tokens"
    assert head(nodes["lost:/temperature"]) == "✂ temperature  0.5"
    assert body(nodes["lost:/temperature"]).startswith("sampling-fields: ")
    assert head(nodes["/include"]).startswith("+ include")
    assert head(nodes["/include#encrypted-reasoning"]) == "encrypted-reasoning"
    assert head(nodes["/input/1"]).startswith("→ developer")
    assert head(nodes["/input/1/role#one-role"]) == "one-role  role was system"
    assert head(nodes["/tools"]).startswith("→ tools")
    assert nodes["/tools"].opened
    assert head(nodes["/tools/1"]).startswith("→ n")
    assert head(nodes["/tools/1/description#namespace-description"]).endswith("description was empty")
    assert "namespace" in body(nodes["/tools/1/description#namespace-description"])
    for key in ("/model", "/store", "/input/0", "/input/2", "/tools/0"):
        assert head(nodes[key])[0] not in "→+✂", key


def test_a_change_follows_its_piece():
    keys = [node.key for node in pane_of(repair_request(REQUEST)).nodes]
    assert keys.index("/input/1/role#one-role") == keys.index("/input/1") + 1


def test_links_lead_to_where_it_stood_in_the_request():
    nodes = every(pane_of(repair_request(REQUEST)).nodes)
    assert nodes["/max_output_tokens"].links == {"in:/max_tokens"}
    assert "in:/input/1" in nodes["/input/1"].links
    assert "in:/temperature" in nodes["lost:/temperature"].links
    assert nodes["/tools/0"].links == {"in:/tools/0", "tool:f"}


def test_a_request_that_needed_nothing_says_so():
    repaired = repair_request(
        REQUEST, RepairOptions(without=frozenset(c.rule for c in repair_request(REQUEST).changes))
    )
    assert repaired.changes == ()
    pane = pane_of(repaired)
    assert head(pane.nodes[0]) == "Nothing to repair: sent as it came."
    assert (pane.title, pane.losses) == ("0 changes", 0)


def test_what_was_there_before_stays_text():
    evil = "\x1b[2J[red]\u202e"
    changed = repair_request({**REQUEST, "model": "gpt-5\x1b", "max_tokens": evil, "temperature": evil})
    for node in every(pane_of(changed).nodes).values():
        assert not set(head(node) + body(node)) & {"\x1b", "\u202e"}
