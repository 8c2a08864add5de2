"""Holding, from a person's side: rules of what is to wait, what waits, and decisions about it.

All of it is rows in the capture, so everybody who has it open sees the same, and knows who decided what: of
several decisions about one thing the first one counts. A proxy obeys a rule only while whoever set it is
there: `beat` has to be called every second or so.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import uuid4

from inspector.capture.connect import for_reading, for_writing, identity
from inspector.capture.encodings import decode
from inspector.capture.held import rows
from inspector.capture.held.values import (
    DROPPED,
    IDLE_TIMEOUT,
    LONGEST,
    RELEASED,
    Act,
    App,
    Decision,
    Held,
    Point,
    Rule,
    State,
    answered,
    failed,
    problem_of,
    problem_of_rule,
)
from inspector.capture.liveness import alive, mark
from inspector.capture.model import Leg
from inspector.capture.reader import Reader
from inspector.capture.redact import Redactor
from inspector.capture.schema import CaptureError, check_ours, transaction

__all__ = [
    "BEAT",
    "DROPPED",
    "IDLE_TIMEOUT",
    "LONGEST",
    "RELEASED",
    "Act",
    "App",
    "Decision",
    "Held",
    "HoldError",
    "Holds",
    "Point",
    "Rule",
    "State",
    "answered",
    "failed",
    "problem_of",
    "problem_of_rule",
]

BEAT = 1.0
"""Seconds between beats; after five without one, what the app's rules hold is released."""

_PATIENCE_MS = 2000  # a recorder's transactions take a few


class HoldError(CaptureError):
    """It cannot be done; the message is one sentence for a person."""


