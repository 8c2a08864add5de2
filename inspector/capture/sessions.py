"""Which session and which turn an exchange belongs to.

| session, first that is there | |
|---|---|
| Codex's thread | its headers |
| `prompt_cache_key` | the body; Codex and others keep one a conversation |
| the session of `previous_response_id` | the body, looked up in the capture |
| the connection | everything else |

Turns count from 1 in each session. Codex's own turn id decides where it is given; else a request whose last
input item is the user's begins a turn, unless it repeats the body before (a retry) or asks for a compaction.
The first one of a session begins one in any case. What prepares a turn (the handshake of a WebSocket, a
request that is to warm it up) belongs to the one to come, and begins none. What was made of another exchange
(a replay) is where that one is, and counts for none of this. Everything is looked up in the capture, so a
second recorder that appends to it goes on counting where the first one stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inspector.capture.asked import Asked
from inspector.protocol.codex import CodexContext


@dataclass(frozen=True, slots=True)
class Place:
    """A session, and the turn in it (1 and up)."""

    session: str
    turn: int


@dataclass(frozen=True, slots=True)
class Latest:
    """The last exchange of a session's last turn."""

    turn: int
    digest: str | None


class History(Protocol):
    """What the capture says about the exchanges before this one."""

    def session_of_response(self, response_id: str) -> str | None:
        """The session whose response had this id."""
        ...

    def turn_of(self, session: str, turn_id: str) -> int | None:
        """The number that a turn id of Codex has been given."""
        ...

    def latest(self, session: str) -> Latest | None:
        """The last exchange of the last turn, None when the session is new. What prepares a turn is aside."""
        ...


def place_by_headers(context: CodexContext, history: History) -> Place | None:
    """The place of a request of which only the head has come; None when its body has to be read."""
    if not context.session or not context.turn_id:
        return None
    return _by_turn_id(context.session, context.turn_id, history)


def place(context: CodexContext, asked: Asked, connection: str, history: History) -> Place | None:
    """The place of a whole request; None when there is nothing to tell it by."""
    session = (
        context.session
        or asked.prompt_cache_key
        or (asked.previous_response_id and history.session_of_response(asked.previous_response_id))
        or connection
    )
    if not session:
        return None
    if context.turn_id:
        return _by_turn_id(session, context.turn_id, history)
    latest = history.latest(session)
    if latest is None:
        return Place(session, 1)
    if asked.prepares:
        return Place(session, latest.turn + 1)
    repeated = asked.digest is not None and asked.digest == latest.digest
    return Place(session, latest.turn + (asked.ends_with_user and not repeated))


def _by_turn_id(session: str, turn_id: str, history: History) -> Place:
    known = history.turn_of(session, turn_id)
    if known is not None:
        return Place(session, known)
    latest = history.latest(session)
    return Place(session, latest.turn + 1 if latest else 1)
