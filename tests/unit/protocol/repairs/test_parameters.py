"""Fields that a family refuses, and the bound on the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.protocol.families import FAMILIES
from inspector.protocol.repair import Repaired

Repair = Callable[..., Repaired]
Links = Callable[[Repaired], list[tuple[str, str | None, tuple[str, ...]]]]

REASONING = [name for name, family in FAMILIES.items() if family.reasoning]
OTHERS = [name for name, family in FAMILIES.items() if not family.reasoning]
LOGPROBS = "message.output_text.logprobs"
ENCRYPTED = "reasoning.encrypted_content"
RENAMED = ("renamed", "/max_tokens", ("/max_output_tokens",))


@pytest.mark.parametrize("model", ["o3", "gpt-4o", "mine"])
@pytest.mark.parametrize(
    ("body", "expected", "changed"),
    [
        ({"max_tokens": 5}, {"max_output_tokens": 5}, [RENAMED]),
        (
            {"max_completion_tokens": 7},
            {"max_output_tokens": 7},
            [("renamed", "/max_completion_tokens", ("/max_output_tokens",))],
        ),
        (
            {"max_tokens": 5, "max_completion_tokens": 7},
            {"max_output_tokens": 7},
            [
                ("renamed", "/max_completion_tokens", ("/max_output_tokens",)),
                ("dropped", "/max_tokens", ()),
            ],
        ),
        (
            {"max_output_tokens": 3, "max_tokens": 5},
            {"max_output_tokens": 3},
            [("dropped", "/max_tokens", ())],
        ),
        (
            {"max_output_tokens": None, "max_tokens": 5},
            {"max_output_tokens": 5},
            [("dropped", "/max_output_tokens", ()), RENAMED],
        ),
        (
            {"max_completion_tokens": None, "max_tokens": 5},
            {"max_output_tokens": 5},
            [("dropped", "/max_completion_tokens", ()), RENAMED],
        ),
        ({"max_tokens": None}, {}, [("dropped", "/max_tokens", ())]),
        ({"max_tokens": {"of": []}}, {"max_output_tokens": {"of": []}}, [RENAMED]),
        ({"max_output_tokens": 3}, {"max_output_tokens": 3}, []),
    ],
)
def test_the_bound_has_one_name_for_every_model(
    repair: Repair, links: Links, model: str, body: Any, expected: Any, changed: Any
) -> None:
    repaired = repair("token-limit", {"model": model, **body})
    assert repaired.body == {"model": model, **expected}
    assert links(repaired) == changed


def test_the_bound_keeps_its_place(repair: Repair) -> None:
    assert list(repair("token-limit", {"a": 1, "max_tokens": 5, "z": 2}).body) == [
        "a",
        "max_output_tokens",
        "z",
    ]


SAMPLING: dict[str, Any] = {
    "temperature": 0.2,
    "top_p": 1,
    "presence_penalty": 0,
    "frequency_penalty": None,
    "logprobs": True,
    "top_logprobs": 3,
    "logit_bias": {"50256": -100},
}


@pytest.mark.parametrize("family", REASONING)
def test_sampling_is_removed_for_models_that_reason(repair: Repair, links: Links, family: str) -> None:
    repaired = repair("sampling-fields", {"user": "me", **SAMPLING}, family)
    assert repaired.body == {"user": "me"}
    assert links(repaired) == [("dropped", f"/{name}", ()) for name in SAMPLING]


@pytest.mark.parametrize("family", OTHERS)
def test_sampling_stays_for_others(repair: Repair, family: str) -> None:
    assert repair("sampling-fields", {**SAMPLING, "include": [LOGPROBS]}, family).changes == ()


def test_logprobs_are_not_included_either(repair: Repair, links: Links) -> None:
    repaired = repair("sampling-fields", {"include": ["a", LOGPROBS, "b", LOGPROBS, None]}, "o3")
    assert repaired.body == {"include": ["a", "b", None]}
    assert links(repaired) == [("dropped", "/include/1", ()), ("dropped", "/include/3", ())]
    rows = {row.source: row.targets for row in repaired.report()}
    assert (rows["/include/2"], rows["/include/4"]) == (("/include/1",), ("/include/2",))
    repaired = repair("sampling-fields", {"include": [LOGPROBS, LOGPROBS]}, "o3")
    assert (repaired.body, links(repaired)) == ({}, [("dropped", "/include", ())])


@pytest.mark.parametrize("include", [None, LOGPROBS, {LOGPROBS: 1}, [], [[LOGPROBS]]])
def test_what_includes_nothing_is_left_alone(repair: Repair, include: Any) -> None:
    assert repair("sampling-fields", {"include": include}, "o3").changes == ()


def test_models_that_do_not_reason_are_not_asked_to(repair: Repair, links: Links) -> None:
    body = {"reasoning": {"effort": "low", "summary": "auto"}, "include": [ENCRYPTED, "x"]}
    repaired = repair("reasoning-field", body, "gpt-4.1")
    assert repaired.body == {"include": ["x"]}
    assert links(repaired) == [("dropped", "/reasoning", ()), ("dropped", "/include/0", ())]


@pytest.mark.parametrize("family", [*REASONING, "unknown"])
def test_models_that_may_reason_are_asked(repair: Repair, family: str) -> None:
    body = {"reasoning": {"effort": "low"}, "include": [ENCRYPTED]}
    assert repair("reasoning-field", body, family).changes == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_summary_is_asked_for_where_it_exists(repair: Repair, family: str) -> None:
    repaired = repair("reasoning-summary", {"reasoning": {"effort": "low", "summary": "auto"}}, family)
    lacks = family in ("o1", "o1-pro", "o3-mini", "o3-pro")
    assert ("summary" in repaired.body["reasoning"]) == (not lacks)
    assert repaired.body["reasoning"]["effort"] == "low"


def test_a_summary_by_its_older_name_and_nothing_else(repair: Repair, links: Links) -> None:
    both = {"summary": None, "generate_summary": "auto"}
    repaired = repair("reasoning-summary", {"reasoning": both}, "o1")
    assert (repaired.body, links(repaired)) == ({}, [("dropped", "/reasoning", ())])
    repaired = repair("reasoning-summary", {"reasoning": {**both, "effort": "low"}}, "o1")
    assert repaired.body == {"reasoning": {"effort": "low"}}
    assert [source for _, source, _ in links(repaired)] == [
        "/reasoning/summary",
        "/reasoning/generate_summary",
    ]


@pytest.mark.parametrize("reasoning", [None, "high", [], {}, {"effort": None}])
def test_reasoning_without_a_summary_is_left_alone(repair: Repair, reasoning: Any) -> None:
    assert repair("reasoning-summary", {"reasoning": reasoning}, "o1").changes == ()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("value", [True, False])
def test_parallel_calls_are_asked_for_where_they_exist(
    repair: Repair, links: Links, family: str, value: bool
) -> None:
    repaired = repair("parallel-tool-calls", {"parallel_tool_calls": value}, family)
    lacks = family in (
        *("o1", "o1-pro", "o3", "o3-mini", "o3-pro", "o3-deep-research", "o4-mini", "codex-mini"),
        "gpt-5-pro",
    )
    assert links(repaired) == ([("dropped", "/parallel_tool_calls", ())] if lacks else [])


@pytest.mark.parametrize(
    ("family", "effort", "kept"),
    [
        ("gpt-5", "minimal", False),
        ("gpt-5", "low", True),
        ("gpt-5", None, True),
        ("gpt-5-codex", "minimal", False),
        ("gpt-4o", "minimal", True),
        ("unknown", "minimal", True),
    ],
)
def test_not_with_the_effort_minimal(repair: Repair, family: str, effort: Any, kept: bool) -> None:
    body = {"parallel_tool_calls": True, "reasoning": {"effort": effort}}
    assert ("parallel_tool_calls" in repair("parallel-tool-calls", body, family).body) == kept