class Holds:
    """The rules and held things of the capture at `path`, for one app; any thread may call any method.

    What only reads works on any capture, and raises CaptureError as a Reader does. What writes raises
    HoldError. `name` is who others see: "inspector", "inspector hold".
    """

    def __init__(self, path: Path, name: str = "inspector") -> None:
        self.path = path
        self._name = name
        self._token = uuid4().hex
        self._entered = False  # the capture knows of us
        self._lock = RLock()
        self._seen: tuple[int, int] | None = None
        self._written: tuple[tuple[int, int], sqlite3.Connection] | None = None  # which file, and for writing
        self._open()

    @property
    def me(self) -> str:
        """What `Held.decided_by` says of our own decisions."""
        return rows.named(self._name, os.getpid())

    def changed(self) -> bool:
        """Whether rules, held things or decisions have changed since the last call; True at the first.

        Cheap: where nothing was written to the capture, nothing is read. Apps and proxies that were killed
        write nothing: what that ends is told by `rules` and `held` alone.
        """
        with self._reading():
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            if self._seen is not None and self._seen[0] == version:
                return False
            (count,) = self._connection.execute("SELECT value FROM meta WHERE name = 'holds'").fetchone()
            before, self._seen = self._seen, (version, count)
            return before is None or before[1] != count

    def rules(self) -> list[Rule]:
        """Those of all apps that are there, in order: the first that fits is the one that holds."""
        with self._reading():
            found = self._connection.execute(f"{rows.RULES} ORDER BY hold_rules.id").fetchall()
        return [rule for row in found if (rule := rows.rule(row, self._token)) is not None]

    def held(self) -> list[Held]:
        """What waits now, the longest waiting first."""
        return [one for one in self._held("state = 'held'") if one.state is State.HELD]

    def of_exchange(self, exchange: int) -> list[Held]:
        """All that was ever held of an exchange, in order."""
        return self._held("exchange = ?", exchange)

    def of_rule(self, rule_id: int, since: int = 0) -> list[Held]:
        """All that a rule ever held, numbers above `since`, in order."""
        return self._held("rule = ? AND held.id > ?", rule_id, since)

    def get(self, held_id: int) -> Held:
        """One of them. KeyError when there is none of that number."""
        found = self._held("held.id = ?", held_id)
        if not found:
            raise KeyError(held_id)
        return found[0]

    def body(self, held_id: int) -> bytes:
        """The body of a held request, its content encoding undone; the data of a held event; of a response
        b"", or the whole of one that had been collected. KeyError when there is none of that number.
        """
        one = self.get(held_id)
        if one.point is Point.REQUEST:
            with closing(Reader(self.path)) as reader:
                message = reader.message(one.exchange, Leg.REQUEST)
            return decode(message.body, message.headers)[0] if message else b""
        with self._reading():
            (body,) = self._connection.execute("SELECT body FROM held WHERE id = ?", (held_id,)).fetchone()
        return body or b""

    def add(
        self,
        filter_text: str,
        point: Point = Point.REQUEST,
        *,
        types: Sequence[str] = (),
        seconds: float = 120.0,
    ) -> Rule:
        """From now on, what fits the filter is held at that point, for so many seconds at most.

        `types`: of the events that are meant, `*` for anything; none: all.
        """
        if problem := problem_of_rule(filter_text, point, types, seconds):
            raise HoldError(problem)
        now = time.time()
        with self._writing("A rule cannot be added") as connection:
            app = self._enter(connection, now)
            (number,) = connection.execute(
                """INSERT INTO hold_rules (app, filter, point, types, seconds, added)
                    VALUES (?, ?, ?, ?, ?, ?) RETURNING id""",
                (app, filter_text, point, rows.types_text(types), seconds, now),
            ).fetchone()
        return Rule(number, filter_text, point, tuple(types), seconds, now, self._app(), True)

    def remove(self, rule_id: int) -> bool:
        """Takes away a rule, anybody's; False when it was not there. What it holds stays held."""
        with self._writing("The rule cannot be taken away") as connection:
            done: int = connection.execute("DELETE FROM hold_rules WHERE id = ?", (rule_id,)).rowcount
        return done > 0

    def decide(self, held_id: int, decision: Decision) -> bool:
        """What becomes of something held; False when it is not held any more: `get` tells who was faster.

        KeyError when there is none of that number.
        """
        one = self.get(held_id)
        if one.state is not State.HELD:
            return False
        if problem := problem_of(decision, one.point, one.status) or self._secret_in(decision, one):
            raise HoldError(problem)
        headers = decision.headers
        with self._writing("That cannot be decided") as connection:
            done: int = connection.execute(
                """UPDATE held SET state = 'decided', act = ?, new_status = ?, new_headers = ?, new_body = ?,
                    decided_by = ?, decided_at = ? WHERE id = ? AND at = ? AND state = 'held'""",
                (
                    decision.act,
                    decision.status,
                    None if headers is None else rows.headers_text(headers),
                    decision.body,
                    self.me,
                    time.time(),
                    held_id,
                    one.at,  # the path may have come to name another capture
                ),
            ).rowcount
        return done > 0

    def beat(self) -> None:
        """Tells the proxies that we are there: to be called every BEAT seconds. Nothing without rules."""
        with self._lock:
            if not self._entered:
                return
        with self._writing("The proxy cannot be told that we are here", counts=False) as connection:
            connection.execute("UPDATE hold_apps SET beat = ? WHERE token = ?", (time.time(), self._token))

    def close(self) -> None:
        """Takes our rules away and releases what they hold."""
        with self._lock:
            try:
                if self._entered:
                    self._leave()
            except CaptureError:
                pass  # the proxy sees that we beat no more
            finally:
                if self._written is not None:
                    self._written[1].close()
                self._opened.close()

    def _app(self) -> App:
        return App(self._name, os.getpid(), platform.node())

    def _enter(self, connection: sqlite3.Connection, now: float) -> int:
        """Our row, made where there is none: the path may have come to name another capture."""
        app = self._app()
        for row in connection.execute(rows.APPS_WITH_RULES).fetchall():
            if not alive(*row[1:]):  # killed: nobody else takes its rules away
                connection.execute("DELETE FROM hold_rules WHERE app = ?", row[:1])
        (number,) = connection.execute(
            """INSERT INTO hold_apps (token, name, pid, host, process, beat) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET beat = excluded.beat RETURNING id""",
            (self._token, app.name, app.pid, app.host, mark(app.pid), now),
        ).fetchone()
        self._entered = True
        return int(number)

    def _leave(self) -> None:
        with self._writing("The rules cannot be taken away") as connection:
            connection.execute(
                "DELETE FROM hold_rules WHERE app IN (SELECT id FROM hold_apps WHERE token = ?)",
                (self._token,),
            )
            connection.execute("UPDATE hold_apps SET beat = 0 WHERE token = ?", (self._token,))

    def _secret_in(self, decision: Decision, one: Held) -> str | None:
        """A decision is kept in the capture, where no secret may be."""
        if not decision.headers:
            return None
        with self._reading():
            (salt,) = self._connection.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()
        known = frozenset(one.headers)
        new = tuple(field for field in decision.headers if field not in known)
        for field, kept in zip(new, Redactor(salt).headers(new), strict=True):
            if field != kept:
                return f"The header field {field[0]} has a secret in it, which would be kept in the capture."
        return None

    def _held(self, condition: str, *values: object) -> list[Held]:
        with self._reading():
            found = self._connection.execute(
                f"{rows.HELD} WHERE {condition} ORDER BY held.id", values
            ).fetchall()
        return [rows.held(row) for row in found]

    def _open(self) -> None:
        here = None
        with suppress(OSError):  # whoever opens it says what is wrong
            here = identity(self.path)  # asked first: should the file change meanwhile, it is seen to have
        self._opened = for_reading(self.path)
        self._identity = here
        self._connection = self._opened.connection

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                if self.path.exists() and identity(self.path) != self._identity:
                    old, self._seen = self._opened, None
                    self._open()
                    old.close()
                yield
            except (sqlite3.Error, OSError, ValueError) as error:
                raise CaptureError(f"{self.path} cannot be read: {error}.") from error

    def _writer(self) -> sqlite3.Connection:
        """A connection that stays open from the first write on: an app beats every second."""
        if not self.path.exists():
            raise HoldError(f"there is no file {self.path} any more")
        here = identity(self.path)
        if self._written is not None and self._written[0] != here:
            self._written[1].close()
            self._written = None
        if self._written is None:
            check_ours(self.path)
            self._written = here, for_writing(self.path, wait_for_disk=False)
            self._written[1].execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        return self._written[1]

    @contextmanager
    def _writing(self, what: str, *, counts: bool = True) -> Iterator[Any]:
        """A short transaction, which waits for a recorder's and not the other way round."""
        try:
            with self._lock, transaction(self._writer()) as connection:
                yield connection
                if counts:
                    connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'holds'")
        except (sqlite3.Error, OSError) as error:
            raise HoldError(f"{what}: {self.path} cannot be written: {error}.") from error
        except CaptureError as error:
            raise error if isinstance(error, HoldError) else HoldError(f"{what}: {error}") from error
