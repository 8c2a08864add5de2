"""How an exchange ended, in a mark and a few words."""

from __future__ import annotations

from http import HTTPStatus

from inspector.capture.model import Exchange, Outcome
from inspector.protocol.azure import Operation
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


_GONE_WRONG = (Outcome.UPSTREAM_GONE, Outcome.UNREACHABLE, Outcome.REFUSED)


def failed(exchange: Exchange) -> bool:
    """Whether it has ended without what was asked for."""
    if exchange.outcome is Outcome.OPEN:
        return False
    return exchange.outcome in _GONE_WRONG or exchange.status is None or exchange.status >= 400


def mark(exchange: Exchange) -> Span:
    """`◌` not read from its file yet, `▶` under way, `✓` well, `⚠` ended but not as asked, `✗` failed."""
    if exchange.awaited:
        return Span("◌", Tone.LIVE)
    if exchange.outcome is Outcome.OPEN:
        return Span("▶", Tone.LIVE)
    if failed(exchange):
        return Span("✗", Tone.BAD)
    if is_bad(exchange):
        return Span("⚠", Tone.WARN)
    return Span("✓", Tone.GOOD)


def trouble(exchange: Exchange) -> str:
    """What went wrong, in words; "" when nothing did."""
    return exchange.error or ENDS.get(exchange.outcome, "")


def is_bad(exchange: Exchange) -> bool:
    """Whether its row should catch the eye."""
    if exchange.outcome is Outcome.OPEN:
        return False
    return exchange.outcome in SPARED or bool(exchange.error) or failed(exchange)


def is_compaction(exchange: Exchange) -> bool:
    """Whether it makes a session's history shorter."""
    return exchange.operation == Operation.COMPACT or "compact" in (exchange.request_kind or "")


def prepares(exchange: Exchange) -> bool:
    """Whether it only makes ready for what is to be asked: it tells nothing of what that is about."""
    return exchange.operation == Operation.CONNECT or exchange.request_kind == "prewarm"


REPLAY = "↺"
"""Stands before what a person had sent from here."""


def is_sent_from_here(exchange: Exchange) -> bool:
    """Whether no client of a proxy asked, but a person by a replay, an edit or a call of their own."""
    return exchange.made is not None or exchange.parent is not None


AGENT = "↳"
"""Stands before what a sub-agent does."""


def is_by_agent(exchange: Exchange) -> bool:
    """Whether a sub-agent asks, not the session that a person talks to."""
    return bool(exchange.agent or exchange.parent_session)
