"""The prefix in words, for every way in which it can break or hold."""

from __future__ import annotations

import pytest

from inspector.capture.model import Usage
from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.usage import TokenUsage
from inspector.ui.view.diff.prefix import prefix_node
from inspector.ui.view.diff.summary import target_of

LONG = "word " * 4000
USAGE = Usage(5000, 4864, 10, 0)


def said(text):
    return {"type": "message", "role": "user", "content": text}


def node(old, new, usage=None):
    given = TokenUsage(usage.input_tokens, usage.cached_tokens) if usage else None
    return prefix_node(compare_requests(old, new, new_usage=given), usage)


def target(found):
    return [target_of(below) for below in found.below()]


def test_intact_and_how_much_of_it_came_from_the_cache(words):
    old, new = {"input": [said(LONG)]}, {"input": [said(LONG), said("b")]}
    told = words([node(old, new, USAGE)], unfold=True)
    assert told[0] == "✓ prompt-cache prefix intact, 4,864 of 5,000 tokens were cached"
    assert told[-1] == "  Tokens are estimated, at the rate of the exchange's own usage."
    assert words([node(old, new)]) == ["✓ prompt-cache prefix intact"]
    assert words([node(old, new)], unfold=True)[-1] == "  Tokens are estimated, at four bytes a token."


def test_intact_and_still_not_from_the_cache(words):
    body = {"input": [said(LONG)]}
    told = "\n".join(words([node(body, body, Usage(5000, 0, 1, 0))], unfold=True))
    assert "About 4,992 tokens could have come from the cache" in told


def test_too_short_to_be_cached(words):
    assert "below 1,024 tokens" in words([node({"input": "a"}, {"input": "a"})])[0]
    told = words([node({"model": "a"}, {"model": "b"})], unfold=True)
    assert told[0].endswith("no tokens lost")
    assert "the break costs nothing" in told[1]


@pytest.mark.parametrize(
    ("old", "new", "place", "key"),
    [
        ({"model": "a"}, {"model": "b"}, "model", "settings"),
        ({"instructions": "a"}, {"instructions": "b"}, "instructions", "settings"),
        ({"reasoning": {"effort": "low"}}, {"reasoning": {"effort": "high"}}, "reasoning.effort", "settings"),
        ({"tools": [{"name": "t"}]}, {"tools": [{"name": "t", "a": 1}]}, "tools.0 t", "tools:/tools/0"),
        ({"tools": [{"name": "t"}]}, {"tools": [{"name": "u"}]}, "tools.0 t → u", "tools:/tools/0"),
    ],
    ids=str,
)
def test_where_it_broke(words, old, new, place, key):
    found = node({**old, "input": [said(LONG)]}, {**new, "input": [said(LONG)]})
    line = words([found])[0]
    assert line.startswith(f"✗ prompt-cache prefix broke at {place}  ≈ ")
    assert line.endswith("tokens lost")
    assert target(found) == [key]


def test_it_broke_at_an_item(words):
    found = node({"input": [said("a"), said(LONG)]}, {"input": [said("b"), said(LONG)]})
    assert "broke at input.0 message user  ≈" in words([found])[0]
    assert target(found) == ["items:/input/0"]


def test_it_broke_where_an_item_vanished():
    found = node({"input": [said("gone"), said("x " + LONG)]}, {"input": [said("x " + LONG)]})
    assert target(found) == ["items:-/input/0"]


def test_what_else_a_break_costs(words):
    reasoning = {"type": "reasoning", "id": "r", "summary": []}
    old = {"model": "a", "input": [said(LONG), reasoning], "prompt_cache_key": "one"}
    told = "\n".join(words([node(old, {**old, "model": "b", "prompt_cache_key": "two"})], unfold=True))
    assert "1 reasoning item after the break" in told
    assert "prompt_cache_key changed" in told


def test_what_a_stored_response_stands_for_is_not_compared(words):
    old, new = {"input": [said(LONG)]}, {"input": [said("b")], "previous_response_id": "resp_1"}
    told = words([node(old, new, USAGE)])
    assert told == [
        "· prompt goes on from a stored response that is not in it, 4,864 of 5,000 tokens were cached"
    ]
    assert words([node(new, new)])[0].startswith("✓ prompt-cache prefix intact")
