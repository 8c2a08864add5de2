"""What was held of an exchange, for its panes: a line each, and below it who decided what, and the edits.

The panes show what the client sent and what it got. So an edited request has what upstream got below its
line, and an edited answer what had come from there, each as what changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.capture.holds import Act, Decision, Held, Point, State
from inspector.protocol.compare.values import value_difference
from inspector.protocol.json_text import parse
from inspector.ui.view.cards import json_body, text_body
from inspector.ui.view.diff.values import value_nodes
from inspector.ui.view.hold.waits import what
from inspector.ui.view.hold.words import HELD, end_of, ended_as
from inspector.ui.view.measures import counted, duration
from inspector.ui.view.outline import UNWRAPPED, Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean, decode
from inspector.ui.view.wrap import TextRows

MOST = 3  # events that have a line each; more of them are below one

_BELOW = {
    Point.REQUEST: "The pane shows what the client sent; upstream got it with these changes:",
    Point.RESPONSE: "The client got it with these changes:",
    Point.EVENT: "The client got it with these changes:",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Something that is or was held; `body`: of an edited one, as it came."""

    held: Held
    body: bytes = field(default=b"", compare=False, repr=False)


def in_request(content: PaneContent, told: Sequence[Told]) -> PaneContent:
    """The request's pane, with the lines of what was held of the request above."""
    return _above(content, [one for one in told if one.held.point is Point.REQUEST])


def in_answer(content: PaneContent, told: Sequence[Told]) -> PaneContent:
    """The answer's pane: so too, and of a request which a person answered or dropped."""
    return _above(content, [one for one in told if one.held.point is not Point.REQUEST or _ended_it(one)])


def _above(content: PaneContent, told: Sequence[Told]) -> PaneContent:
    events = [one for one in told if one.held.point is Point.EVENT]
    if len(events) <= MOST:
        nodes = [_node(one) for one in told]
    else:
        nodes = [_node(one) for one in told if one not in events]
        nodes.append(_events(events))
    return replace(content, nodes=[*nodes, *content.nodes]) if nodes else content


def _events(told: Sequence[Told]) -> Node:
    """Many of them, in one line: how they ended, the most usual first."""
    ends = Counter("held now" if one.held.state is State.HELD else ended_as(one.held) for one in told)
    said = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    head = row(
        Span(f"{HELD} ", Tone.WARN), Span(f"{counted(len(told), 'event')} held", Tone.STRONG),
        Span(f"  {said}", Tone.DIM),
    )  # fmt: skip
    return Node("held:events", head, branches=lambda: [_node(one) for one in told])


def _node(told: Told) -> Node:
    held = told.held
    name = "" if held.point is Point.REQUEST else f"{clean(what(held))} "
    if held.state is State.HELD:
        return Node(f"held:{held.id}", _head(f"{name}held now", "H shows it", Tone.WARN), body=_rule(held))
    until = held.done or held.decided_at
    took = "" if until is None else f" {duration(until - held.at)}"
    decided = held.decision is not None and held.decision.act is not Act.RELEASE
    return Node(
        f"held:{held.id}",
        _head(f"{name}held{took}", clean(end_of(held)), Tone.ACCENT if decided else Tone.DIM),
        body=_rule(held),
        branches=lambda: _below(told),
        opened=held.decision is not None and held.decision.act is Act.EDIT,
    )


def _head(name: str, said: str, tone: Tone) -> Any:
    return row(Span(f"{HELD} ", Tone.WARN), Span(name, Tone.STRONG), Span(f"  {said}", tone))


def _rule(held: Held) -> Any:
    """Who held it, and how that ended: in full, for the line may be cut off."""
    end = end_of(held)
    words = [f"{end[:1].upper()}{end[1:]}."] if end else []
    if held.decision is not None and held.decision.act is Act.EDIT:
        words.append(_BELOW[held.point])  # what matters most: without more lines than that
    else:
        words.append(f"The rule of {held.app}: {held.point.value} {held.filter or 'everything'}")
    return text_body("\n".join(words), Tone.DIM)


def _below(told: Told) -> list[Node]:
    """What a person made of it."""
    held, decision = told.held, told.held.decision
    key = f"held:{held.id}"
    if decision is None or decision.act not in (Act.EDIT, Act.ANSWER):
        return []
    if decision.act is Act.ANSWER:
        status = "" if decision.status is None else f" {decision.status}"
        return [_whole(f"{key}:answer", f"the answer{status}", _value(decision.body or b""))]
    if held.point is Point.EVENT and not decision.body:
        return [_whole(f"{key}:before", "left out; it was", _value(told.body))]
    before, after = _versions(told, decision)
    nodes = [_foldable(one) for one in value_nodes(key, value_difference(before, after))]
    words = "as it went on" if held.point is Point.REQUEST else "as it had come"
    return [*nodes, _whole(f"{key}:whole", words, after if held.point is Point.REQUEST else before)]


def _foldable(change: Node) -> Node:
    """A change that can be unfolded to be read whole: panes are narrow, and names of places are long."""
    if change.foldable:
        return change
    return Node(
        change.key, change.head, body=lambda width: TextRows(change.head(UNWRAPPED, True).text, width)
    )


def _versions(told: Told, decision: Decision) -> tuple[Any, Any]:
    """What it was and what it became, as values."""
    held, body = told.held, _value(told.body)
    edited = body if decision.body is None else _value(decision.body)
    if held.point is not Point.RESPONSE:
        return body, edited
    fields = held.headers if decision.headers is None else decision.headers
    status = held.status if decision.status is None else decision.status
    return _response(held.status, held.headers, body), _response(status, fields, edited)


def _response(status: int | None, headers: Sequence[tuple[str, str]], body: Any) -> dict[str, Any]:
    return {"status": status, "headers": [list(field) for field in headers]} | (
        {"body": body} if body != "" else {}
    )


def _whole(key: str, words: str, value: Any) -> Node:
    body = text_body(value) if isinstance(value, str) else json_body(value)
    return Node(key, row(Span(words, Tone.DIM)), body=body)


def _value(body: bytes) -> Any:
    """JSON as a value, all else as its text."""
    text = decode(body)
    try:
        return parse(text)
    except ValueError:
        return text


def _ended_it(told: Told) -> bool:
    decision = told.held.decision
    return decision is not None and decision.act in (Act.ANSWER, Act.DROP)
