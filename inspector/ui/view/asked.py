"""The line of a request that has no body: what is asked of which response, with what in its query."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from inspector.capture.model import Exchange
from inspector.protocol.azure import Operation
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import group, name_width, setting
from inspector.ui.view.text import clean

WITHOUT_BODY = (Operation.GET, Operation.DELETE, Operation.CANCEL, Operation.ITEMS, Operation.MODELS)


def with_line(content: PaneContent, exchange: Exchange) -> PaneContent:
    """The pane of a request, its line above where that says all that is asked."""
    if exchange.operation not in WITHOUT_BODY:
        return content
    return replace(content, nodes=[*_line(exchange), *content.nodes])


def _line(exchange: Exchange) -> list[Node]:
    try:
        parts = urlsplit(exchange.url)
    except ValueError:
        return [Node("line", row(Span(clean(exchange.method), Tone.KEY), Span(f" {clean(exchange.url)}")))]
    path = unquote(parts.path)
    # Codex's and Azure's bases differ, what is asked does not: it begins at the collection.
    start = max(path.rfind("/responses"), path.rfind("/models"), 0)
    line = row(Span(f"{clean(exchange.method)} ", Tone.KEY), Span(clean(path[start:]), Tone.STRONG))
    query = parse_qsl(parts.query, keep_blank_values=True)
    if not query:
        return [Node("line", line)]
    pad = name_width(name for name, _ in query)
    settings = [setting(f"query:{n}", name, value, pad=pad) for n, (name, value) in enumerate(query)]
    return [Node("line", line), group("query", "query", settings, detail=str(len(query)), opened=True)]
