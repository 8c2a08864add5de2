"""Content filter results over the chunks of a stream."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.from_chat.content_filters import ContentFilters

SAFE = {"filtered": False, "severity": "safe"}
BAD = {"filtered": True, "severity": "high"}


def test_what_was_filtered_once_stays_so() -> None:
    filters = ContentFilters()
    for results in ({"hate": SAFE}, {"hate": BAD, "violence": SAFE}, {"hate": SAFE}):
        assert filters.take("completion", results)
    assert filters.listed == [
        {
            "source_type": "completion",
            "blocked": True,
            "content_filter_results": {"hate": BAD, "violence": SAFE},
        }
    ]


def test_the_prompts_results_stand_in_a_list() -> None:
    filters = ContentFilters()
    assert filters.take("prompt", [None, {"prompt_index": 0, "content_filter_results": {"hate": SAFE}}])
    assert filters.listed[0]["content_filter_results"] == {"hate": SAFE}


@pytest.mark.parametrize("results", [None, [], {}, "x", 5, [1], [{"content_filter_results": 1}]])
def test_what_says_nothing(results: Any) -> None:
    filters = ContentFilters()
    assert filters.take("prompt", results)
    assert not any(listed["content_filter_results"] for listed in filters.listed)


def test_what_cannot_be_sent_on() -> None:
    filters = ContentFilters()
    assert not filters.take("completion", {"hate": float("nan")})
    assert filters.listed == []
