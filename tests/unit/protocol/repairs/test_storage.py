"""What the server keeps, and what travels encrypted instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.protocol.repair import Repaired, RepairOptions, repair_request

Repair = Callable[..., Repaired]
Links = Callable[[Repaired], list[tuple[str, str | None, tuple[str, ...]]]]

ENCRYPTED = "reasoning.encrypted_content"
REPLAYED = [
    {"role": "user", "content": "hi"},
    {"type": "reasoning", "id": "rs_1", "encrypted_content": "gA="},
]


def test_replayed_ids_are_stored_for_dated_urls_only(repair: Repair, links: Links) -> None:
    body = {"store": False, "input": REPLAYED}
    repaired = repair("stored-items", body, dated=True)
    assert repaired.body == {"store": True, "input": REPLAYED}
    assert links(repaired) == [("renamed", "/store", ("/store",))]
    assert "input[1]" in repaired.changes[0].text
    assert repair("stored-items", body).changes == ()  # v1


@pytest.mark.parametrize(
    "body",
    [
        {"store": True, "input": REPLAYED},
        {"input": REPLAYED},  # stores anyway
        {"store": None, "input": REPLAYED},
        {"store": 0, "input": REPLAYED},
        {"store": False, "input": REPLAYED[:1]},
        {"store": False, "input": [{"id": ""}, {"id": 3}, "id", None]},
        {"store": False, "input": "hi"},
        {"store": False},
    ],
)
def test_store_is_left_alone_otherwise(repair: Repair, body: dict[str, Any]) -> None:
    assert repair("stored-items", body, dated=True).changes == ()


@pytest.mark.parametrize(
    ("given", "expected", "changed"),
    [
        ({}, [ENCRYPTED], ("injected", None, ("/include",))),
        ({"include": None}, [ENCRYPTED], ("renamed", "/include", ("/include",))),
        ({"include": []}, [ENCRYPTED], ("renamed", "/include", ("/include",))),
        ({"include": ["a", 7]}, ["a", 7, ENCRYPTED], ("injected", None, ("/include/2",))),
        ({"include": [ENCRYPTED, "a"]}, [ENCRYPTED, "a"], None),
        ({"include": "a"}, "a", None),
        ({"include": 0}, 0, None),
    ],
)
def test_without_storing_the_reasoning_is_asked_for(
    repair: Repair, links: Links, given: Any, expected: Any, changed: Any
) -> None:
    repaired = repair("encrypted-reasoning", {"store": False, "input": REPLAYED, **given}, "gpt-5")
    assert repaired.body == {"store": False, "input": REPLAYED, "include": expected}
    assert links(repaired) == ([changed] if changed else [])
    assert repaired.body["input"] is REPLAYED  # blobs and all


@pytest.mark.parametrize("body", [{"store": True}, {"store": None}, {}])
def test_what_is_stored_need_not_travel(repair: Repair, body: dict[str, Any]) -> None:
    assert repair("encrypted-reasoning", body, "gpt-5").changes == ()


@pytest.mark.parametrize("family", ["gpt-4o", "unknown"])
def test_models_not_known_to_reason_are_not_asked(repair: Repair, family: str) -> None:
    assert repair("encrypted-reasoning", {"store": False}, family).changes == ()


def test_what_repair_stores_is_not_asked_for() -> None:
    body = {"model": "o3", "store": False, "input": REPLAYED}
    assert repair_request(body, RepairOptions(dated=True)).body == {**body, "store": True}
    assert repair_request(body).body == {**body, "include": [ENCRYPTED]}
