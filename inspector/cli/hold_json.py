"""The JSON of rules and held things, as `inspector hold` and `inspector show` print them: fields are added,
never renamed. Moments are in UTC."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from inspector.capture.held.values import Decision, Held, Rule


class _Printed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RuleJson(_Printed):
    """What is to be held, and who says so."""

    rule: int
    filter: str
    at: str
    types: list[str]
    seconds: float
    app: str


class DecisionJson(_Printed):
    """What was decided; null is what stayed. `body` as text, `body_base64` where it is not UTF-8."""

    act: str
    status: int | None
    headers: list[tuple[str, str]] | None
    body: str | None = None
    body_base64: str | None = None


class HeldJson(_Printed):
    """Something that is or was held; `body` as in DecisionJson, of a request that of the exchange's own."""

    id: str
    exchange: str
    at: str
    state: str
    filter: str
    app: str
    since: str
    until: str
    status: int | None
    event_type: str | None
    size: int
    silent_since: str | None
    idle_timeout: float
    decision: DecisionJson | None
    decided_by: str | None
    decided: str | None
    done: str | None
    body: str | None = None
    body_base64: str | None = None


def rule_json(rule: Rule) -> RuleJson:
    """A rule."""
    return RuleJson(
        rule=rule.id,
        filter=rule.filter,
        at=rule.point.value,
        types=list(rule.types),
        seconds=rule.seconds,
        app=f"{rule.app.name} (process {rule.app.pid})",
    )


def held_json(held: Held, body: bytes | None = None) -> HeldJson:
    """Something held, with the body that is to be printed."""
    return HeldJson(
        id=str(held.id),
        exchange=str(held.exchange),
        at=held.point.value,
        state=held.state.value,
        filter=held.filter,
        app=held.app,
        since=_moment(held.at) or "",
        until=_moment(held.deadline) or "",
        status=held.status,
        event_type=held.event_type,
        size=held.size,
        silent_since=_moment(held.silent_since),
        idle_timeout=held.idle_timeout,
        decision=held.decision and _decision(held.decision),
        decided_by=held.decided_by,
        decided=_moment(held.decided_at),
        done=_moment(held.done),
        **_body(body),
    )


def _decision(decision: Decision) -> DecisionJson:
    headers = None if decision.headers is None else list(decision.headers)
    return DecisionJson(
        act=decision.act.value, status=decision.status, headers=headers, **_body(decision.body)
    )


def _body(body: bytes | None) -> dict[str, str]:
    if body is None:
        return {}
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode("ascii")}


def _moment(at: float | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
