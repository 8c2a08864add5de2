"""What stands around the events of a stream: the status line above them, how it ended below."""

from __future__ import annotations

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.cards import json_body, text_body
from inspector.ui.view.measures import counted, size
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import headers_node
from inspector.ui.view.stream import StreamReading
from inspector.ui.view.text import clean
from inspector.ui.view.timing import has_ends, moment, words
from inspector.ui.view.vectors import shortened
from inspector.ui.view.words import ENDS, SPARED, status_line

NOT_SENT = "not sent: what the chat answer amounts to"


def head(stream: StreamReading, exchange: Exchange, key: str, *, derived: bool) -> list[Node]:
    """The status line with the headers below it; above derived events, that they are."""
    fields = headers_node(f"headers:{key}", "headers", stream.headers)
    good = (stream.status or 500) < 400
    at = moment(exchange.first_byte, told=has_ends(exchange))
    said = Span(f" {status_line(stream.status)}", Tone.ROLE if good else Tone.BAD)
    over = Span(f"  ws #{exchange.socket}" if exchange.socket else "", Tone.DIM)
    line = row(Span(at, Tone.DIM), said, over, right=counted(len(stream.headers), "header"))
    nodes = [Node(f"head:{key}", line, branches=fields.below())]
    if times := words(exchange):
        nodes.append(Node("times", row(Span("     ≈ ", Tone.KEY), Span(times, Tone.DIM))))
    if derived:
        how = text_body("u shows the chunks that passed, x their bytes.", Tone.DIM)
        nodes.append(Node("derived", row(Span("≈ ", Tone.LOSS), Span(NOT_SENT, Tone.LOSS)), body=how))
    return nodes


def ending(stream: StreamReading | None, exchange: Exchange, key: str, *, derived: bool) -> list[Node]:
    """The last rows of a stream: a body that is no event stream, and how it ended or that it goes on."""
    if exchange.outcome is Outcome.OPEN:
        state = "streaming" if stream is not None else "waiting for the answer"
        return [Node("ending", row(Span("       "), Span("▶", Tone.LIVE), Span(f" {state}", Tone.LIVE)))]
    body = [] if stream is None or derived else _body(stream, key)
    return [*body, _end(stream, exchange)]


def _body(stream: StreamReading, key: str) -> list[Node]:
    if stream.is_events or not stream.body:
        return []
    value = shortened(stream.value)
    body = json_body(value) if isinstance(value, dict | list) else text_body(stream.body)
    line = row(Span("       body", Tone.ROLE), right=size(len(stream.body)))
    return [Node(f"body:{key}", line, body=body, opened=True)]


def _end(stream: StreamReading | None, exchange: Exchange) -> Node:
    at = Span(moment(exchange.ended, told=has_ends(exchange)), Tone.DIM)
    problem = stream.problem if stream else None
    if exchange.outcome is Outcome.COMPLETE and problem is None:
        return Node("ending", row(at, Span(" ── end ──", Tone.FAINT)))
    why = problem or exchange.error or ENDS.get(exchange.outcome, "")
    short = ENDS.get(exchange.outcome, "the body could not be read")
    tone = Tone.WARN if exchange.outcome in SPARED else Tone.BAD
    line = row(at, Span(" ⚠ " if tone is Tone.WARN else " ✗ ", tone), Span(clean(short), tone))
    body = text_body(why, tone) if why and why != short else None
    return Node("ending", line, body=body, opened=True)
