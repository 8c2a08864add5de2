"""The words of a hold: which traffic is to wait, what waits, and what was decided about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from inspector.capture.filter.language import parse
from inspector.capture.filter.problem import FilterError
from inspector.capture.model import Headers
from inspector.protocol.json_text import parse_object

IDLE_TIMEOUT = 300.0
"""Seconds of silence after which Codex gives a response up, once its head has come: its own default."""


LONGEST = 3600.0
"""Seconds that something can be held."""


class Point(StrEnum):
    """Where on its way something is held."""

    REQUEST = "request"  # before it leaves for upstream, as the client sent it
    RESPONSE = "response"  # before its first byte goes to the client
    EVENT = "event"  # a single one of a stream, before it goes to the client


class Act(StrEnum):
    """What a person does with it."""

    RELEASE = "release"  # it goes on as it is
    EDIT = "edit"  # it goes on changed
    ANSWER = (
        "answer"  # the client gets this answer, or this end of its stream; upstream is not asked (further)
    )
    DROP = "drop"  # the client's connection is closed


class State(StrEnum):
    """How it stands with something held."""

    HELD = "held"
    DECIDED = "decided"  # somebody has: see the decision
    TIME_UP = "time-up"  # nobody did in time: it went on as it was
    APP_GONE = "app-gone"  # nor can whoever set the rule: it went on as it was
    OVERFLOW = "overflow"  # more had come behind it than is kept in memory: it went on as it was
    CAPTURE_GONE = "capture-gone"  # the capture could not be read any more: it went on as it was
    CLIENT_GONE = "client-gone"  # nobody is there any more to whom it matters
    PROXY_GONE = "proxy-gone"  # the proxy ended or was killed: the client's connection was closed


@dataclass(frozen=True, slots=True)
class App:
    """A process that sets rules. `name` is for people."""

    name: str
    pid: int
    host: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What is to be held, for how long, as long as its app runs."""

    id: int
    filter: str  # as capture/filter reads it; "" is everything
    point: Point
    types: tuple[str, ...]  # of events, `*` for anything; none: all. Only at Point.EVENT
    seconds: float
    added: float  # Unix time
    app: App
    mine: bool = False  # the asking Holds added it

    def takes(self, event_type: str) -> bool:
        """Whether events of this type are meant."""
        return not self.types or any(fnmatchcase(event_type, wanted) for wanted in self.types)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of something held. What is None stays as it is.

    | act | at a request | at a response | at an event |
    |---|---|---|---|
    | RELEASE, DROP | | | |
    | EDIT | `body` | `status`, `headers`, `body`: those given | `body`: its data; b"" leaves it out |
    | ANSWER | `status`, `body`, maybe `headers` | the same | `body`: the Response that ends the stream |

    The body of an answer that is a Response (JSON, `"object": "response"`) becomes a stream of events where
    the client asked for one; one whose status is `failed`, a failed stream.
    """

    act: Act
    status: int | None = None
    headers: Headers | None = None
    body: bytes | None = field(default=None, repr=False)


RELEASED = Decision(Act.RELEASE)
DROPPED = Decision(Act.DROP)


@dataclass(frozen=True, slots=True)
class Held:
    """Something that waits or has waited; moments in Unix time."""

    id: int
    exchange: int
    point: Point
    rule: int
    filter: str  # of the rule, which may be gone
    app: str  # who set the rule
    at: float
    deadline: float  # then it goes on as it is
    state: State
    status: int | None = None  # of a held response
    headers: Headers = ()  # of a held request or response, secrets taken out
    event_type: str | None = None
    size: int = 0  # bytes of what `Holds.body` gives
    silent_since: float | None = None
    """Since when the client has heard nothing of its answer. None: no head of one has gone to it, so its idle
    timeout does not run yet."""
    idle_timeout: float = IDLE_TIMEOUT  # how long the client is known or taken to bear that, in seconds
    decision: Decision | None = None
    decided_by: str | None = None
    decided_at: float | None = None
    done: float | None = None  # when the proxy had let it go


def answered(status: int, body: bytes, headers: Headers | None = None) -> Decision:
    """An answer of one's own."""
    return Decision(Act.ANSWER, status, headers, body)


def failed(message: str, code: str = "server_error") -> Decision:
    """The answer that a stream, or a whole response, has failed."""
    body = {"object": "response", "status": "failed", "error": {"code": code, "message": message}}
    return Decision(Act.ANSWER, 200, None, json.dumps(body).encode())


def has_body(status: int) -> bool:
    """Whether a response of this status can have a body at all."""
    return status >= 200 and status not in (204, 304)


def problem_of(decision: Decision, point: Point, status_now: int | None = None) -> str | None:
    """Why this cannot be done with what is held there, in a sentence; None when it can.

    `status_now`: of a held response.
    """
    act, status, headers, body = decision.act, decision.status, decision.headers, decision.body
    if act in (Act.RELEASE, Act.DROP):
        return None
    if status is not None and not 200 <= status <= 599:
        return f"{status} is no status that can be sent: take one from 200 to 599."
    comes = status if status is not None else status_now if point is Point.RESPONSE else None
    if body and comes is not None and not has_body(comes):
        return f"A response of status {comes} has no body: leave the body out, or take another status."
    for name, value in headers or ():
        if not name or not name.isascii() or any(c in ":\r\n \t\0" for c in name):
            return f"{name!r} is no name of a header field."
        if any(c in "\r\n\0" or ord(c) > 0xFF for c in value):
            return f"The header field {name} has a character that no header can have."
    if act is Act.EDIT:
        return _problem_of_edit(decision, point)
    if point is Point.EVENT:
        if (parse_object(body or b"") or {}).get("object") != "response":
            return 'A stream ends with a Response: give a JSON body with "object": "response" and a status.'
    elif status is None:
        return "An answer needs a status."
    return None


def problem_of_rule(filter_text: str, point: Point, types: Sequence[str], seconds: float) -> str | None:
    """Why there can be no such rule, in a sentence; None when there can."""
    try:
        parse(filter_text)
    except FilterError as error:
        return f"The filter {filter_text!r} cannot be read: {error}."
    if types and point is not Point.EVENT:
        return f"Types are those of events: they say nothing about a {point.value}."
    if not 1 <= seconds <= LONGEST:
        return f"Something is held for 1 to {LONGEST:g} seconds, not for {seconds:g}."
    return None


def _problem_of_edit(decision: Decision, point: Point) -> str | None:
    if point is Point.RESPONSE:
        nothing = decision.status is None and decision.headers is None and decision.body is None
        return "Nothing was changed: release it as it is." if nothing else None
    if decision.status is not None or decision.headers is not None:
        return f"Only the body of a held {point.value} can be edited."
    return f"What the {point.value} is to be is missing." if decision.body is None else None
