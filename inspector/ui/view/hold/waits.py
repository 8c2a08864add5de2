"""Something held, made ready to be looked at: its beginning on one line, and all of it as an outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.capture.holds import Held, Point
from inspector.protocol.json_text import parse
from inspector.ui.view import item_cards, message_cards
from inspector.ui.view.cards import Card, json_body, text_body
from inspector.ui.view.measures import counted, size
from inspector.ui.view.outline import Node
from inspector.ui.view.pretty import compact
from inspector.ui.view.request import request_nodes
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import headers_node
from inspector.ui.view.text import decode, one_line
from inspector.ui.view.words import status_line

SAID = ("delta", "text", "arguments", "input", "refusal")  # members of events that are what is said in them


@dataclass(frozen=True, slots=True)
class Waits:
    """One that is held, with its body; the same as another when the hold is."""

    held: Held
    body: bytes = field(default=b"", compare=False, repr=False)
    preview: str = field(default="", compare=False)  # cleaned
    nodes: Sequence[Node] = field(default=(), compare=False, repr=False)

    @property
    def newest(self) -> str | None:
        """The key of the node that a look goes to first: a request's last item."""
        keys = [node.key for node in self.nodes if node.key.startswith(("/input", "/messages"))]
        return keys[-1] if keys else None


def waits_of(held: Held, body: bytes) -> Waits:
    """It and what there is to see of it. In any thread: it takes as long as the body is."""
    text = decode(body)
    try:
        value = parse(text) if text else None
    except ValueError:
        value = None
    made = {Point.REQUEST: _request, Point.RESPONSE: _response, Point.EVENT: _event}[held.point]
    said, nodes = made(held, text, value)
    return Waits(held, body, one_line(said), nodes)


def what(held: Held) -> str:
    """What it is, in a word or two, as it came: `request`, `response 429`, `output_text.delta`."""
    if held.point is Point.EVENT:
        return (held.event_type or "event").removeprefix("response.")
    return f"response {held.status}" if held.point is Point.RESPONSE else held.point.value


def _request(held: Held, text: str, value: Any) -> tuple[str, Sequence[Node]]:
    """The request's last item, and all of it as the request's pane shows it."""
    if not isinstance(value, dict):
        return text, [*_text(text), headers_node("headers", "headers", held.headers)]
    card = _last(value)
    said = compact(value) if card is None else f"{card.role} {card.name} {card.text}"
    return said, request_nodes(value, held.headers)


def _last(request: dict[str, Any]) -> Card | None:
    items, messages = request.get("input"), request.get("messages")
    if isinstance(items, str) and items:
        return Card("user", items)
    if isinstance(items, list) and items:
        return item_cards.card(items[-1], item_cards.call_names(items))
    if isinstance(messages, list) and messages:
        return message_cards.card(messages[-1], message_cards.call_names(messages))
    return None


def _response(held: Held, text: str, value: Any) -> tuple[str, Sequence[Node]]:
    """Status and headers; of the body only what had been collected."""
    kind = next((value for name, value in held.headers if name.lower() == "content-type"), "")
    fields = counted(len(held.headers), "header field")
    status = row(Span(status_line(held.status), Tone.STRONG))
    nodes = [Node("status", status), *headers_node("headers", "headers", held.headers).below()]
    nodes += _json(value) if value is not None else _text(text)
    return " · ".join(filter(None, (status_line(held.status), kind, fields, text))), nodes


def _event(held: Held, text: str, value: Any) -> tuple[str, Sequence[Node]]:
    """The event's data, without what its row has said."""
    if not isinstance(value, dict):
        return text, _text(text)
    said = next((value[name] for name in SAID if isinstance(value.get(name), str)), "")
    if not said and isinstance(value.get("item"), dict):
        card = item_cards.card(value["item"], {})
        said = f"{card.role} {card.name} {card.text}"
    beside = {name: member for name, member in value.items() if name not in ("type", "sequence_number")}
    return said or compact(beside), _json(value)


def _json(value: Any) -> list[Node]:
    return [Node("body", row(Span("data", Tone.ROLE)), body=json_body(value), opened=True)]


def _text(text: str) -> list[Node]:
    if not text:
        return []
    head = row(Span("body", Tone.ROLE), right=size(len(text)))
    return [Node("body", head, body=text_body(text), opened=True)]
