"""The rules together: which are on, for which family, and when a URL is a dated one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from inspector.protocol.azure import parse_upstream
from inspector.protocol.repair import RULES, RepairOptions, is_dated, repair_request

CODEX: dict[str, Any] = {
    "model": "gpt-6-sol",
    "stream": True,
    "input": [
        {
            "type": "additional_tools",
            "role": "developer",
            "tools": [
                {
                    "type": "namespace",
                    "name": "functions",
                    "description": "",
                    "tools": [{"type": "custom", "name": "exec", "format": {"type": "text"}}],
                }
            ],
        },
        {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Be brief."}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
    ],
    "parallel_tool_calls": False,
    "reasoning": {"effort": "low", "summary": "auto", "context": "all"},
    "store": False,
    "include": ["reasoning.encrypted_content"],
    "prompt_cache_key": "k",
}


def test_every_rule_says_what_it_does_and_why() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.title
        assert rule.why.endswith(".")
        for one in rule.source.split("; "):
            assert re.fullmatch(r"(documented: https://\S+|measured: .+|reported: [\w-]+/[\w-]+#\d+.*)", one)
        assert rule.to_json().keys() == {"id", "title", "why", "source"}


def test_codex_needs_the_description_only() -> None:
    repaired = repair_request(CODEX)
    assert repaired.family.name == "gpt-5.4"
    [change] = repaired.changes
    assert (change.rule, change.source) == ("namespace-description", "/input/0/tools/0/description")
    assert repaired.body["input"][1:] == CODEX["input"][1:]
    assert repaired.body["input"][0]["tools"][0]["description"] == "Tools: exec."
    assert [row.reason for row in repaired.report() if row.reason] == [change.text]


def test_a_rule_that_is_off_leaves_its_piece_and_the_body_is_the_very_same() -> None:
    repaired = repair_request(CODEX, RepairOptions(without=frozenset({"namespace-description"})))
    assert repaired.body is CODEX
    assert repaired.changes == ()


def test_the_family_is_what_the_person_says_then_what_the_name_says() -> None:
    body = {"model": "team", "temperature": 1}
    assert repair_request(body).body is body
    assert repair_request(body, RepairOptions(families={"team": "o3"})).body == {"model": "team"}
    assert repair_request(body, RepairOptions(model="my-o3")).body == {"model": "team"}
    named = {"model": "o3", "temperature": 1}
    assert repair_request(named, RepairOptions(model="mine")).family.name == "o3"
    assert repair_request(named, RepairOptions(model="gpt-4o")).body is named
    assert repair_request(named, RepairOptions({"o3": "gpt-4.1"}, model="o1")).body is named  # said, not seen


def test_for_an_unknown_family_nothing_is_left_out() -> None:
    body = {
        "model": "team",
        "temperature": 1,
        "reasoning": {"summary": "auto"},
        "parallel_tool_calls": True,
        "store": False,
        "include": ["message.output_text.logprobs"],
    }
    repaired = repair_request(body)
    assert repaired.body is body
    assert "unknown" in repaired.report().for_source("/model")[0].reason


@pytest.mark.parametrize("body", [None, True, 3, "text", [], [{"model": "o3", "temperature": 1}]])
def test_what_is_no_object_is_given_back(body: Any) -> None:
    repaired = repair_request(body)
    assert repaired.body is body
    assert repaired.changes == ()
    assert {row.kind for row in repaired.report()} == {"mapped"}


def test_deep_nesting_is_no_hindrance() -> None:
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    body = {"model": "o3", "input": [{"role": "user", "content": deep}], "temperature": 1, "metadata": deep}
    repaired = repair_request(body)
    assert list(repaired.body) == ["model", "input", "metadata"]
    assert [row.source for row in repaired.report()] == ["/model", "/input/0", "/temperature", "/metadata"]


@pytest.mark.parametrize(
    ("url", "dated"),
    [
        ("https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview", True),
        ("https://r.openai.azure.com/openai/responses", True),
        (
            "https://R.cognitiveservices.azure.com:443/openai/deployments/d/responses?api-version=2025-03-01",
            True,
        ),
        ("https://gate.azure-api.net/team/responses?x=1&api-version=2025-04-01-preview", True),
        ("https://gate.azure-api.net/team/responses", False),  # nothing tells what is behind it
        ("https://r.openai.azure.com/openai/v1/responses", False),
        ("https://r.openai.azure.com/openai/v1/responses?api-version=2025-04-01-preview", False),
        ("https://r.services.ai.azure.com/openai/v1/responses?api-version=preview", False),
        ("https://api.openai.com/v1/responses", False),
        ("http://127.0.0.1:8080/openai/responses?api-version=2025-04-01-preview", False),
        ("https://[r.openai.azure.com/openai/responses", False),
        ("", False),
    ],
)
def test_dated_urls(url: str, dated: bool) -> None:
    assert is_dated(url) == dated


def test_a_bare_resource_means_v1() -> None:
    upstream = parse_upstream("https://r.openai.azure.com")
    assert not is_dated(f"{upstream.base_url}/responses")
