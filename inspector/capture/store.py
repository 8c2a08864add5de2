"""The rows of an open capture, written: one method a fact, called inside the writer's transactions."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspector.capture import rows, runs
from inspector.capture.connect import for_writing, identity, sidecars
from inspector.capture.handle import Burst, Handle
from inspector.capture.history import CaptureHistory
from inspector.capture.liveness import mark
from inspector.capture.model import Headers, Leg, Made, Outcome
from inspector.capture.redact import Redactor
from inspector.capture.sessions import place_by_headers
from inspector.protocol.codex import CodexContext, identify, lasting
from inspector.protocol.surrogates import whole


@dataclass(frozen=True, slots=True)
class RecorderInfo:
    """Who writes: goes into the capture's list of recorders.

    `options` (JSON values) are the settings that decided what was made of the traffic: with them a view
    derives the same again. Secrets have no business there.
    """

    version: str
    mode: str
    upstream: str | None = None
    listening: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """TypeError for options that are no JSON: here, not on the writer's thread."""
        json.dumps(dict(self.options))


@dataclass(frozen=True, slots=True)
class Beginning:
    """The head of a request, as `Writer.begin` was given it."""

    method: str
    url: str
    http_version: str
    headers: Headers
    operation: str
    mode: str
    connection: str
    parent: int | None
    wall: float  # Unix time of the start
    made: Made | None = None
    socket: Handle | None = None


