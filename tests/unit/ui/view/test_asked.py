"""The line of a request without a body."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.asked import with_line
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.plain import plain


def shown(operation: str, url: str, method: str = "GET") -> list[str]:
    told: Any = dict(id=1, revision=1, mode="observe", started=0.0, outcome=Outcome.COMPLETE)  # noqa: C408
    exchange = Exchange(method=method, url=url, operation=operation, **told)
    return [line.strip() for line in plain(with_line(PaneContent([]), exchange).nodes, 80)]


BASE = "https://my-res.openai.azure.com/openai/v1"


@pytest.mark.parametrize(
    ("operation", "method", "url", "lines"),
    [
        ("responses.get", "GET", f"{BASE}/responses/resp_1", ["GET /responses/ID", "response resp_1"]),
        ("responses.delete", "DELETE", f"{BASE}/responses/a%2Fb", ["DELETE /responses/ID", "response a/b"]),
        (
            "responses.cancel",
            "POST",
            f"{BASE}/responses/r/cancel",
            ["POST /responses/ID/cancel", "response r"],
        ),
        ("models", "GET", f"{BASE}/models", ["GET /models"]),
        (
            "responses.items",
            "GET",
            f"{BASE}/responses/r/input_items?limit=2&order=asc",
            ["GET /responses/ID/input_items", "response r", "limit 2", "order asc"],
        ),
    ],
)
def test_it_says_what_is_asked(operation: str, method: str, url: str, lines: list[str]) -> None:
    assert [" ".join(line.split()) for line in shown(operation, url, method)] == lines


def test_what_has_a_body_needs_no_line() -> None:
    assert shown("responses.create", f"{BASE}/responses", "POST") == []


@pytest.mark.parametrize("url", ["http://[x/responses/r", "", "nonsense", "https://h/\x1b[31m/responses/r"])
def test_no_url_is_too_odd(url: str) -> None:
    lines = shown("responses.get", url)
    assert lines[0].startswith("GET")
    assert not any("\x1b" in line for line in lines)
