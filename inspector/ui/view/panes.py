"""The request's and the payload's pane, from the legs as they passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.capture.encodings import decode as undo_encoding
from inspector.capture.model import Message
from inspector.protocol.json_text import parse
from inspector.protocol.repair import Repaired
from inspector.protocol.report import Report
from inspector.protocol.translate_request import ChatTranslation
from inspector.ui.view.cards import text_body
from inspector.ui.view.marks import Marks
from inspector.ui.view.measures import counted, size
from inspector.ui.view.outline import Node
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.payload import count_lost, payload_nodes
from inspector.ui.view.request import count_items, request_nodes
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import headers_node
from inspector.ui.view.text import clean, decode


@dataclass(frozen=True, slots=True)
class Body:
    """A leg's body, read as far as it can be read."""

    text: str = field(repr=False)
    value: Any = field(repr=False)  # None when the text is no JSON
    problem: str | None = None


def read_body(message: Message | None) -> Body:
    """Undo the content encoding, read the JSON."""
    if message is None:
        return Body("", None)
    data, problem = undo_encoding(message.body, message.headers)
    text = decode(data)
    try:
        return Body(text, parse(text), problem)
    except ValueError as error:
        return Body(text, None, problem or (f"not JSON: {error}" if text else None))


def request_pane(message: Message | None, body: Body, absent: Node | None = None) -> PaneContent:
    """The client's request; `absent` stands for what of it is not in the file that it is from."""
    if message is None:
        return PaneContent([absent or _sentence("The request has not arrived yet.")])
    if message.absent and absent is not None:
        return PaneContent([absent, headers_node("headers", "headers", message.headers)])
    weight = size(len(message.body))
    if not isinstance(body.value, dict):
        nodes = [headers_node("headers", "headers", message.headers)]
        if body.text:
            nodes.insert(0, _sentence(body.problem or "The body is JSON, but no object."))
            nodes.insert(
                1, Node("body", row(Span("body", Tone.ROLE)), body=text_body(body.text), opened=True)
            )
        return PaneContent(nodes, weight, value=body.value, raw=body.text)
    count, word = count_items(body.value)
    title = f"{counted(count, word)}  {weight}" if count else weight
    return PaneContent(
        request_nodes(body.value, message.headers), title, count, value=body.value, raw=body.text
    )


def payload_pane(
    translated: ChatTranslation | None, request: Any, sent: Message | None, why: str
) -> PaneContent:
    """The Chat payload: what was sent upstream where the bridge stood between, else what it would be."""
    if translated is None and sent is None:
        head = row(Span("nothing to translate", Tone.DIM))
        return PaneContent([Node("nothing", head, body=text_body(why, Tone.DIM), opened=True)])
    report = translated.report if translated else Report()
    payload: Any = translated.payload if translated else None
    raw: str | None = None
    label = ""
    if sent is not None:
        body = read_body(sent)
        raw, label = body.text, "Chat sent"
        if isinstance(body.value, dict):
            payload = body.value
    if not isinstance(payload, Mapping):
        return PaneContent([_sentence("What went upstream is no JSON object.")], raw=raw, label=label)
    lost = count_lost(report)
    names = translated.tools if translated else None
    nodes = payload_nodes(payload, report, request if isinstance(request, dict) else {}, names)
    if translated is not None and translated.error is not None:
        nodes.insert(0, _rejection(translated.error))
    messages = payload.get("messages")
    count = len(messages) if isinstance(messages, list) else 0
    title = counted(count, "msg")
    return PaneContent(nodes, title, count, losses=lost, value=payload, raw=raw, label=label)


def repaired_pane(repaired: Repaired, sent: Message) -> PaneContent:
    """The request as repair mode sent it, each change marked where it was made."""
    body = read_body(sent)
    value = body.value if isinstance(body.value, dict) else repaired.body
    nodes = request_nodes(value, sent.headers, Marks(repaired.changes, repaired.source))
    if not repaired.changes:
        nodes.insert(0, _sentence("Nothing to repair: sent as it came."))
    count, _ = count_items(value)
    lost = sum(1 for change in repaired.changes if not change.targets)
    title = counted(len(repaired.changes), "change")
    return PaneContent(nodes, title, count, losses=lost, value=value, raw=body.text, label="Repaired request")


def _rejection(error: Mapping[str, Any]) -> Node:
    inner = error.get("error")
    said = str(inner.get("message", "")) if isinstance(inner, dict) else ""
    head = row(Span("✗", Tone.BAD), Span(" the bridge would refuse this request", Tone.BAD))
    return Node("rejected", head, body=text_body(said), opened=True)


def _sentence(text: str) -> Node:
    return Node(f"says:{text}", row(Span(clean(text), Tone.DIM)))
