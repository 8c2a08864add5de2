"""What a Response amounts to in Chat Completions: the message that a chat endpoint would have answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.protocol.response_to_chat import left_out, response_to_chat
from inspector.protocol.tools import ToolNames
from inspector.ui.view import item_cards
from inspector.ui.view.cards import json_body
from inspector.ui.view.event_words import usage_words
from inspector.ui.view.outline import Node
from inspector.ui.view.request import message_node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean

SCISSORS = "✂"


def chat_answer_nodes(response: Mapping[str, Any], tools: ToolNames, *, goes_on: bool) -> list[Node]:
    """A rule, the message, how it finished with the whole completion below it, and what it cannot hold."""
    chat = response_to_chat(response, tools=tools)
    choice = chat["choices"][0]
    output = response.get("output")
    items = [item for item in output if isinstance(item, dict)] if isinstance(output, list) else []
    links = frozenset().union(*(item_cards.links(item) for item in items if item.get("type") == "message"))
    nodes = [Node("answer", row(Span("── what the answer amounts to ──", Tone.FAINT)))]
    message = choice["message"]
    if any(message.get(name) for name in ("content", "refusal", "reasoning_content", "tool_calls")):
        nodes.append(message_node("answer:message", message, {}, new=True, links=links))
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
    lost = (row(Span(f"{SCISSORS} {clean(words)}", Tone.DIM)) for words in left_out(response))
    return nodes + [Node(f"answer:lost:{n}", words) for n, words in enumerate(lost)]
