"""All exchanges in order, a table a session, a row each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from inspector.capture.model import Exchange, Outcome
from inspector.formats.md.story import Story, calls, seconds, tokens
from inspector.formats.md.text import code

_HEAD = (
    "| exchange | turn | at | asked | answered | took | tokens in → out | what came |\n"
    "|--:|--:|--:|---|---|--:|--:|---|\n"
)
_BY_HAND = ""
_USUAL = "turn"  # what Codex calls a request that is none of its special ones


def timeline(stories: Sequence[Story], retries: Collection[int], room: int | None) -> str:
    """The tables, in the order in which the sessions began; `room` in characters."""
    timed = (story.exchange for story in stories if story.exchange.timing.tells_ends)
    began = min((exchange.started for exchange in timed), default=0.0)
    text, left_out = "", 0
    for session, its in _sessions(stories):
        heading = f"### {_heading(session, its)}\n\n{_HEAD}"
        rows = [_row(story, began, story.exchange.id in retries) for story in its]
        kept = _that_fit(rows, None if room is None else room - len(text) - len(heading))
        left_out += len(rows) - kept
        if kept:
            text += heading + "".join(rows[:kept]) + "\n"
    return text + (
        f"{left_out:,} more exchanges are not shown: the report would be too long.\n\n" if left_out else ""
    )


def _that_fit(rows: Sequence[str], room: int | None) -> int:
    """How many."""
    if room is None:
        return len(rows)
    for count, row in enumerate(rows):
        room -= len(row.encode())
        if room < 0:
            return count
    return len(rows)


def _sessions(stories: Iterable[Story]) -> Iterable[tuple[str | None, list[Story]]]:
    """By session; of what a person sent, each is one of its own in the capture: they stand together."""
    found: dict[str | None, list[Story]] = {}
    for story in stories:
        exchange = story.exchange
        is_alone = exchange.made is not None and exchange.parent is None
        found.setdefault(_BY_HAND if is_alone else exchange.session, []).append(story)
    return found.items()


def _heading(session: str | None, stories: Sequence[Story]) -> str:
    if session is None:
        return "Without a session"
    if session == _BY_HAND:
        return "Sent by hand"
    first = stories[0].exchange
    agent = first.agent_name or first.agent
    of = f", sub-agent {code(agent, 40)}" if agent else ""
    return f"Session {code(session, 60)}{of}"


def _row(story: Story, began: float, is_retry: bool) -> str:
    exchange = story.exchange
    cells = (
        str(exchange.id),
        str(exchange.turn or ""),
        f"{exchange.started - began:.2f} s" if exchange.timing.tells_ends else "",
        _asked(exchange, is_retry),
        _answered(exchange),
        seconds(exchange.ended) if exchange.timing.tells_ends else "",
        tokens(exchange),
        _came(story),
    )
    return f"| {' | '.join(cells)} |\n"


def _asked(exchange: Exchange, is_retry: bool) -> str:
    words = code(exchange.operation or exchange.method, 40)
    if exchange.model:
        words += f" {code(exchange.model, 40)}"
    if exchange.request_kind not in (None, "", _USUAL):
        words += f", {code(exchange.request_kind or '', 30)}"
    if is_retry:
        words += ", again"
    return words + (f", made of {exchange.parent}" if exchange.parent else "")


def _answered(exchange: Exchange) -> str:
    if exchange.outcome is Outcome.COMPLETE:
        return str(exchange.status or "")
    return f"{exchange.status or ''} {exchange.outcome.value}".strip()


def _came(story: Story) -> str:
    parts = [] if story.problem is None else [f"⚠ {code(story.problem, 100)}"]
    if story.answer.has_text:
        parts.append("text")
    if story.answer.calls:
        parts.append(f"calls {calls(story.answer)}")
    if story.remarks and story.problem is None:
        parts.append(f"⚠ {len(story.remarks)} remark{'' if len(story.remarks) == 1 else 's'}")
    return ", ".join(parts)
