"""The capture's file format: its mark, its tables and its migrations.

A capture is a SQLite file whose `application_id` is ours and whose `user_version` counts the migrations
that have been applied to it. Each migration has a name and runs in one transaction; a new file is one to
which all of them are applied. The mark is read from the file's first bytes, without SQLite, so that looking
at a foreign or newer file cannot change it.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
import stat
import time
from collections.abc import Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

APPLICATION_ID = 0x43_58_41_49  # "CXAI"

_LOOKS, _BETWEEN_LOOKS = 5, 0.02  # seconds


class CaptureError(Exception):
    """A file cannot be used as a capture; the message is one sentence for a person. The file is untouched."""


class NewerCapture(CaptureError):
    """It is a capture, of a format that only a newer inspector knows."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the format: statements that run in one transaction."""

    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "exchanges, legs, chunks and packed bodies",
        (
            # The revision counter and the salt of the fingerprints that stand for secrets.
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
            "INSERT INTO meta VALUES ('revision', 0), ('salt', randomblob(16)), ('created', unixepoch())",
            "CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, at REAL NOT NULL)",
            # `process` tells a process from a later one of the same number: see liveness.py.
            """CREATE TABLE recorders (
                id INTEGER PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, process TEXT NOT NULL,
                version TEXT NOT NULL, mode TEXT NOT NULL, upstream TEXT, listening TEXT,
                started REAL NOT NULL, ended REAL, lost INTEGER NOT NULL DEFAULT 0)""",
            # Facts, then what summary.py and sessions.py derived; times after the start in seconds.
            """CREATE TABLE exchanges (
                id INTEGER PRIMARY KEY AUTOINCREMENT, revision INTEGER NOT NULL,
                recorder INTEGER NOT NULL REFERENCES recorders (id), parent INTEGER,
                method TEXT NOT NULL, url TEXT NOT NULL, http_version TEXT NOT NULL,
                operation TEXT NOT NULL, mode TEXT NOT NULL, connection TEXT NOT NULL,
                started REAL NOT NULL, outcome TEXT NOT NULL, status INTEGER,
                request_done REAL, first_byte REAL, ended REAL,
                request_size INTEGER NOT NULL DEFAULT 0, response_size INTEGER NOT NULL DEFAULT 0,
                given_error TEXT,
                client TEXT, session TEXT, turn INTEGER, turn_id TEXT, request_kind TEXT,
                model TEXT, stream INTEGER, request_digest TEXT, response_id TEXT, error TEXT,
                first_event REAL, event_count INTEGER NOT NULL DEFAULT 0,
                input_tokens INTEGER, cached_tokens INTEGER,
                output_tokens INTEGER, reasoning_tokens INTEGER,
                summary_version INTEGER NOT NULL DEFAULT 0)""",
            "CREATE INDEX exchanges_by_revision ON exchanges (revision)",
            "CREATE INDEX exchanges_by_session ON exchanges (session)",
            "CREATE INDEX exchanges_by_turn ON exchanges (session, turn)",
            "CREATE INDEX exchanges_by_turn_id ON exchanges (session, turn_id) WHERE turn_id IS NOT NULL",
            "CREATE INDEX exchanges_by_response ON exchanges (response_id) WHERE response_id IS NOT NULL",
            "CREATE INDEX exchanges_open ON exchanges (recorder) WHERE outcome = 'open'",
            # A leg is packed when `chunk_index` is there; `body` is NULL for an empty one.
            """CREATE TABLE legs (
                exchange INTEGER NOT NULL REFERENCES exchanges (id), leg TEXT NOT NULL,
                headers TEXT NOT NULL, status INTEGER, trailers TEXT, ended REAL,
                body INTEGER REFERENCES bodies (id), chunk_index BLOB,
                PRIMARY KEY (exchange, leg)) WITHOUT ROWID""",
            "CREATE INDEX legs_unpacked ON legs (exchange) WHERE chunk_index IS NULL",
            # `base` is the body whose bytes are the dictionary of this one, `depth` the way to the key frame.
            """CREATE TABLE bodies (
                id INTEGER PRIMARY KEY, base INTEGER REFERENCES bodies (id), depth INTEGER NOT NULL,
                size INTEGER NOT NULL, data BLOB NOT NULL)""",
            # What is still streaming, or was when its recorder died.
            """CREATE TABLE chunks (
                id INTEGER PRIMARY KEY, exchange INTEGER NOT NULL REFERENCES exchanges (id),
                leg TEXT NOT NULL, n INTEGER NOT NULL, at REAL NOT NULL, data BLOB NOT NULL)""",
            "CREATE UNIQUE INDEX chunks_of_leg ON chunks (exchange, leg, n)",
            # Failures of ours while an exchange passed, and what could not be recorded.
            """CREATE TABLE notes (
                id INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, exchange INTEGER,
                recorder INTEGER, text TEXT NOT NULL)""",
            "CREATE INDEX notes_of_exchange ON notes (exchange)",
        ),
    ),
    Migration(
        "the options of a recorder, and runs of chunks",
        (
            # A JSON object: what a view needs to derive what the recorder derived.
            "ALTER TABLE recorders ADD COLUMN options TEXT NOT NULL DEFAULT '{}'",
            # A row of `chunks` is a run of them: see runs.py. NULL: one chunk, as in format 1.
            "ALTER TABLE chunks ADD COLUMN cuts BLOB",
        ),
    ),
    Migration(
        "what a person puts on an exchange",
        (
            # See marks.py. Not to be taken for the table `notes`, in which recorders speak.
            "ALTER TABLE exchanges ADD COLUMN marked INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE exchanges ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        ),
    ),
    Migration(
        "the sub-agents of sessions",
        (
            "ALTER TABLE exchanges ADD COLUMN parent_session TEXT",
            "ALTER TABLE exchanges ADD COLUMN agent TEXT",
            "ALTER TABLE exchanges ADD COLUMN agent_name TEXT",
            # What was recorded before has them in its headers: see protocol/codex.py.
            """UPDATE exchanges SET
                agent = nullif(trim(told.agent), ''),
                parent_session = nullif(nullif(trim(told.parent), ''), session),
                agent_name = CASE WHEN told.name GLOB '/root/?*' THEN substr(told.name, 7) END
                FROM (SELECT exchange AS number,
                    max(value) FILTER (WHERE field = 'x-openai-subagent') AS agent,
                    max(value) FILTER (WHERE field = 'x-codex-parent-thread-id') AS parent,
                    json_extract(max(value) FILTER (WHERE field = 'x-codex-turn-metadata'
                        AND json_valid(value)), '$.agent_name') AS name
                    FROM (SELECT exchange, lower(json_extract(pair.value, '$[0]')) AS field,
                        json_extract(pair.value, '$[1]') AS value FROM legs,
                        json_each(CASE WHEN json_valid(headers) THEN headers ELSE '[]' END) AS pair
                        WHERE leg = 'request' AND headers LIKE '%x-openai-subagent%')
                    GROUP BY exchange) AS told
                WHERE id = told.number""",
        ),
    ),
    Migration(
        "how an exchange was made",
        (
            # A JSON object, see model.Made; NULL: a client of a proxy asked.
            "ALTER TABLE exchanges ADD COLUMN made TEXT",
        ),
    ),
    Migration(
        "the model that answered",
        (
            # As the answer names it, a dated one where a deployment was asked. NULL: it did not say, or this
            # was recorded before it was kept.
            "ALTER TABLE exchanges ADD COLUMN answered TEXT",
        ),
    ),
    Migration(
        "rules of what is held, and what is",
        (
            # Counts the changes to the tables below, beats left out: who follows them looks at it alone.
            "INSERT INTO meta VALUES ('holds', 0)",
            # Who sets rules: `token` tells one from all others, `process` is as with recorders. Unix times.
            """CREATE TABLE hold_apps (
                id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
                pid INTEGER NOT NULL, host TEXT NOT NULL, process TEXT NOT NULL, beat REAL NOT NULL)""",
            """CREATE TABLE hold_rules (
                id INTEGER PRIMARY KEY AUTOINCREMENT, app INTEGER NOT NULL REFERENCES hold_apps (id),
                filter TEXT NOT NULL, point TEXT NOT NULL, types TEXT NOT NULL, seconds REAL NOT NULL,
                added REAL NOT NULL)""",
            # Of a held request the body is that of its leg.
            """CREATE TABLE held (
                id INTEGER PRIMARY KEY AUTOINCREMENT, exchange INTEGER NOT NULL REFERENCES exchanges (id),
                rule INTEGER NOT NULL, filter TEXT NOT NULL, app INTEGER NOT NULL REFERENCES hold_apps (id),
                point TEXT NOT NULL, at REAL NOT NULL, deadline REAL NOT NULL, state TEXT NOT NULL,
                status INTEGER, headers TEXT, body BLOB, event_type TEXT,
                silent_since REAL, idle_timeout REAL NOT NULL,
                act TEXT, new_status INTEGER, new_headers TEXT, new_body BLOB,
                decided_by TEXT, decided_at REAL, done REAL)""",
            "CREATE INDEX held_now ON held (id) WHERE state = 'held'",
            "CREATE INDEX held_of_exchange ON held (exchange)",
        ),
    ),
    Migration(
        "what was read from other files, and messages of WebSockets",
        (
            # `source`: a JSON object, see model.Source; NULL: a recorder of ours saw it pass. `socket`: the
            # exchange whose handshake opened the WebSocket that this one went over.
            "ALTER TABLE exchanges ADD COLUMN source TEXT",
            "ALTER TABLE exchanges ADD COLUMN socket INTEGER",
            # `absent`: the file that the leg is from does not hold its body. `binary_messages`: NULL for a
            # stream of bytes; else each chunk is a WebSocket's message, and these (a JSON array) are binary.
            "ALTER TABLE legs ADD COLUMN absent INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE legs ADD COLUMN binary_messages TEXT",
            # Which files a recorder read, how far it is (bytes), and what of them nobody can read (see
            # model.Damage). A file's name, never its folder.
            """CREATE TABLE imports (
                id INTEGER PRIMARY KEY, recorder INTEGER NOT NULL REFERENCES recorders (id),
                file TEXT NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL,
                done INTEGER NOT NULL DEFAULT 0, found INTEGER NOT NULL DEFAULT 0, ended REAL)""",
            """CREATE TABLE damage (
                id INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports (id),
                offset INTEGER, exchange INTEGER, text TEXT NOT NULL)""",
        ),
    ),
)


