"""A proxy's hand on rules and held things: one open file, for one thread.

What is decided about a held thing is decided once: every change of its state is an UPDATE of a row that is
still held, so that of a person, another person, and the time that is up exactly one comes first.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inspector.capture.connect import for_writing, identity
from inspector.capture.held import rows
from inspector.capture.held.values import IDLE_TIMEOUT, Act, Decision, Rule, State
from inspector.capture.model import Headers
from inspector.capture.redact import Redactor
from inspector.capture.schema import CaptureError, transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be held, and by which rule. Moments in Unix time; `silent_since` as in Held."""

    exchange: int
    rule: Rule
    app: int
    at: float
    deadline: float
    status: int | None = None
    headers: Headers = ()
    body: bytes | None = field(default=None, repr=False)
    event_type: str | None = None
    silent_since: float | None = None
    idle_timeout: float = IDLE_TIMEOUT


class Desk:
    """Opens the capture at `path`: all methods raise sqlite3.Error or OSError when it cannot be used.

    CaptureError when it is none of ours. Header fields are entered without secrets, unless `keep_secrets`.
    """

    def __init__(self, path: Path, *, keep_secrets: bool = False) -> None:
        self._path = path
        self.file = (0, 0)  # which one is open
        if not path.exists():
            raise CaptureError(f"There is no file {path}.")  # making it is the writer's business
        self._connection = for_writing(path, wait_for_disk=False)
        try:
            self.file = identity(path)
            (salt,) = self._connection.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()
        except BaseException:
            self._connection.close()
            raise
        self._redactor = Redactor(salt, keep=keep_secrets)
        self._seen: tuple[int, int] | None = None

    def is_still_there(self) -> bool:
        """Whether the path still names the open file."""
        try:
            return identity(self._path) == self.file
        except OSError:
            return False

    def changed(self) -> bool:
        """Whether anybody else has changed rules or decisions since the last call; True at the first."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if self._seen is not None and self._seen[0] == version:
            return False
        (count,) = self._connection.execute("SELECT value FROM meta WHERE name = 'holds'").fetchone()
        before, self._seen = self._seen, (version, count)
        return before is None or before[1] != count

    def rules(self, slack: float = 0.0) -> list[tuple[Rule, int]]:
        """Those of apps that are there, in order, each with the number of its app. `slack`: see app_lives."""
        found = self._connection.execute(f"{rows.RULES} ORDER BY hold_rules.id").fetchall()
        return [(rule, row[-1]) for row in found if (rule := rows.rule(row, "", slack)) is not None]

    def living(self, apps: Collection[int], slack: float = 0.0) -> frozenset[int]:
        """Those of the apps that are there."""
        found = self._connection.execute(
            f"SELECT pid, host, process, beat, id FROM hold_apps WHERE id IN ({', '.join('?' * len(apps))})",
            tuple(apps),
        ).fetchall()
        return frozenset(row[4] for row in found if rows.app_lives(row[0], row[1], row[2], row[3], slack))

    def enter(self, entry: Entry) -> int:
        """Something is held from now on; its number."""
        headers = rows.headers_text(self._redactor.headers(entry.headers))
        with self._counted() as connection:
            (number,) = connection.execute(
                """INSERT INTO held (exchange, rule, filter, app, point, at, deadline, state, status, headers,
                    body, event_type, silent_since, idle_timeout)
                    VALUES (?, ?, ?, ?, ?, ?, ?, 'held', ?, ?, ?, ?, ?, ?) RETURNING id""",
                (
                    entry.exchange,
                    entry.rule.id,
                    entry.rule.filter,
                    entry.app,
                    entry.rule.point,
                    entry.at,
                    entry.deadline,
                    entry.status,
                    headers,
                    entry.body,
                    entry.event_type,
                    entry.silent_since,
                    entry.idle_timeout,
                ),
            ).fetchone()
        return int(number)

    def decisions(self, held: Collection[int]) -> dict[int, tuple[Decision, str]]:
        """What has been decided about those of them that are held no more, and by whom."""
        found = self._connection.execute(
            f"""SELECT id, act, new_status, new_headers, new_body, decided_by FROM held
                WHERE state = 'decided' AND id IN ({", ".join("?" * len(held))})""",
            tuple(held),
        ).fetchall()
        return {
            number: (Decision(Act(act), status, rows.told_headers(headers), body), by)
            for number, act, status, headers, body, by in found
        }

    def settle(self, held: int, state: State) -> bool:
        """Ends the hold without a decision; False when somebody has decided."""
        with self._counted() as connection:
            done: int = connection.execute(
                "UPDATE held SET state = ?, done = ? WHERE id = ? AND state = 'held'",
                (state, time.time(), held),
            ).rowcount
        return done > 0

    def carried_out(self, held: int) -> None:
        """What was decided has been done."""
        with self._counted() as connection:
            connection.execute("UPDATE held SET done = ? WHERE id = ?", (time.time(), held))

    def with_secrets(self, original: Headers, edited: Headers) -> Headers:
        """`edited` with the secrets of `original` in their places, which whoever edited was not shown."""
        shown = self._redactor.headers(original)
        secrets = {mark: field for mark, field in zip(shown, original, strict=True) if mark != field}
        return tuple(secrets.get(field, field) for field in edited)

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @contextmanager
    def _counted(self) -> Iterator[sqlite3.Connection]:
        with transaction(self._connection):
            yield self._connection
            self._connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'holds'")
