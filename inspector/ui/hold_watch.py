"""The thread of holding: it tells of rules and of what is held, and tells the proxies that this app is there.

Five times a second it asks SQLite whether anybody has written to the capture, which costs some microseconds;
where nothing is held and no rule is set, it does nothing else. What a person does about them goes through
`do`, in a thread of theirs. When it is stopped it takes this app's rules away, which releases what they hold.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from inspector.capture.holds import BEAT, Held, Holds, Rule
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.ui.mailbox import Mailbox
from inspector.ui.recorders import is_proxy
from inspector.ui.view.hold.waits import Waits, waits_of

POLL = 0.2  # seconds between looks
REMEMBERED = 20  # that were held
ROLL_CALL = 1.0  # seconds between looks for apps and proxies that were killed, which write nothing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HoldNews:
    """All there is, each time. `passes`: a proxy writes the capture; None as long as nobody has asked."""

    rules: tuple[Rule, ...] = ()
    waits: tuple[Waits, ...] = ()  # the longest waiting first
    ended: tuple[Held, ...] = ()  # the last ones that were held, to tell how that ended
    passes: bool | None = None
    problem: str | None = None  # why no proxy can be told that this app is there


class HoldWatch:
    """Looks until it is stopped; what it finds waits in `mailbox`."""

    def __init__(self, path: Path, bell: Callable[[], object]) -> None:
        self.mailbox: Mailbox[HoldNews] = Mailbox(lambda _, newer: newer, bell)
        self._path = path
        self._wake = threading.Condition()
        self._woken = self._stopped = self._closely = False
        self._holds: Holds | None = None
        self._told = HoldNews()
        self._ready: dict[int, Waits] = {}
        self._next_beat = self._next_roll_call = 0.0

    def look_closely(self, on: bool) -> None:
        """Find out as well, from now on, whether anything passes at all."""
        with self._wake:
            self._closely = on
        self._look_again()

    def do(self, work: Callable[[Holds], T]) -> T:
        """What `work` does with them; any thread but the screen's, for it may wait. Raises CaptureError."""
        holds = self._holds
        if holds is None:
            raise CaptureError("There is no capture yet in which a proxy could find a rule.")
        try:
            return work(holds)
        finally:
            self._look_again()

    def is_me(self, name: str | None) -> bool:
        """Whether that is what this app is called, where it is told who set a rule or decided."""
        return self._holds is not None and name == self._holds.me

    def is_ours(self, held: Held) -> bool:
        """Whether a rule of this app holds it."""
        return self.is_me(held.app)

    def stop(self) -> None:
        """End the thread soon."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        """The thread."""
        while not self._stopped:
            try:
                if self._holds is None:
                    self._holds = Holds(self._path)
                news = self._news(self._holds)
            except CaptureError:
                news = self._told  # the thread that follows the capture tells why
            if news != self._told:
                self._told = news
                self.mailbox.put(news)
            with self._wake:
                self._wake.wait_for(lambda: self._stopped or self._woken, POLL)
        if self._holds is not None:
            self._holds.close()

    def _look_again(self) -> None:
        with self._wake:
            self._woken = True
            self._wake.notify()

    def _news(self, holds: Holds) -> HoldNews:
        told, now = self._told, time.monotonic()
        with self._wake:
            asked, self._woken, closely = self._woken, False, self._closely
        problem = self._beat(holds, told) if now >= self._next_beat else told.problem
        roll_call = now >= self._next_roll_call and bool(told.rules or told.waits or closely)
        passes = told.passes
        if closely and (asked or roll_call):
            passes = _passes(self._path)
        if not (holds.changed() or asked or roll_call):
            return replace(told, passes=passes, problem=problem)
        self._next_roll_call = now + ROLL_CALL
        waits = tuple(self._waits(holds, held) for held in holds.held())
        gone = self._ready.keys() - {each.held.id for each in waits}
        ended = (*told.ended, *_ended(holds, sorted(gone)))[-REMEMBERED:]
        self._ready = {each.held.id: each for each in waits}
        return HoldNews(tuple(holds.rules()), waits, ended, passes, problem)

    def _beat(self, holds: Holds, told: HoldNews) -> str | None:
        """Only where a proxy listens for it: where rules of ours are, or something that they hold."""
        self._next_beat = time.monotonic() + BEAT
        if not any(rule.mine for rule in told.rules) and not any(
            each.held.app == holds.me for each in told.waits
        ):
            return None
        try:
            holds.beat()
        except CaptureError as error:
            return str(error)
        return None

    def _waits(self, holds: Holds, held: Held) -> Waits:
        known = self._ready.get(held.id)
        if known is not None and known.held == held:
            return known
        try:
            return waits_of(held, holds.body(held.id))
        except KeyError:
            return Waits(held)  # the path names another capture by now


def _ended(holds: Holds, numbers: Iterable[int]) -> Iterator[Held]:
    for number in numbers:
        with suppress(KeyError):  # the path names another capture by now
            yield holds.get(number)


def _passes(path: Path) -> bool:
    """Whether a proxy writes the capture; what is sent from here goes past it."""
    try:
        with closing(Reader(path)) as reader:
            living = reader.living()
            return any(one.id in living and is_proxy(one) for one in reader.recorders())
    except CaptureError:
        return False
