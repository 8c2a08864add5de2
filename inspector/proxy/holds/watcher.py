"""The thread that stands between the capture and what is held: rules in, held things out, decisions in.

It looks at the capture a few times a second, more often while something waits. All that it is told is done
in order by itself, so that the event loop never waits for a file.

| seen | what is held |
|---|---|
| a decision | ends with it |
| its time is up; its app is gone | goes on, unless somebody has decided meanwhile |
| the capture cannot be read, or is another file | goes on |
| the proxy ends | the client's connection is closed |
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread

from inspector.capture.held.desk import Desk
from inspector.capture.held.values import DROPPED, Decision, Rule, State
from inspector.capture.schema import CaptureError
from inspector.capture.writer import Writer
from inspector.proxy.holds.waiting import Ended, Waiting, call

SELDOM, OFTEN = 0.2, 0.03  # seconds between looks, while nothing and while something waits
_ROLL_CALL = 0.5  # seconds between looks for apps that are gone
_PATIENCE = 2.0  # for the writer to bring an exchange into the file, which it does at once
_FAREWELL = 3.0

Rules = Sequence[tuple[Rule, int]]
"""Each with the number of its app."""

_FAILURES = (sqlite3.Error, OSError, CaptureError, ValueError)


class Watcher:
    """Begins with `start`. `on_rules` is called in the event loop, with the rules whenever they changed."""

    def __init__(
        self, open_desk: Callable[[], Desk], writer: Writer, on_rules: Callable[[Rules], None]
    ) -> None:
        self._open_desk = open_desk
        self._writer = writer
        self._on_rules = on_rules
        self._loop: asyncio.AbstractEventLoop | None = None
        self._desk: Desk | None = None
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._waiting: dict[int, Waiting] = {}
        self._unwritten: list[Callable[[Desk], None]] = []  # what the file did not take yet
        self._rules: Rules = ()
        self._next_roll_call = 0.0
        self._thread = Thread(target=self._run, name="holds", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begins to look; what is found is told in `loop`."""
        self._loop = loop
        self._thread.start()

    def hold(self, waiting: Waiting) -> None:
        """Enters it into the capture and ends it in time; at once where it cannot be entered."""
        self._tasks.put(lambda: self._enter(waiting))

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
        while self._turn():
            continue
        for waiting in list(self._waiting.values()):
            waiting.end(Ended(State.PROXY_GONE, DROPPED))
            self._write(partial(_ended, waiting.number, State.PROXY_GONE))
        if self._desk is not None:
            self._desk.close()

    def _turn(self) -> bool:
        """One task and one look; False when there is nothing more to do."""
        task: Callable[[], None] | None = _nothing
        with suppress(Empty):
            task = self._tasks.get(timeout=OFTEN if self._waiting or self._unwritten else SELDOM)
        if task is None:
            return False
        try:
            if self._desk is not None and not self._desk.is_still_there():
                self._lose(self._desk)
                self._unwritten.clear()  # it was for the other file
            if self._desk is None:
                self._desk = self._open_desk()
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
        unwritten, self._unwritten = self._unwritten, []
        for write in unwritten:
            self._write(write)
        now = time.monotonic()
        changed = desk.changed()
        roll_call = now >= self._next_roll_call
        if roll_call:
            self._next_roll_call = now + _ROLL_CALL
        if changed or (roll_call and self._rules):
            self._tell(desk.rules())
        if not self._waiting:
            return
        if changed:
            self._end(desk.decisions(self._waiting))
        if roll_call:
            living = desk.living({waiting.app for waiting in self._waiting.values()})
            for waiting in [one for one in self._waiting.values() if one.app not in living]:
                self._settle(waiting, State.APP_GONE)
        for waiting in [one for one in self._waiting.values() if now >= one.until]:
            self._settle(waiting, State.TIME_UP)

    def _tell(self, rules: Rules) -> None:
        if rules != self._rules:
            self._rules = rules
            assert self._loop is not None  # start
            call(self._loop, self._on_rules, rules)

    def _enter(self, waiting: Waiting) -> None:
        if waiting.handle.id is None:
            self._writer.flush(_PATIENCE)
        exchange = waiting.handle.id
        if self._desk is None or exchange is None:
            waiting.end(Ended(State.CAPTURE_GONE))
            return
        try:
            waiting.number = self._desk.enter(waiting.entry(exchange))
        except _FAILURES:
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
        try:
            if self._desk is not None:
                write(self._desk)
        except _FAILURES:
            self._unwritten.append(write)

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
