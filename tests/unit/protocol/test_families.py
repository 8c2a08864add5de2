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
        ("gpt-5.9", "gpt-5"),
        ("gpt-5-chat-latest", "gpt-5-chat"),
        ("foo1-bar", "unknown"),
        ("gpt-4ofoo", "unknown"),
        ("mine", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_longest_known_name_inside_decides(model: str | None, family: str) -> None:
    assert family_of(model).name == family


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
