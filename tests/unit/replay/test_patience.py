"""How long to wait before another try."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inspector.capture.model import Headers, Outcome
from inspector.replay.patience import wait_before_retry

NOW = datetime(2026, 9, 21, 14, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome", "headers", "tried", "wait"),
    [
        (429, Outcome.COMPLETE, (("retry-after-ms", "250"), ("Retry-After", "9")), 1, 0.25),
        (429, Outcome.COMPLETE, (("Retry-After", "2"),), 3, 2.0),
        (429, Outcome.COMPLETE, (("Retry-After", "Mon, 21 Sep 2026 14:00:05 GMT"),), 1, 5.0),
        (429, Outcome.COMPLETE, (("Retry-After", "Mon, 21 Sep 2026 13:00:05 GMT"),), 1, 0.0),
        (429, Outcome.COMPLETE, (("Retry-After", "soon"),), 1, 0.5),
        (429, Outcome.COMPLETE, (("Retry-After", "3600"),), 1, None),
        (503, Outcome.COMPLETE, (), 3, 2.0),
        (None, Outcome.UNREACHABLE, (), 2, 1.0),
        (200, Outcome.UPSTREAM_GONE, (), 1, 0.5),
        (200, Outcome.COMPLETE, (), 1, None),
        (400, Outcome.COMPLETE, (), 1, None),
        (401, Outcome.COMPLETE, (("Retry-After", "1"),), 1, None),
        (503, Outcome.COMPLETE, (), 30, None),
    ],
)
def test_what_is_waited(
    status: int | None, outcome: Outcome, headers: Headers, tried: int, wait: float | None
) -> None:
    assert wait_before_retry(status, outcome, headers, tried, NOW) == wait
