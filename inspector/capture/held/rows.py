"""Rows of rules and held things as values of `values`."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from inspector.capture import rows
from inspector.capture.held.values import Act, App, Decision, Held, Point, Rule, State
from inspector.capture.liveness import alive
from inspector.capture.model import Headers

STALE = 5.0
"""Seconds without a beat after which an app counts as gone, though its process may be there."""

RULES = """SELECT hold_rules.id, filter, point, types, seconds, added,
    name, pid, host, token, process, beat, app
    FROM hold_rules JOIN hold_apps ON hold_apps.id = app"""
APPS_WITH_RULES = "SELECT id, pid, host, process FROM hold_apps WHERE id IN (SELECT app FROM hold_rules)"
HELD = """SELECT held.id, exchange, point, rule, held.filter, hold_apps.name, hold_apps.pid, at, deadline,
    state, held.status, held.headers, event_type, length(held.body), silent_since, idle_timeout,
    act, new_status, new_headers, new_body, decided_by, decided_at, done,
    recorders.pid, recorders.host, recorders.process, recorders.ended, exchanges.request_size
    FROM held JOIN hold_apps ON hold_apps.id = app
    LEFT JOIN exchanges ON exchanges.id = exchange LEFT JOIN recorders ON recorders.id = recorder"""


def rule(row: tuple[Any, ...], token: str, slack: float = 0.0) -> Rule | None:
    """A row of RULES, `token` that of who asks; None where its app is gone."""
    name, pid, host, owner, process, beat, _ = row[6:]
    if not app_lives(pid, host, process, beat, slack):
        return None
    return Rule(
        id=row[0],
        filter=row[1],
        point=Point(row[2]),
        types=tuple(json.loads(row[3])),
        seconds=row[4],
        added=row[5],
        app=App(name, pid, host),
        mine=owner == token,
    )


def app_lives(pid: int, host: str, process: str, beat: float, slack: float = 0.0) -> bool:
    """Whether an app is there to decide: its process runs, and it has said so of late.

    `slack`: seconds by which the clock has jumped since it could have.
    """
    return time.time() - beat < STALE + slack and alive(pid, host, process)


def held(row: tuple[Any, ...]) -> Held:
    """A row of HELD. What a killed proxy held is held no more."""
    state, act, point = State(row[9]), row[16], Point(row[2])
    recorder_lives = row[26] is None and row[23] is not None and alive(*row[23:26])
    if state is State.HELD and not recorder_lives:
        state = State.PROXY_GONE
    decision = None
    if act is not None:
        decision = Decision(Act(act), row[17], told_headers(row[18]), row[19])
    return Held(
        id=row[0],
        exchange=row[1],
        point=point,
        rule=row[3],
        filter=row[4],
        app=named(row[5], row[6]),
        at=row[7],
        deadline=row[8],
        state=state,
        status=row[10],
        headers=rows.headers(row[11]),
        event_type=row[12],
        size=(row[27] if point is Point.REQUEST else row[13]) or 0,
        silent_since=row[14],
        idle_timeout=row[15],
        decision=decision,
        decided_by=row[20],
        decided_at=row[21],
        done=row[22],
    )


def named(name: str, pid: int) -> str:
    """An app as people are told of it."""
    return f"{name} (process {pid})"


def types_text(types: Sequence[str]) -> str:
    """Types of events as they are kept."""
    return json.dumps(list(types))


def headers_text(headers: Headers) -> str:
    """Header fields as they are kept."""
    return json.dumps(headers)


def told_headers(text: str | None) -> Headers | None:
    """The same as values, where there are any."""
    return None if text is None else rows.headers(text)
