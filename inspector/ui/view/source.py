"""Where an exchange is from that no recorder of ours saw: the file, what is odd about it there, and in the
place of a body why there is none.
"""

from __future__ import annotations

from dataclasses import replace

from inspector.capture.model import Exchange, Source
from inspector.ui.view.cards import text_body
from inspector.ui.view.files_read import spoken
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.timing import words

KEY = "source"
COMING = "Still being read from the file."
NOT_THERE = "This body is not in the file."
NO_REQUEST = "The request is not in the file."


def with_source(content: PaneContent, exchange: Exchange) -> PaneContent:
    """The pane of a request, above it a line that says where the exchange is from."""
    if exchange.source is None:
        return content
    return replace(content, nodes=[_node(exchange.source, words(exchange)), *content.nodes])


def absent_body(exchange: Exchange, said: str = NOT_THERE) -> Node:
    """Stands where a body would; one that still comes takes its place by itself."""
    if exchange.awaited:
        return Node("absent", row(Span("◌ ", Tone.LIVE), Span(COMING, Tone.LIVE)))
    return Node("absent", row(Span("○ ", Tone.DIM), Span(said, Tone.DIM)))


def _node(source: Source, times: str) -> Node:
    where = " of ".join(part for part in (source.place, spoken(source.file)) if part)
    head = row(Span("from ", Tone.DIM), Span(one_line(where), Tone.KEY), right=clean(source.format))
    said = [*([times] if times else []), *source.remarks]
    if not said:
        return Node(KEY, head)
    lines = "\n".join(f"· {' '.join(one.split())}" for one in said)
    return Node(KEY, head, body=text_body(lines, Tone.DIM), opened=True)
