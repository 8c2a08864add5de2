"""Deployment names -> families."""

from __future__ import annotations

import pytest

from inspector.protocol.families import FAMILIES, MODELS, SOURCES, family_named, family_of, family_of_names


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("gpt-5.5", "gpt-5.4"),
        ("GPT-5.1-Codex-Max", "gpt-5-codex"),
        ("o1-mydeploy", "o1"),
        ("team_o3-mini_eu", "o3-mini"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4", "gpt-4"),
        ("gpt-5-2025-08-07", "gpt-5"),
        ("gpt-5.3", "gpt-5"),
        ("gpt-5-chat-latest", "gpt-5-chat"),
        ("gpt-5.3-chat", "gpt-5.1-chat"),
        ("gpt-35-turbo-16k", "gpt-3.5"),
        ("o1-pro", "o1-pro"),
        ("team-o4-mini-deep-research", "o3-deep-research"),
        ("o3-deep-research-2025-06-26", "o3-deep-research"),
        ("computer-use-preview", "computer-use-preview"),
        ("foo1-bar", "unknown"),
        ("gpt-4ofoo", "unknown"),
        ("mine", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_longest_known_name_inside_decides(model: str | None, family: str) -> None:
    assert family_of(model).name == family


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("gpt-5.7", "gpt-5.4"),
        ("my-GPT-5.10-eu", "gpt-5.4"),
        ("gpt-6", "gpt-5.4"),
        ("gpt-6.1-sol", "gpt-5.4"),
        ("gpt-5.4-codex", "gpt-5-codex"),
        ("gpt-5.6-codex-mini", "gpt-5-codex"),
        ("gpt-5.5-pro", "gpt-5-pro"),
        ("gpt-6-pro", "gpt-5-pro"),
        ("gpt-5.2-chat", "gpt-5.1-chat"),
        ("gpt-45", "unknown"),
    ],
)
def test_later_versions_are_like_the_last_one_that_is_known(model: str, family: str) -> None:
    assert family_of(model).name == family


def test_what_only_responses_serves() -> None:
    assert {name for name, family in FAMILIES.items() if not family.chat} == {
        "o1-pro",
        "o3-pro",
        "o3-deep-research",
        "computer-use-preview",
        "codex-mini",
        "gpt-5-codex",
        "gpt-5-pro",
    }


def test_what_the_person_says_comes_first() -> None:
    assert family_of("o1-mini-like", {"O1-mini-like": "gpt-4o"}).name == "gpt-4o"
    assert family_of("mine", {"mine": "o3-pro"}).name == "o3-pro"
    assert family_of("mine", {"mine": "gpt-5.2-codex"}).name == "gpt-5-codex"
    assert family_of("mine", {"mine": "nonsense"}).name == "unknown"


def test_of_several_names_what_the_person_says_comes_before_what_they_look_like() -> None:
    assert family_of_names(("chat-eu", "gpt-5.1")).name == "gpt-5"
    assert family_of_names(("my-gpt-4o", "gpt-5.1")).name == "gpt-4o"
    assert family_of_names(("my-gpt-4o", "gpt-5.1"), {"GPT-5.1": "o1"}).name == "o1"
    assert family_of_names(("chat-eu", "gpt-5.1"), {"chat-eu": "unknown"}).name == "unknown"
    assert family_of_names(()).name == "unknown"


@pytest.mark.parametrize(
    ("text", "family"), [("gpt-5.4", "gpt-5.4"), ("GPT-5.5", "gpt-5.4"), ("unknown", "unknown")]
)
def test_a_family_is_named_by_itself_or_by_a_model(text: str, family: str) -> None:
    assert family_named(text).name == family


def test_a_family_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"one of gpt-3\.5, .*gpt-5\.4, unknown"):
        family_named("nonsense")


def test_the_table_is_whole() -> None:
    assert set(MODELS.values()) <= set(FAMILIES)
    for family in FAMILIES.values():
        assert family.role == ("developer" if family.reasoning else "system")
        assert family.known == (family.name != "unknown")
        assert set(family.source.split()) <= set(SOURCES)
        assert bool(family.source) == family.known, "each row says where it was read"
        assert not (family.reasoning and family.limit == "max_tokens")
