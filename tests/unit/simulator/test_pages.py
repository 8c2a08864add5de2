"""Pages of a list: every way to walk them gives each item once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.simulator.pages import page

ITEMS = [{"id": f"i{n}"} for n in range(7)]


def got(**query: str) -> Any:
    answer = page(ITEMS, {name: [value] for name, value in query.items()}, ())
    return json.loads(answer.body) if answer.status == 200 else json.loads(answer.body)["error"]["param"]


def names(told: Any) -> list[str]:
    return [item["id"] for item in told["data"]]


def test_the_newest_come_first_and_all_if_there_are_few() -> None:
    told = got()
    assert names(told) == ["i6", "i5", "i4", "i3", "i2", "i1", "i0"]
    assert (told["object"], told["first_id"], told["last_id"], told["has_more"]) == (
        "list",
        "i6",
        "i0",
        False,
    )


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_forwards_each_item_comes_once(order: str, limit: int) -> None:
    seen: list[str] = []
    told = got(order=order, limit=str(limit))
    seen += names(told)
    while told["has_more"]:
        told = got(order=order, limit=str(limit), after=told["last_id"])
        assert len(told["data"]) <= limit
        seen += names(told)
    assert seen == sorted((item["id"] for item in ITEMS), reverse=order == "desc")


def test_backwards_too() -> None:
    told = got(order="asc", limit="3", before="i6")
    assert (names(told), told["has_more"]) == (["i3", "i4", "i5"], True)
    told = got(order="asc", limit="9", before="i3")
    assert (names(told), told["has_more"]) == (["i0", "i1", "i2"], False)
    assert names(got(order="asc", after="i1", before="i4")) == ["i2", "i3"]


def test_nothing_is_a_page_too() -> None:
    told = got(order="asc", after="i6")
    assert told == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "101"), ("limit", "some"), ("order", "up"), ("after", "x"), ("before", "x")],
)
def test_what_cannot_be_asked_is_named(name: str, value: str) -> None:
    assert got(**{name: value}) == name
