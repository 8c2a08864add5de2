"""What a Response amounts to in Chat Completions: the message that a chat endpoint would have answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.protocol.response_to_chat import left_out, response_to_chat
from inspector.protocol.tools import ToolNames
from inspector.ui.view import item_cards
from inspector.ui.view.cards import json_body, text_body
from inspector.ui.view.event_words import usage_words
from inspector.ui.view.lost import SCISSORS
from inspector.ui.view.outline import Node
from inspector.ui.view.request import message_node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean


def chat_answer_nodes(
    response: Mapping[str, Any], tools: ToolNames, *, goes_on: bool, at: int | None = None
) -> list[Node]:
    """A rule, the message, how it finished with the whole completion below it, and what it cannot hold.

    `at`: the Response is that of a moment, the one of the event of this number, which the rule tells.
    """
    chat = response_to_chat(response, tools=tools)
    choice = chat["choices"][0]
    of_moment = "" if at is None else f" at event {at + 1:,}"
    rule = Span(f"── the answer{of_moment}, as chat ──", Tone.FAINT if at is None else Tone.WARN)
    nodes = [Node("answer", row(rule))]
    message = choice["message"]
    if any(message.get(name) for name in ("content", "refusal", "reasoning_content", "tool_calls")):
        nodes.append(message_node("answer:message", message, {}, new=True, links=_messages_of(response)))
    finish = choice["finish_reason"]
    used = usage_words(chat.get("usage"))
    said = row(
        Span("finish_reason", Tone.KEY),
        Span(
            f"  {clean(str(finish or ('not yet' if goes_on else 'none')))}", Tone.TEXT if finish else Tone.DIM
        ),
        Span(f"  {used}" if used else "", Tone.DIM),
    )
    nodes.append(Node("answer:finish", said, body=json_body(chat)))
    if lost := left_out(response):
        head = row(Span(f"{SCISSORS} left out", Tone.DIM), right=str(len(lost)))
        nodes.append(Node("answer:lost", head, body=text_body("\n".join(lost), Tone.DIM)))
    return nodes


def _messages_of(response: Mapping[str, Any]) -> frozenset[str]:
    """What the one message shares with the messages of the Response that it is made of."""
    output = response.get("output")
    return frozenset(
        link
        for n, item in enumerate(output if isinstance(output, list) else ())
        if isinstance(item, dict) and item.get("type") == "message"
        for link in (f"answer:{n}", *item_cards.links(item))
    )
