"""What sessions.py asks about earlier exchanges, answered by the capture itself."""

from __future__ import annotations

import sqlite3

from inspector.capture.sessions import Latest, Place


class CaptureHistory:
    """The exchanges of an open capture; `before` leaves out that one and later ones."""

    def __init__(self, connection: sqlite3.Connection, before: int | None = None) -> None:
        self._connection = connection
        self._before = before if before is not None else 2**62

    def session_of_response(self, response_id: str) -> str | None:
        """The session whose response had this id."""
        row = self._connection.execute(
            "SELECT session FROM exchanges WHERE response_id = ? AND id < ? ORDER BY id DESC LIMIT 1",
            (response_id, self._before),
        ).fetchone()
        return row[0] if row else None

    def turn_of(self, session: str, turn_id: str) -> int | None:
        """The number that a turn id of Codex has been given."""
        row = self._connection.execute(
            """SELECT turn FROM exchanges
                WHERE session = ? AND turn_id = ? AND turn IS NOT NULL AND id < ? ORDER BY id LIMIT 1""",
            (session, turn_id, self._before),
        ).fetchone()
        return row[0] if row else None

    def latest(self, session: str) -> Latest | None:
        """The last exchange of a session's last turn, None when the session is new.

        Replays are aside, and what only prepares a turn.
        """
        row = self._connection.execute(
            """SELECT turn, request_digest FROM exchanges
                WHERE session = ? AND turn IS NOT NULL AND parent IS NULL AND id < ?
                AND operation <> 'responses.connect' AND request_kind IS NOT 'prewarm'
                ORDER BY turn DESC, id DESC LIMIT 1""",
            (session, self._before),
        ).fetchone()
        return Latest(row[0], row[1]) if row else None

    def place_of(self, exchange: int | None) -> Place | None:
        """Where an exchange is, None while it has no turn."""
        if exchange is None:
            return None
        row = self._connection.execute(
            "SELECT session, turn FROM exchanges WHERE id = ? AND turn IS NOT NULL", (exchange,)
        ).fetchone()
        return Place(*row) if row else None
