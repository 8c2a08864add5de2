"""System and developer are never mixed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.protocol.repair import Repaired

Repair = Callable[..., Repaired]


def request(*roles: str) -> dict[str, Any]:
    messages = [{"type": "message", "role": role, "content": f"{n}"} for n, role in enumerate(roles)]
    return {"instructions": "Be brief.", "input": messages}


@pytest.mark.parametrize(
    ("family", "wanted"),
    [("o3", "developer"), ("gpt-5", "developer"), ("gpt-4o", "system"), ("mine", "system")],
)
def test_two_roles_become_the_one_that_the_family_wants(repair: Repair, family: str, wanted: str) -> None:
    roles = ("system", "user", "developer", "system", "assistant", "developer")
    body = {"model": family, **request(*roles)}
    repaired = repair("one-role", body)
    expected = [wanted if role in ("system", "developer") else role for role in roles]
    assert repaired.body == {
        "model": family,
        **request(*expected),
    }  # nothing is dropped, all else is the same
    places = [f"/input/{n}/role" for n, role in enumerate(roles) if role != expected[n]]
    assert [change.source for change in repaired.changes] == places
    assert [change.targets for change in repaired.changes] == [(place,) for place in places]


@pytest.mark.parametrize("role", ["system", "developer"])
@pytest.mark.parametrize("family", ["o3", "gpt-4o", "mine"])
def test_one_role_is_left_alone_beside_instructions(repair: Repair, family: str, role: str) -> None:
    assert repair("one-role", request(role, "user", role), family).changes == ()


def test_messages_without_a_type_count_and_other_items_do_not(repair: Repair) -> None:
    items: list[Any] = [
        {"type": "additional_tools", "role": "developer", "tools": []},
        {"role": "system", "content": "x"},
        "developer",
        {"role": ["developer"]},
        {"type": [], "role": "developer"},
    ]
    assert repair("one-role", {"input": items}, "o3").changes == ()
    items.append({"role": "developer", "content": "y"})
    [change] = repair("one-role", {"input": items}, "o3").changes
    assert change.source == "/input/1/role"


@pytest.mark.parametrize("given", [None, "system developer", {"role": "system"}, 3])
def test_an_input_without_items_has_no_roles(repair: Repair, given: Any) -> None:
    assert repair("one-role", {"input": given}, "o3").changes == ()
