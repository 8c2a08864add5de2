"""A capture searched by a filter, in short steps: what matches, how far it has come, what could not be read.

Rows decide first, all of them. Bodies are read only for the exchanges of which a row cannot tell: the session
that was active last comes first, and within a session the oldest, since each body is packed against the one
before it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from inspector.capture.filter.conditions import Need
from inspector.capture.filter.language import Filter
from inspector.capture.filter.surroundings import Surroundings, surroundings
from inspector.capture.filter.texts import ExchangeTexts
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError


@dataclass(frozen=True, slots=True)
class Step:
    """What a step of a search found, and how many of the exchanges have been decided so far.

    `unread` were not found, but could not be read, or only in part.
    """

    done: int
    total: int
    found: tuple[Exchange, ...]
    unread: tuple[Exchange, ...] = ()


def search(
    reader: Reader,
    wanted: Filter,
    exchanges: Iterable[Exchange] | None = None,
    around: Surroundings | None = None,
    *,
    seconds: float = 0.03,
) -> Iterator[Step]:
    """Those of the `exchanges`, all of the capture if not given, that match: in no order, each once.

    A step ends after `seconds`, or with the body that took longer; it ends a search to ask for no more of
    them. Without `around`, repeated requests are found among `exchanges`.
    """
    given = reader.exchanges() if exchanges is None else list(exchanges)
    if around is None:
        around = surroundings(given) if Need.SURROUNDINGS in wanted.needs else Surroundings()
    steps = _Steps(len(given), seconds)
    undecided = []
    for exchange in given:
        said = wanted.matches(exchange, around)
        if said is None:
            undecided.append(exchange)
        elif step := steps.take(exchange if said else None):
            yield step
    for exchange in _in_reading_order(undecided):
        matched, read = _look(reader, wanted, exchange, around)
        if step := steps.take(exchange if matched else None, None if matched or read else exchange):
            yield step
    yield steps.end()


def matches(reader: Reader, wanted: Filter, exchange: Exchange, around: Surroundings) -> bool:
    """Whether one exchange matches, its bodies read if they have to be; False where they cannot be."""
    said = wanted.matches(exchange, around)
    return _look(reader, wanted, exchange, around)[0] if said is None else said


def _look(reader: Reader, wanted: Filter, exchange: Exchange, around: Surroundings) -> tuple[bool, bool]:
    """Whether it matches by its bodies, and whether all that was looked at could be read."""
    texts = ExchangeTexts(exchange, partial(reader.message, exchange.id))
    try:
        return wanted.matches_deep(exchange, texts, around), texts.problem is None
    except CaptureError:  # one damaged body; the others may be whole
        return False, False


def _in_reading_order(exchanges: Iterable[Exchange]) -> list[Exchange]:
    sessions: dict[str | None, list[Exchange]] = {}
    for exchange in sorted(exchanges, key=lambda one: (one.started, one.id)):
        sessions.setdefault(exchange.session, []).append(exchange)
    latest_first = sorted(sessions.values(), key=lambda one: one[-1].started, reverse=True)
    return [exchange for session in latest_first for exchange in session]


class _Steps:
    """Decisions gathered until a step has taken its time."""

    def __init__(self, total: int, seconds: float) -> None:
        self._total = total
        self._seconds = seconds
        self._done = 0
        self._begin()

    def take(self, found: Exchange | None, unread: Exchange | None = None) -> Step | None:
        """One more is decided; a step when it is time for one."""
        self._done += 1
        if found is not None:
            self._found.append(found)
        if unread is not None:
            self._unread.append(unread)
        return self.end() if time.monotonic() - self._since >= self._seconds else None

    def end(self) -> Step:
        """What there is since the last step."""
        step = Step(self._done, self._total, tuple(self._found), tuple(self._unread))
        self._begin()
        return step

    def _begin(self) -> None:
        self._since = time.monotonic()
        self._found: list[Exchange] = []
        self._unread: list[Exchange] = []
