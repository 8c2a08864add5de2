"""The line of a request that has no body: what is asked of which response, with what in its query."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from inspector.capture.model import Exchange
from inspector.protocol.azure import Operation
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import name_width, setting
from inspector.ui.view.text import clean

WITHOUT_BODY = (Operation.GET, Operation.DELETE, Operation.CANCEL, Operation.ITEMS, Operation.MODELS)


def with_line(content: PaneContent, exchange: Exchange) -> PaneContent:
    """The pane of a request, its line above where that says all that is asked."""
    if exchange.operation not in WITHOUT_BODY:
        return content
    return replace(content, nodes=[*_lines(exchange), *content.nodes])


def is_resumed(exchange: Exchange) -> bool:
    """Whether a stream was asked for from an event on."""
    return exchange.operation == Operation.GET and "starting_after=" in exchange.url.partition("?")[2]


def _lines(exchange: Exchange) -> list[Node]:
    """`POST /responses/ID/cancel`, and below it the id and the query."""
    try:
        parts = urlsplit(exchange.url)
    except ValueError:
        return [_line(exchange.method, exchange.url)]
    told: list[tuple[str, str]] = []
    # Bases differ, what is asked does not: it begins at the collection.
    start = max(parts.path.rfind("/responses"), parts.path.rfind("/models"), 0)
    steps = parts.path[start:].split("/")
    if steps[1:2] == ["responses"] and len(steps) > 2:
        told.append(("response", unquote(steps[2])))
        steps[2] = "ID"
    told += parse_qsl(parts.query, keep_blank_values=True)
    pad = name_width(name for name, _ in told)
    return [
        _line(exchange.method, unquote("/".join(steps))),
        *(setting(f"asked:{n}", name, value, pad=pad) for n, (name, value) in enumerate(told)),
    ]


def _line(method: str, path: str) -> Node:
    return Node("line", row(Span(f"{clean(method)} ", Tone.KEY), Span(clean(path), Tone.STRONG)))
