"""How an exchange ended."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.words import is_bad, mark, status_line, trouble


def exchange(**changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": 1, "revision": 1, "method": "POST", "url": "https://a",
        "operation": "responses.create",
        "mode": "observe", "started": 0.0, "outcome": Outcome.COMPLETE, "status": 200,
    }  # fmt: skip
    return Exchange(**{**told, **changes})


@pytest.mark.parametrize(
    ("changes", "symbol", "words"),
    [
        ({}, "✓", ""),
        ({"outcome": Outcome.OPEN, "status": None}, "▶", ""),
        ({"status": 429, "error": "too many"}, "✗", "too many"),
        ({"error": "incomplete: content_filter"}, "⚠", "incomplete: content_filter"),
        ({"outcome": Outcome.UPSTREAM_GONE}, "✗", "upstream broke off"),
        ({"outcome": Outcome.UNREACHABLE, "status": None}, "✗", "upstream unreachable"),
        ({"outcome": Outcome.CLIENT_GONE}, "⚠", "the client left"),
        ({"outcome": Outcome.INTERRUPTED}, "⚠", "the recorder ended first"),
    ],
)
def test_marks(changes: dict[str, Any], symbol: str, words: str):
    made = exchange(**changes)
    assert (mark(made).text, trouble(made)) == (symbol, words)
    assert is_bad(made) == (symbol in "✗⚠")


def test_status_lines():
    assert status_line(429) == "429 Too Many Requests"
    assert (status_line(299), status_line(None)) == ("299", "no answer")
