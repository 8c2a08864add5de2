"""Whether a call is worth another try, and how long to wait before it; only asked where retries were."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from inspector.capture.model import Headers, Outcome

LONGEST_WAIT = 120.0  # seconds; what asks for more is told, not waited for
_WORTH_IT = frozenset({408, 409, 429, 500, 502, 503, 504})
_BROKEN = (Outcome.UNREACHABLE, Outcome.UPSTREAM_GONE)


def wait_before_retry(
    status: int | None, outcome: Outcome, headers: Headers, tried: int, now: datetime | None = None
) -> float | None:
    """Seconds to wait after `tried` tries; None where it is of no use, or would take too long."""
    if outcome not in _BROKEN and status not in _WORTH_IT:
        return None
    told = told_wait(headers, now)
    wait = 0.5 * 2 ** (tried - 1) if told is None else told
    return wait if wait <= LONGEST_WAIT else None


def told_wait(headers: Headers, now: datetime | None = None) -> float | None:
    """Seconds that the answer asks for: milliseconds before seconds, since they are what Azure means."""
    given = {name.lower(): value.strip() for name, value in headers}
    for name, each in (("retry-after-ms", 1000), ("x-ms-retry-after-ms", 1000), ("retry-after", 1)):
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value := given.get(name, "")):
            return float(value) / each
    try:
        until = parsedate_to_datetime(given.get("retry-after", ""))
    except ValueError:
        return None
    left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - (now or datetime.now(UTC))
    return max(0.0, left.total_seconds())
