"""One rule at work, with what must hold for each of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from inspector.protocol.repair import RULES, Change, Repaired, RepairOptions, repair_request


@pytest.fixture
def repair() -> Callable[..., Repaired]:
    """`repair(rule, body)` with all other rules off, for the family of `model` (default: the body's own)."""

    def repair(rule: str, body: dict[str, Any], model: str | None = None, *, dated: bool = False) -> Repaired:
        before = copy.deepcopy(body)
        others = frozenset(one.id for one in RULES) - {rule}
        options = RepairOptions(without=others, model=model, dated=dated)
        repaired = repair_request(body, options)
        assert body == before, "the source is left as it was"
        assert {change.rule for change in repaired.changes} <= {rule}
        assert (repaired.body is body) == (repaired.changes == ())
        again = repair_request(repaired.body, options)
        assert again.changes == ()
        assert again.body is repaired.body
        without = repair_request(body, RepairOptions(without=frozenset({rule}), model=model, dated=dated))
        assert rule not in {change.rule for change in without.changes}
        return repaired

    return repair


@pytest.fixture
def links() -> Callable[[Repaired], list[tuple[str, str | None, tuple[str, ...]]]]:
    """Kind, source and targets of each change, which all have their reason."""

    def links(repaired: Repaired) -> list[tuple[str, str | None, tuple[str, ...]]]:
        assert all(change.text for change in repaired.changes)
        return [(str(change.kind), change.source, change.targets) for change in repaired.changes]

    return links


@pytest.fixture
def change() -> Callable[..., Change]:
    """A change by its links."""

    def change(kind: Any, source: str | None, *targets: str) -> Change:
        return Change("some-rule", kind, source, targets, "why")

    return change
