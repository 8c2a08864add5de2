"""The request as items: settings, tools, then the conversation as it was sent, then the headers.

Node keys are JSON pointers into the body, so that the translation's report finds its way to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspector.ui.view import item_cards, message_cards
from inspector.ui.view.cards import Card, content, length, node
from inspector.ui.view.marks import NONE, Marks
from inspector.ui.view.measures import size
from inspector.ui.view.outline import Node
from inspector.ui.view.settings import flat, group, headers_node, name_width, setting, tool_node, tool_nodes

UNFOLDED = 3000  # what is new in a request is unfolded at first, unless it is longer than this
CONVERSATION = ("input", "tools", "instructions", "messages")


def request_nodes(
    body: Mapping[str, Any], headers: Iterable[tuple[str, str]], marks: Marks = NONE
) -> list[Node]:
    """The nodes of a request body, of either API; with `marks` of one that was repaired."""
    nodes = [_settings(body, marks)]
    if isinstance(body.get("tools"), list):
        nodes.append(_tools(body["tools"], marks))
    if "messages" in body and "input" not in body:
        nodes.extend(_messages(body["messages"]))
    else:
        nodes.extend(_items(body, marks))
        nodes.extend(marks.gone("/input"))
    return [*nodes, headers_node("headers", "headers", headers)]


def count_items(body: Mapping[str, Any]) -> tuple[int, str]:
    """How many pieces the conversation has, and what they are called."""
    for name, word in (("input", "item"), ("messages", "message")):
        if name in body:
            found = body[name]
            return (len(found) if isinstance(found, list) else 1), word
    return 0, "item"


def _settings(body: Mapping[str, Any], marks: Marks) -> Node:
    rows = list(flat({name: value for name, value in body.items() if name not in CONVERSATION}))
    pad = name_width(name for _, name, _ in rows)
    branches: list[Node] = []
    for pointer, name, value in rows:
        shown, links = marks.mark(pointer), marks.links(pointer)
        branches.append(setting(pointer, name, value, mark=shown, pad=pad, links=links))
        branches.extend(marks.notes(pointer))
    branches.extend(marks.gone())
    return group("settings", "settings", branches, detail=str(body.get("model", "")), opened=True)


def _tools(tools: Sequence[Any], marks: Marks) -> Node:
    branches: list[Node] = []
    for n, tool in enumerate(tools):
        key = f"/tools/{n}"
        branches.append(tool_node(key, tool, mark=marks.mark(key), links=marks.links(key)))
        branches.extend(marks.notes(key))
    branches.extend(marks.gone("/tools"))
    changed, weight = marks.mark("/tools"), size(length(tools))
    heading = str(len(tools))
    return group(
        "/tools", "tools", branches, detail=heading, right=weight, mark=changed, opened=changed is not None
    )


def _items(body: Mapping[str, Any], marks: Marks) -> Iterable[Node]:
    if body.get("instructions"):
        text, unfolded = content(body["instructions"])
        card = Card("system", text, size=len(text), body=unfolded)
        yield node(
            "/instructions", card, mark=marks.mark("/instructions"), links=marks.links("/instructions")
        )
        yield from marks.notes("/instructions")
    items = body.get("input")
    if isinstance(items, str):
        text, unfolded = content(items)
        card = Card("user", text, size=len(text), body=unfolded)
        yield node("/input", card, mark=marks.mark("/input"), links=marks.links("/input"))
        yield from marks.notes("/input")
        return
    names = item_cards.call_names(items)
    new = item_cards.news(items)
    for n, item in enumerate(items if isinstance(items, list) else []):
        key = f"/input/{n}"
        more: Sequence[Node] = ()
        if isinstance(item, dict) and item.get("type") == "additional_tools":
            more = tool_nodes(f"{key}/tools", item.get("tools"))
        card = item_cards.card(item, names)
        opened = n in new and card.size < UNFOLDED
        yield node(key, card, mark=marks.mark(key), more=more, links=marks.links(key), opened=opened)
        yield from marks.notes(key)


def _messages(messages: Any) -> Iterable[Node]:
    names = message_cards.call_names(messages)
    new = item_cards.news(messages)
    for n, message in enumerate(messages if isinstance(messages, list) else []):
        key = f"/messages/{n}"
        yield message_node(key, message, names, new=n in new)


def message_node(key: str, message: Any, names: Mapping[str, str], *, new: bool = False, **more: Any) -> Node:
    """A chat message, its reasoning and its calls below it; `new`: said for the first time."""
    thoughts = message_cards.reasoning_card(message)
    below = [node(f"{key}/reasoning_content", thoughts)] if thoughts else []
    below += [
        node(f"{key}/tool_calls/{n}", message_cards.call_card(call))
        for n, call in enumerate(message_cards.calls(message))
    ]
    card = message_cards.card(message, names)
    return node(key, card, more=below, opened=new and card.size < UNFOLDED, **more)
