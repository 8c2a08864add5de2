"""How an exchange ended, in a mark and a few words."""

from __future__ import annotations

from http import HTTPStatus

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.rows import Span, Tone

ENDS = {
    Outcome.CLIENT_GONE: "the client left",
    Outcome.UPSTREAM_GONE: "upstream broke off",
    Outcome.UNREACHABLE: "upstream unreachable",
    Outcome.REFUSED: "refused by the proxy",
    Outcome.INTERRUPTED: "the recorder ended first",
}
"""Outcomes other than the two plain ones, in words."""

SPARED = (Outcome.CLIENT_GONE, Outcome.INTERRUPTED)
"""Those that are no fault of upstream's."""


def status_line(status: int | None) -> str:
    """`429 Too Many Requests`."""
    if status is None:
        return "no answer"
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def mark(exchange: Exchange) -> Span:
    """`▶` under way, `✓` well, `⚠` ended but not as asked, `✗` failed."""
    if exchange.outcome is Outcome.OPEN:
        return Span("▶", Tone.LIVE)
    if exchange.outcome in (Outcome.UPSTREAM_GONE, Outcome.UNREACHABLE, Outcome.REFUSED):
        return Span("✗", Tone.BAD)
    if exchange.status is None or exchange.status >= 400:
        return Span("✗", Tone.BAD)
    if exchange.outcome in SPARED or exchange.error:
        return Span("⚠", Tone.WARN)
    return Span("✓", Tone.GOOD)


def trouble(exchange: Exchange) -> str:
    """What went wrong, in words; "" when nothing did."""
    return exchange.error or ENDS.get(exchange.outcome, "")


def is_bad(exchange: Exchange) -> bool:
    """Whether its row should catch the eye."""
    return mark(exchange).tone in (Tone.BAD, Tone.WARN)