class Store:
    """An open capture of which we are a recorder."""

    def __init__(self, path: Path, *, keep_secrets: bool) -> None:
        """Raises CaptureError, sqlite3.Error or OSError. Before anything is written, `enter`."""
        self.connection = for_writing(path, wait_for_disk=False)
        try:
            (salt,) = self.connection.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()
            self.redactor = Redactor(salt, keep=keep_secrets)
            self._path = path
            self._identity = identity(path)
            self._beside = {file: identity(file) for file in sidecars(path.resolve())}
        except BaseException:
            self.connection.close()
            raise
        self._history = CaptureHistory(self.connection)
        self.recorder = 0  # our row, once entered
        self._revision = 0
        self.missed: set[Handle] = set()  # exchanges of an earlier file, which this one cannot go on with

    def enter(self, recorder: RecorderInfo) -> None:
        """We are one of the file's recorders from now on, until `leave`."""
        pid = os.getpid()
        (self.recorder,) = self.connection.execute(
            """INSERT INTO recorders
                (pid, host, process, version, mode, upstream, listening, started, options)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
            (
                pid,
                platform.node(),
                mark(pid),
                recorder.version,
                recorder.mode,
                recorder.upstream and self.redactor.url(recorder.upstream),
                recorder.listening,
                time.time(),
                json.dumps(dict(recorder.options)),
            ),
        ).fetchone()

    def is_still_there(self) -> bool:
        """Whether the path still names the file that is open here."""
        try:
            return identity(self._path) == self._identity
        except OSError:
            return False

    def let_go(self) -> None:
        """Closes a file that is no longer there, and removes what it left beside the path.

        SQLite does not, once the file has moved, and would replay it into the next file of that name.
        """
        self.connection.close()
        for file, ours in self._beside.items():
            try:
                if identity(file) == ours:
                    file.unlink()
            except FileNotFoundError:
                continue

    def start(self) -> None:
        """The first thing in every transaction: takes its revision."""
        (self._revision,) = self.connection.execute(
            "UPDATE meta SET value = value + 1 WHERE name = 'revision' RETURNING value"
        ).fetchone()

    def begin(self, handle: Handle, told: Beginning) -> None:
        """A new exchange and its request's head."""
        context = identify(told.headers)
        if told.socket is not None:  # the headers are the handshake's: what is asked, the message says
            context = lasting(context)
        placed = self._history.place_of(told.parent) or place_by_headers(context, self._history)
        socket = told.socket.id if told.socket is not None and told.socket.file is self else None
        self.connection.execute(
            """INSERT INTO exchanges (revision, recorder, parent, method, url, http_version, operation, mode,
                connection, started, outcome, client, session, turn, turn_id, request_kind,
                parent_session, agent, agent_name, made, socket)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                self._revision,
                self.recorder,
                told.parent,
                whole(told.method),
                whole(self.redactor.url(told.url)),
                told.http_version,
                told.operation,
                told.mode,
                told.connection,
                told.wall,
                client_name(context),
                placed.session if placed else context.session,
                placed.turn if placed else None,
                context.turn_id,
                context.request_kind,
                context.parent_session,
                context.agent,
                context.agent_name,
                rows.made_text(told.made),
                socket,
            ),
        )
        (handle.id,) = self.connection.execute("SELECT last_insert_rowid()").fetchone()
        handle.file = self
        self.head(handle, Leg.REQUEST, told.headers, None, 0.0)

    def head(self, handle: Handle, leg: Leg, headers: Headers, status: int | None, at: float) -> None:
        """The head of a leg."""
        if not self._has(handle):
            return
        text = json.dumps(self.redactor.headers(headers))
        self.connection.execute(
            """INSERT INTO legs (exchange, leg, headers, status) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET headers = excluded.headers, status = excluded.status""",
            (handle.id, leg, text, status),
        )
        if leg is Leg.RESPONSE:
            self._update(handle, "status = ?, first_byte = ?", status, at)

    def chunks(self, handle: Handle, burst: Burst) -> None:
        """Bytes of a leg."""
        if self._has(handle):
            assert handle.id is not None
            times = [at - handle.started for at in burst.times]
            runs.insert(self.connection, handle.id, burst.leg, runs.run_of(burst.n, times, burst.pieces))

    def message(self, handle: Handle, leg: Leg, binary: int | None) -> None:
        """A leg holds messages of a WebSocket, of which that one is binary."""
        if self._has(handle):
            self.connection.execute(
                """UPDATE legs SET binary_messages = CASE WHEN :n IS NULL THEN coalesce(binary_messages, '[]')
                    ELSE json_insert(coalesce(binary_messages, '[]'), '$[#]', :n) END
                    WHERE exchange = :exchange AND leg = :leg""",
                {"n": binary, "exchange": handle.id, "leg": leg},
            )

    def trailers(self, handle: Handle, leg: Leg, headers: Headers) -> None:
        """The trailers of a leg."""
        if self._has(handle):
            self.connection.execute(
                "UPDATE legs SET trailers = ? WHERE exchange = ? AND leg = ?",
                (json.dumps(self.redactor.headers(headers)), handle.id, leg),
            )

    def end_leg(self, handle: Handle, leg: Leg, at: float, size: int) -> None:
        """The last byte of a leg."""
        if not self._has(handle):
            return
        self.connection.execute(
            "UPDATE legs SET ended = ? WHERE exchange = ? AND leg = ?", (at, handle.id, leg)
        )
        if leg is Leg.REQUEST:
            self._update(handle, "request_done = ?, request_size = ?", at, size)
        elif leg is Leg.RESPONSE:
            self._update(handle, "response_size = ?", size)

    def finish(
        self, handle: Handle, outcome: Outcome, error: str | None, at: float, sizes: dict[Leg, int]
    ) -> None:
        """The end of an exchange."""
        if self._has(handle):
            self._update(
                handle,
                "outcome = ?, given_error = ?, ended = ?, request_size = ?, response_size = ?",
                outcome,
                error if error is None else whole(self.redactor.text(error)),
                at,
                sizes.get(Leg.REQUEST, 0),
                sizes.get(Leg.RESPONSE, 0),
            )

    def failure(self, handle: Handle | None, text: str) -> None:
        """An exception of ours."""
        self._note("failure", text, None if handle is None else handle.id)
        if handle is not None and self._has(handle):
            self._update(handle, "operation = operation")

    def lose(self, handles: Iterable[Handle], count: int, words: str) -> None:
        """Notes that `count` exchanges could not be recorded, of which `handles` are here in part."""
        for handle in handles:
            if handle.file is self:
                self._update(
                    handle,
                    "outcome = ?, given_error = ?",
                    Outcome.INTERRUPTED,
                    "the rest of this exchange could not be recorded",
                )
        self.connection.execute("UPDATE recorders SET lost = lost + ? WHERE id = ?", (count, self.recorder))
        self._note("lost", words, None)

    def leave(self) -> None:
        """This recorder ends in good order."""
        self.connection.execute("UPDATE recorders SET ended = ? WHERE id = ?", (time.time(), self.recorder))

    def _has(self, handle: Handle) -> bool:
        if handle.file is self:
            return True
        self.missed.add(handle)
        return False

    def _update(self, handle: Handle, assignments: str, *values: object) -> None:
        self.connection.execute(
            f"UPDATE exchanges SET revision = ?, {assignments} WHERE id = ?",
            (self._revision, *values, handle.id),
        )

    def _note(self, kind: str, text: str, exchange: int | None) -> None:
        self.connection.execute(
            "INSERT INTO notes (at, kind, exchange, recorder, text) VALUES (?, ?, ?, ?, ?)",
            (time.time(), kind, exchange, self.recorder, whole(self.redactor.text(text))),
        )


def client_name(context: CodexContext) -> str | None:
    """`codex_exec 0.169.0`, None when the request does not say."""
    return " ".join(part for part in (context.client, context.version) if part) or None
