"""Where an exchange is from that no recorder of ours saw: the file, what is odd about it there, and in the
place of a body why there is none.
"""

from __future__ import annotations

from dataclasses import replace

from inspector.capture.model import Exchange, Leg, Source
from inspector.ui.view.cards import text_body
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.timing import words

KEY = "source"
COMING = "It is still being read from the file, and comes by itself."
NOT_THERE = {
    Leg.REQUEST: "The file does not hold the request's body.",
    Leg.RESPONSE: "The file does not hold the answer's body.",
}


def with_source(content: PaneContent, exchange: Exchange) -> PaneContent:
    """The pane of a request, above it a line that says where the exchange is from."""
    if exchange.source is None:
        return content
    return replace(content, nodes=[_node(exchange.source, words(exchange)), *content.nodes])


def absent_body(exchange: Exchange, leg: Leg) -> Node:
    """Stands where a body would."""
    if exchange.awaited:
        return Node("absent", row(Span("◌ ", Tone.LIVE), Span(COMING, Tone.LIVE)))
    said = NOT_THERE.get(leg, "The file does not hold this body.")
    return Node("absent", row(Span("○ ", Tone.DIM), Span(said, Tone.DIM)))


def origin(source: Source) -> str:
    """`big.mitm, byte 1234 (mitmproxy)`."""
    where = ", ".join(part for part in (source.file, source.place) if part)
    return f"{one_line(where)} ({clean(source.format)})"


def _node(source: Source, times: str) -> Node:
    head = row(Span("from ", Tone.DIM), Span(origin(source), Tone.KEY))
    said = [*([times] if times else []), *source.remarks]
    if not said:
        return Node(KEY, head)
    lines = "\n".join(f"· {' '.join(one.split())}" for one in said)
    return Node(KEY, head, body=text_body(lines, Tone.DIM), opened=True)
