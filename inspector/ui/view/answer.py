"""What the events amount to: the response put together again, or the error that came instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspector.capture.model import Exchange, Outcome
from inspector.protocol.azure import Operation
from inspector.protocol.translate_stream import Note
from inspector.protocol.usage import from_responses
from inspector.ui.view import item_cards
from inspector.ui.view.cards import Card, json_body, node, text_body
from inspector.ui.view.listed import listed
from inspector.ui.view.measures import counted, tokens
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import setting
from inspector.ui.view.stream import StreamReading
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.words import ENDS, SPARED

A_SOCKET = "Each request that goes over it has a row of its own."
AS_A_RESPONSE = "not sent: the chat answer as a Response"

STATES = {
    "completed": Span("✓", Tone.GOOD),
    "failed": Span("✗", Tone.BAD),
    "incomplete": Span("⚠", Tone.WARN),
    "cancelled": Span("⚠", Tone.WARN),
    "in_progress": Span("▶", Tone.LIVE),
    "queued": Span("▷", Tone.LIVE),
}

OPEN_KINDS = ("message", "function_call", "custom_tool_call", "local_shell_call")  # unfolded at first


def answer_pane(
    stream: StreamReading | None,
    response: dict[str, Any] | None,
    exchange: Exchange,
    notes: Iterable[Note],
    *,
    derived: bool,
) -> PaneContent:
    """What a leg amounts to so far: the `response` it makes; `derived`: by events that nobody was sent."""
    ended = exchange.outcome is not Outcome.OPEN
    if stream is None or (response is None and not stream.body):
        return PaneContent([_sentence("Nothing came.")] if ended else [])
    if response is None:
        if (stream.status or 200) < 400 and (found := listed(stream.value)) is not None:
            nodes, title = found
            return PaneContent(nodes, title, len(nodes) - 1, value=stream.value, raw=stream.body)
        return PaneContent(
            error_nodes(stream.status, stream.value, stream.body), value=stream.value, raw=stream.body
        )
    if exchange.operation == Operation.CONNECT:
        head = row(Span("a WebSocket", Tone.DIM))
        return PaneContent([Node("socket", head, body=text_body(A_SOCKET, Tone.DIM), opened=True)])
    output = response.get("output")
    count = len(output) if isinstance(output, list) else 0
    broke_off = ended and stream.is_events and not stream.is_over
    nodes = answer_nodes(response, broken=_broken(exchange) if broke_off else ())
    if derived:
        nodes.insert(0, Node("derived", row(Span("≈ ", Tone.LOSS), Span(AS_A_RESPONSE, Tone.LOSS))))
    if said := [f"{note.text} (byte {note.offset:,})" for note in notes]:
        head = row(Span("⚠", Tone.WARN), Span(" left out, repaired or guessed", Tone.WARN))
        nodes.append(Node("notes", head, body=text_body("\n".join(said), Tone.DIM), opened=True))
    title = counted(count, "item") if count else ""
    return PaneContent(nodes, title, count, value=response, note="derived" if derived else "")


def moment_pane(response: dict[str, Any], *, derived: bool) -> PaneContent:
    """What had come together at a moment of the stream."""
    output = response.get("output")
    count = len(output) if isinstance(output, list) else 0
    nodes = answer_nodes(response)
    if not nodes:
        nodes = [_sentence("Nothing had come yet.")]
    title = counted(count, "item") if count else ""
    return PaneContent(nodes, title, count, value=response, note="derived" if derived else "")


def _broken(exchange: Exchange) -> Sequence[Span]:
    """How a stream ended that did not say so itself."""
    short = ENDS.get(exchange.outcome, "ended without a terminal event")
    more = Span(f"  {one_line(exchange.error)}" if exchange.error else "", Tone.DIM)
    if exchange.outcome in SPARED:
        return Span("⚠", Tone.WARN), Span(f" {short}", Tone.WARN), more
    return Span("✗", Tone.BAD), Span(f" {short}", Tone.BAD), more


def answer_nodes(response: Mapping[str, Any], broken: Sequence[Span] = ()) -> list[Node]:
    """A response's output, one node an item, and how it ended, by its own word if not `broken`."""
    nodes: list[Node] = []
    output = response.get("output")
    items = output if isinstance(output, list) else []
    names = item_cards.call_names(items)
    for n, item in enumerate(items):
        opened = isinstance(item, dict) and item.get("type") in OPEN_KINDS
        card, links = item_cards.card(item, names), frozenset([f"answer:{n}"])
        nodes.append(node(f"/output/{n}", card, opened=opened, links=links))
    nodes.extend(_problems(response))
    nodes.extend(_ending(response, broken))
    return nodes


def _problems(response: Mapping[str, Any]) -> list[Node]:
    found = []
    for name, mark in (("error", STATES["failed"]), ("incomplete_details", STATES["incomplete"])):
        value = response.get(name)
        if isinstance(value, dict):
            said = str(value.get("message") or value.get("reason") or value.get("code") or "")
            card = Card(
                str(value.get("code") or name), said, body=text_body(said) if said else json_body(value)
            )
            found.append(node(f"/{name}", card, mark=mark, opened=True))
    return found


def _ending(response: Mapping[str, Any], broken: Sequence[Span]) -> Iterable[Node]:
    status = response.get("status")
    if not isinstance(status, str) and not broken:
        return
    used = from_responses(response.get("usage"))
    words = ""
    if used is not None:
        parts = [
            f"{tokens(used.input_tokens or 0)} in",
            f"{tokens(used.cached_tokens)} cached" if used.cached_tokens else "",
            f"{tokens(used.output_tokens or 0)} out",
            f"{tokens(used.reasoning_tokens)} reasoning" if used.reasoning_tokens else "",
        ]
        words = " · ".join(part for part in parts if part)
    rest = {name: value for name, value in response.items() if name != "output"}
    said = broken or (
        STATES.get(str(status), Span("·", Tone.DIM)),
        Span(f" {clean(str(status))}", Tone.STRONG),
        Span(f"  {words}", Tone.DIM),
    )
    yield Node("/status", row(*said), body=json_body(rest))


def _sentence(text: str) -> Node:
    return Node("none", row(Span(text, Tone.DIM)))


def error_nodes(status: int | None, value: Any, text: str) -> list[Node]:
    """A body that is no response: of an error the message first, then everything that it says."""
    error = value.get("error", value) if isinstance(value, dict) else None
    if (status or 0) < 400 and (error is None or error is value):
        body = json_body(value) if isinstance(value, dict | list) else text_body(text)
        return [node("/body", Card("body", text, size=len(text), body=body), opened=True)]
    if not isinstance(error, dict):
        said = error if isinstance(error, str) else text
        card = Card("error", said, size=len(said), body=text_body(said))
        return [node("/error", card, mark=STATES["failed"], opened=True)]
    said = str(error.get("message", ""))
    card = Card(
        str(error.get("code") or error.get("type") or "error"), said, size=len(text), body=text_body(said)
    )
    nodes = [node("/error", card, mark=STATES["failed"], opened=True)]
    nodes.extend(
        setting(f"/error/{name}", name, member, pad=10)
        for name, member in error.items()
        if name != "message" and member is not None
    )
    return nodes
