"""What was held of an exchange and what became of it, with placeholders in it.

Rules do not come along: they are of apps that run. Apps are numbered anew, so that it is still to be seen who
decided what.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from inspector.capture.held.rows import headers_text
from inspector.capture.held.values import Decision, Held, Point
from inspector.capture.holds import Holds
from inspector.capture.model import Message
from inspector.capture.redact import Redactor
from inspector.sharing.bodies import Body
from inspector.sharing.documents import gather_text, text
from inspector.sharing.exchanges import gather_headers, replaced_headers
from inspector.sharing.found import Found
from inspector.sharing.replacing import Replacer

_APP = re.compile(r"(.*) \(process (\d+)\)", re.S)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that was held, with the body that it had; a request's is that of its exchange."""

    held: Held
    body: bytes | None


def kept(holds: Holds, exchange: int) -> list[Kept]:
    """All that was ever held of an exchange, in order."""
    return [
        Kept(held, None if held.point is Point.REQUEST else holds.body(held.id))
        for held in holds.of_exchange(exchange)
    ]


def gather_from(one: Kept, found: Found) -> None:
    """What it holds is made known."""
    held = one.held
    for words in (held.filter, held.app, held.decided_by or "", held.event_type or ""):
        gather_text(words, found)
    gather_headers(held.headers, found)
    _body(Message(held.headers, one.body or b"")).gather(found)
    if held.decision is not None:
        gather_headers(held.decision.headers or (), found)
        _body(Message(held.decision.headers or (), held.decision.body or b"")).gather(found)


def redacted(one: Kept, replacer: Replacer, redactor: Redactor) -> Kept:
    """The same with placeholders in it."""
    held = one.held
    made = replace(
        held,
        filter=text(held.filter, replacer),
        app=text(held.app, replacer),
        decided_by=held.decided_by and text(held.decided_by, replacer),
        event_type=held.event_type and text(held.event_type, replacer),
        headers=replaced_headers(held.headers, replacer, redactor),
        decision=held.decision and _decision(held.decision, replacer, redactor),
    )
    return Kept(made, _replaced(Message(held.headers, one.body or b""), replacer) if one.body else one.body)


def write(connection: sqlite3.Connection, those: Iterable[tuple[int, Kept]]) -> None:
    """Into the tables of a capture; with each the number of its exchange there."""
    apps: dict[str, int] = {}  # by what people are told of them, with their new numbers
    for exchange, one in those:
        held, decision = one.held, one.held.decision
        row: dict[str, object] = {
            "exchange": exchange, "rule": held.rule, "filter": held.filter,
            "app": _app(connection, held.app, apps), "point": held.point,
            "at": held.at, "deadline": held.deadline, "state": held.state,
            "status": held.status, "headers": headers_text(held.headers), "body": one.body,
            "event_type": held.event_type, "silent_since": held.silent_since,
            "idle_timeout": held.idle_timeout,
            "decided_by": held.decided_by and _named(connection, held.decided_by, apps),
            "decided_at": held.decided_at, "done": held.done,
        }  # fmt: skip
        if decision is not None:
            headers = decision.headers
            row |= {"act": decision.act, "new_status": decision.status, "new_body": decision.body}
            row["new_headers"] = None if headers is None else headers_text(headers)
        connection.execute(
            f"INSERT INTO held ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()]
        )


def _app(connection: sqlite3.Connection, told: str, apps: dict[str, int]) -> int:
    """The row of an app that is not there any more."""
    if told not in apps:
        number = apps[told] = len(apps) + 1
        found = _APP.fullmatch(told)
        connection.execute(
            """INSERT INTO hold_apps (id, token, name, pid, host, process, beat)
                VALUES (?, ?, ?, ?, '', '', 0)""",
            (number, f"{number}", found[1] if found else told, number),
        )
    return apps[told]


def _named(connection: sqlite3.Connection, told: str, apps: dict[str, int]) -> str:
    found = _APP.fullmatch(told)
    return f"{found[1]} (process {_app(connection, told, apps)})" if found else told


def _decision(decision: Decision, replacer: Replacer, redactor: Redactor) -> Decision:
    headers, body = decision.headers, decision.body
    return replace(
        decision,
        headers=None if headers is None else replaced_headers(headers, replacer, redactor),
        body=body and _replaced(Message(headers or (), body), replacer),
    )


def _body(message: Message) -> Body:
    return Body(message, [(0.0, message.body)])


def _replaced(message: Message, replacer: Replacer) -> bytes:
    ((_, made),) = _body(message).replaced(replacer)
    return made
