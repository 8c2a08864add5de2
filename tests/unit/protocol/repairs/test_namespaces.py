"""Namespaces describe themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.protocol.repair import Repaired

Repair = Callable[..., Repaired]
Links = Callable[[Repaired], list[tuple[str, str | None, tuple[str, ...]]]]

EXEC = {"type": "custom", "name": "exec", "description": ""}
WAIT = {"type": "function", "name": "wait"}


def namespace(**more: Any) -> dict[str, Any]:
    return {"type": "namespace", "name": "functions", "tools": [EXEC, WAIT], **more}


@pytest.mark.parametrize("description", ["", " \n", None])
def test_an_empty_description_is_filled(repair: Repair, links: Links, description: str | None) -> None:
    body = {"input": [{"type": "additional_tools", "tools": [WAIT, namespace(description=description)]}]}
    repaired = repair("namespace-description", body)
    [item] = repaired.body["input"]
    assert item["tools"] == [WAIT, namespace(description="Tools: exec, wait.")]
    place = "/input/0/tools/1/description"
    assert links(repaired) == [("renamed", place, (place,))]


def test_a_missing_one_is_added_wherever_tools_are_offered(repair: Repair, links: Links) -> None:
    body = {
        "tools": [namespace()],
        "input": [
            {"type": "tool_search_output", "tools": [namespace()]},
            {"type": "message", "tools": [namespace()]},
        ],
    }
    repaired = repair("namespace-description", body)
    places = ["/tools/0/description", "/input/0/tools/0/description"]
    assert links(repaired) == [("injected", None, (place,)) for place in places]
    assert repaired.body["tools"][0] == {**namespace(), "description": "Tools: exec, wait."}
    assert repaired.body["input"][1] is body["input"][1]


@pytest.mark.parametrize(
    ("tools", "words"),
    [
        (None, "A namespace of tools."),
        ([{"type": "web_search"}, "exec", {"name": 3}], "A namespace of tools."),
        (
            [{"name": f"t{n}"} for n in range(14)],
            "Tools: t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11 and 2 more.",
        ),
    ],
)
def test_its_words(repair: Repair, tools: Any, words: str) -> None:
    [made] = repair("namespace-description", {"tools": [namespace(tools=tools)]}).body["tools"]
    assert made["description"] == words


@pytest.mark.parametrize(
    "tools",
    [[namespace(description="Own words")], [namespace(description=5)], [EXEC], "namespace", None, [None]],
)
def test_what_says_something_is_left_alone(repair: Repair, tools: Any) -> None:
    body = {"tools": tools, "input": [{"type": "additional_tools", "tools": tools}]}
    assert repair("namespace-description", body).changes == ()
