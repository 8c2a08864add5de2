"""The thread that stands between the capture and what is held: rules in, held things out, decisions in.

It looks at the capture a few times a second, more often while something waits. All that it is told is done
in order by itself, so that the event loop never waits for a file.

| seen | what is held |
|---|---|
| a decision | ends with it |
| its time is up; its app is gone | goes on, unless somebody has decided meanwhile |
| the capture cannot be read, or is another file | goes on |
| a failure of ours | goes on, and nothing is held any more |
| the proxy ends | the client's connection is closed |
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread

from inspector.capture.held.desk import Desk
from inspector.capture.held.rows import STALE
from inspector.capture.held.values import DROPPED, Decision, Rule, State
from inspector.capture.schema import CaptureError
from inspector.capture.writer import Writer
from inspector.proxy.holds.waiting import Ended, Waiting, call

SELDOM, OFTEN = 0.2, 0.03  # seconds between looks, while nothing and while something waits
_ROLL_CALL = 0.5  # seconds between looks for apps that are gone
_PATIENCE = 2.0  # for the writer to bring an exchange into the file, which it does at once
_FAREWELL = 3.0
_RETRY = (
    0.5  # seconds in which a file that takes nothing is not asked again: each time costs a quarter of one
)
_JUMP = 1.0  # seconds that the clock may be ahead between two looks: more is a sleep of the machine

Rules = Sequence[tuple[Rule, int]]
"""Each with the number of its app."""

_FAILURES = (sqlite3.Error, OSError, CaptureError, ValueError)


class Watcher:
    """Begins with `start`. `on_rules` is called in the event loop, with the rules whenever they changed.

    `failed` is told while an exception of ours is handled.
    """

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        writer: Writer,
        on_rules: Callable[[Rules], None],
        failed: Callable[[], None],
    ) -> None:
        self._open_desk = open_desk
        self._writer = writer
        self._on_rules = on_rules
        self._failed = failed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._desk: Desk | None = None
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._waiting: dict[int, Waiting] = {}
        self._unwritten: deque[Callable[[Desk], None]] = deque()  # what the file did not take yet
        self._writable_at = 0.0  # monotonic; before that the file is not asked to take anything
        self._file: tuple[int, int] | None = None  # for which that was
        self._ahead = time.time() - time.monotonic()
        self._slack = (
            0.0,
            0.0,
        )  # seconds by which the clock has jumped, and until when (monotonic) that counts
        self._over = False
        self._rules: Rules = ()
        self._next_roll_call = 0.0
        self._thread = Thread(target=self._run, name="holds", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begins to look; what is found is told in `loop`."""
        self._loop = loop
        self._thread.start()

    @property
    def runs(self) -> bool:
        """Whether there is somebody to end holds."""
        return not self._over

    def hold(self, waiting: Waiting) -> None:
        """Enters it into the capture and ends it in time; at once where it cannot be entered."""
        self._tasks.put(lambda: self._enter(waiting))
        if not self.runs:
            waiting.end(Ended(State.CAPTURE_GONE))

    def let_go(self, waiting: Waiting, state: State) -> None:
        """It waits no more, unless somebody has decided."""
        self._tasks.put(lambda: self._settle(waiting, state))

    def carried_out(self, waiting: Waiting) -> None:
        """What was decided about it has been done."""
        self._tasks.put(lambda: self._write(partial(_carried_out, waiting)))

    def stop(self) -> None:
        """The proxy ends, and so does every hold; waits for the capture to know that."""
        if self._thread.is_alive():
            self._tasks.put(None)
            self._thread.join(_FAREWELL)

    def _run(self) -> None:
        try:
            while self._turn():
                continue
        except Exception:  # noqa: BLE001 - whatever it is, nothing may wait for a thread that is not there
            self._failed()
            self._over = True
            self._tell(())
            if self._desk is not None:
                self._lose(self._desk)
        for waiting in list(self._waiting.values()):
            waiting.end(Ended(State.PROXY_GONE, DROPPED))
            self._write(partial(_ended, waiting.number, State.PROXY_GONE))
        if self._desk is not None:
            self._desk.close()

    def _turn(self) -> bool:
        """One task and one look; False when there is nothing more to do."""
        task: Callable[[], None] | None = _nothing
        with suppress(Empty):
            task = self._tasks.get(timeout=OFTEN if self._waiting else SELDOM)
        if task is None:
            return False
        try:
            if self._desk is not None and not self._desk.is_still_there():
                self._lose(self._desk)
            if self._desk is None:
                self._desk = self._open_desk()
                if self._desk.file != self._file:
                    self._unwritten.clear()  # it was for the other one
                self._file = self._desk.file
        except _FAILURES:
            self._tell(())
        task()
        if self._desk is not None:
            try:
                self._look(self._desk)
            except _FAILURES:
                self._lose(self._desk)
        return True

    def _look(self, desk: Desk) -> None:
        self._write_what_is_left(desk)
        now = time.monotonic()
        changed = desk.changed()
        roll_call = now >= self._next_roll_call
        if roll_call:
            self._next_roll_call = now + _ROLL_CALL
        slack = self._jumped(now)
        if changed or (roll_call and self._rules):
            self._tell(desk.rules(slack))
        if not self._waiting:
            return
        if changed:
            self._end(desk.decisions(self._waiting))
        if roll_call:
            living = desk.living({waiting.app for waiting in self._waiting.values()}, slack)
            for waiting in [one for one in self._waiting.values() if one.app not in living]:
                self._settle(waiting, State.APP_GONE)
        for waiting in [one for one in self._waiting.values() if one.is_up]:
            self._settle(waiting, State.TIME_UP)

    def _jumped(self, now: float) -> float:
        """Seconds by which the clock has jumped of late: in its sleep no app could say that it is there."""
        before, self._ahead = self._ahead, time.time() - now
        if self._ahead - before > _JUMP:
            self._slack = (self._ahead - before, now + STALE)
        seconds, until = self._slack
        return seconds if now < until else 0.0

    def _tell(self, rules: Rules) -> None:
        if rules != self._rules:
            self._rules = rules
            assert self._loop is not None  # start
            call(self._loop, self._on_rules, rules)

    def _enter(self, waiting: Waiting) -> None:
        if waiting.handle.id is None:
            self._writer.flush(_PATIENCE)
        exchange = waiting.handle.id
        if self._desk is None or exchange is None or time.monotonic() < self._writable_at:
            waiting.end(Ended(State.CAPTURE_GONE))
            return
        try:
            waiting.number = self._desk.enter(waiting.entry(exchange))
        except _FAILURES:
            self._writable_at = time.monotonic() + _RETRY
            waiting.end(Ended(State.CAPTURE_GONE))
        else:
            self._waiting[waiting.number] = waiting

    def _settle(self, waiting: Waiting, state: State) -> None:
        """Ends the hold, and tells so; with the decision, if somebody was faster."""
        if waiting.number is None or waiting.number not in self._waiting:
            return
        self._write(partial(_ended, waiting.number, state))
        try:
            decisions = self._desk.decisions([waiting.number]) if self._desk else {}
        except _FAILURES:
            decisions = {}
        self._end(decisions)
        if self._waiting.pop(waiting.number, None):
            waiting.end(Ended(state))

    def _end(self, decisions: Mapping[int, tuple[Decision, str]]) -> None:
        for number, (decision, by) in decisions.items():
            waiting = self._waiting.pop(number)
            if decision.headers is not None and self._desk is not None:
                headers = self._desk.with_secrets(waiting.headers, decision.headers)
                decision = replace(decision, headers=headers)
            waiting.end(Ended(State.DECIDED, decision, by))

    def _write(self, write: Callable[[Desk], None]) -> None:
        """Now, or later where the file does not take it now."""
        self._unwritten.append(write)
        if self._desk is not None:
            self._write_what_is_left(self._desk)

    def _write_what_is_left(self, desk: Desk) -> None:
        """In order, as far as the file takes it."""
        try:
            while self._unwritten and time.monotonic() >= self._writable_at:
                self._unwritten[0](desk)
                self._unwritten.popleft()
        except _FAILURES:
            self._writable_at = time.monotonic() + _RETRY

    def _lose(self, desk: Desk) -> None:
        """The file is not to be had: nothing is held, and there are no rules."""
        for waiting in self._waiting.values():
            waiting.end(Ended(State.CAPTURE_GONE))
            self._unwritten.append(partial(_ended, waiting.number, State.CAPTURE_GONE))
        self._waiting.clear()
        self._tell(())
        self._desk = None
        desk.close()


def _nothing() -> None:
    """No task: only a look."""


def _ended(number: int | None, state: State, desk: Desk) -> None:
    if number is not None:
        desk.settle(number, state)


def _carried_out(waiting: Waiting, desk: Desk) -> None:
    if waiting.number is not None:
        desk.carried_out(waiting.number)