def format_of(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """The format of the capture at `path`, 1 and up; 0 for an empty file.

    Raises CaptureError when there is no file, or when it is foreign or newer than we are.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise CaptureError(f"There is no file {path}.") from None
    except OSError as error:
        raise CaptureError(f"{path} cannot be read: {error.strerror or error}.") from None
    if stat.S_ISDIR(found.st_mode):
        raise CaptureError(f"{path} is a folder, not a capture file.")
    if not stat.S_ISREG(found.st_mode):  # a pipe, a device: never to be replaced by a file
        raise CaptureError(f"{path} is no file on a disk, so it is no capture.")
    if not found.st_size:
        return 0
    application, version = _mark(path)
    if application != APPLICATION_ID or version == 0:
        raise CaptureError(f"{path} is not a capture: it is another program's SQLite file.")
    if version > len(migrations):
        raise NewerCapture(
            f"{path} was written by a newer inspector (format {version}, this one reads up to "
            f"{len(migrations)}): update inspector to open it."
        )
    return version


def _mark(path: Path) -> tuple[int, int]:
    """`application_id` and `user_version`, by SQLite's own hand.

    Reading the bytes ourselves would lose data: closing any descriptor of a file drops all locks that this
    process holds on it, and a reader elsewhere would then take away the `-wal` from under a recorder of ours.
    SQLite knows its other connections and waits with the close. `immutable` keeps it from writing beside
    the file. To such a look a file whose recorder is just making it shorter is damaged, for a moment.
    """
    for _ in range(_LOOKS - 1):
        try:
            return _look_at_mark(path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                break
            time.sleep(_BETWEEN_LOOKS)
    try:
        return _look_at_mark(path)
    except sqlite3.OperationalError as error:
        raise CaptureError(f"{path} cannot be read: {error}.") from None
    except sqlite3.DatabaseError:
        raise CaptureError(f"{path} is not a capture: it is not a SQLite file.") from None


def _look_at_mark(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        # A disk that was full when `-wal` was to be moved into the file leaves it shorter than it says it is,
        # and the rest in `-wal`: no reason not to believe its first page.
        file.execute("PRAGMA writable_schema = ON")
        (application,) = file.execute("PRAGMA application_id").fetchone()
        (version,) = file.execute("PRAGMA user_version").fetchone()
    return application, version


def check_ours(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Raises CaptureError when `path` holds what a Writer must leave alone: no capture, or an older one.

    Whether the path can be written is not asked: that can change at any time, and never stops traffic.
    """
    if not os.path.exists(path):  # nor does it in a folder that may not be looked into
        return
    version = format_of(path, migrations)
    if 0 < version < len(migrations):
        raise CaptureError(
            f"{path} was written by an older inspector (format {version}): record into another file, "
            f"or bring it up to date first, with `{migrate_command(path)}`."
        )


def migrate_command(path: Path) -> str:
    """What brings the capture at `path` to our format, as it can be pasted into the shell that named it."""
    file = str(path) if not str(path).startswith("-") else f"./{path}"
    return f"inspector captures migrate {shlex.quote(file)}"


def apply_migrations(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Brings an open file to the newest format, a migration a transaction. Others may do the same at once."""
    while True:
        with transaction(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version >= len(migrations):
                return
            migration = migrations[version]
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?)", (version + 1, migration.name, time.time())
            )
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A write transaction: all of it, or nothing when an exception passes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
