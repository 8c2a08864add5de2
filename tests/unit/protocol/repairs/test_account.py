"""Changes and what stayed, as one report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.protocol.families import FAMILIES, UNKNOWN
from inspector.protocol.repairs.account import account
from inspector.protocol.repairs.draft import Change
from inspector.protocol.report import Kind

GPT_5 = FAMILIES["gpt-5"]


def test_fields_items_and_tools_have_rows_of_their_own() -> None:
    source = {"model": "m", "text": {"verbosity": "low"}, "input": [{"a": 1}, {"b": 2}], "tools": [{"c": 3}]}
    rows = account(source, (), GPT_5).rows
    assert [row.source for row in rows] == ["/model", "/text", "/input/0", "/input/1", "/tools/0"]
    assert all((row.targets, row.kind, row.reason) == ((row.source,), Kind.MAPPED, "") for row in rows)


def test_a_change_is_told_in_its_place_and_moves_what_follows(change: Callable[..., Change]) -> None:
    source = {"l": ["a", "b", {"c/d": 1, "e": []}], "x": {"y": 1, "z": 2}}
    changes = (
        change(Kind.INJECTED, None, "/new"),
        change(Kind.DROPPED, "/l/1"),
        change(Kind.RENAMED, "/l/2/c~1d", "/l/1/c~1d"),
        change(Kind.DROPPED, "/x"),
    )
    assert [(str(row.kind), row.source, row.targets) for row in account(source, changes, GPT_5)] == [
        ("mapped", "/l/0", ("/l/0",)),
        ("dropped", "/l/1", ()),
        ("renamed", "/l/2/c~1d", ("/l/1/c~1d",)),
        ("mapped", "/l/2/e", ("/l/1/e",)),
        ("dropped", "/x", ()),
        ("injected", None, ("/new",)),
    ]


def test_what_something_was_added_to_is_not_said_to_be_the_same(change: Callable[..., Change]) -> None:
    source = {"l": [1, {"a": 2}, {"b": 3}]}
    changes = (change(Kind.DROPPED, "/l/0"), change(Kind.INJECTED, None, "/l/0/new"))
    assert [(row.source, row.targets) for row in account(source, changes, GPT_5)] == [
        ("/l/0", ()),
        ("/l/1/a", ("/l/0/a",)),
        ("/l/2", ("/l/1",)),
        (None, ("/l/0/new",)),
    ]


@pytest.mark.parametrize(
    ("source", "places"),
    [(None, [""]), (3, [""]), ("text", [""]), ([], [""]), ({}, [""]), ([1, 2], ["/0", "/1"])],
)
def test_what_is_no_request_has_rows_too(source: Any, places: list[str]) -> None:
    assert [row.source for row in account(source, (), UNKNOWN)] == places


def test_an_unknown_family_is_told_at_the_model() -> None:
    source = {"model": "mine", "input": "hi"}
    [unknown, _] = account(source, (), UNKNOWN)
    [known, _] = account(source, (), GPT_5)
    assert "unknown" in unknown.reason
    assert known.reason == ""
