"""What an exchange has or is, by name: `has:error`, `is:open`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.model import Exchange, Outcome
from inspector.protocol.azure import Operation

Holds = Callable[[Exchange, Surroundings], bool]


@dataclass(frozen=True, slots=True)
class Flag:
    """A name behind `has:` or `is:`; `holds` is None for what only the bodies can tell."""

    about: str
    holds: Holds | None


def _failed(exchange: Exchange, _: Surroundings) -> bool:
    return exchange.error is not None or (exchange.status or 0) >= 400


def _open(exchange: Exchange, _: Surroundings) -> bool:
    return exchange.outcome is Outcome.OPEN


def _retry(exchange: Exchange, around: Surroundings) -> bool:
    return exchange.id in around.retries


def _replay(exchange: Exchange, _: Surroundings) -> bool:
    return exchange.made is not None and exchange.made.repeats


def _compaction(exchange: Exchange, _: Surroundings) -> bool:
    return exchange.operation == Operation.COMPACT or "compact" in (exchange.request_kind or "")


def _by_agent(exchange: Exchange, _: Surroundings) -> bool:
    return bool(exchange.agent or exchange.parent_session)


HAS: dict[str, Flag] = {
    "error": Flag("it failed: an error in words, or a status of 400 and up", _failed),
    "usage": Flag("upstream said how many tokens", lambda exchange, _: exchange.usage is not None),
    "retry": Flag("it repeats the request before it", _retry),
    "parent": Flag("it was made of another exchange", lambda exchange, _: exchange.parent is not None),
    "mark": Flag("a person marked it", lambda exchange, around: exchange.id in around.marked),
    "note": Flag("a person wrote a note on it", lambda exchange, around: bool(around.notes.get(exchange.id))),
    "tool": Flag("its answer calls a tool", None),
    "remark": Flag("conformance has something to say about its events", None),
}

IS: dict[str, Flag] = {
    "open": Flag("it is still running", _open),
    "live": Flag("it is still running", _open),
    "done": Flag("it has ended, well or not", lambda exchange, around: not _open(exchange, around)),
    "failed": Flag("it failed, as has:error", _failed),
    "stream": Flag("a stream was asked for", lambda exchange, _: exchange.stream is True),
    "retry": Flag("it repeats the request before it", _retry),
    "replay": Flag("a person sent it again, changed or not", _replay),
    "compaction": Flag("it makes a session's history shorter", _compaction),
    "agent": Flag("a sub-agent asks", _by_agent),
    "imported": Flag("it was read from a file", lambda exchange, _: exchange.source is not None),
    "bridged": Flag("it was translated on the way", lambda exchange, _: exchange.mode == "bridge"),
    "repaired": Flag("it was repaired on the way", lambda exchange, _: exchange.mode == "repair"),
    "marked": Flag("a person marked it", lambda exchange, around: exchange.id in around.marked),
}

FLAGS: dict[str, dict[str, Flag]] = {"has": HAS, "is": IS}
