"""Tool descriptions that are longer than a chat endpoint takes: the whole text moves into the instructions.

Chat endpoints are reported to answer 400 (`Invalid 'tools[2].function.description': string too long`) beyond
1,024 characters: langchain-ai/open_deep_research#80 (Azure, o3-mini), OpenHands/OpenHands#4838 (gpt-4o); of
gpt-5 nobody says either way. Codex's own tools have up to 13,000. Responses takes them, and the descriptions
inside of a tool's parameters are nowhere reported to be limited.

The tool keeps the sentences that fit, and says where the rest is. The whole texts stand at the end of the
first message, in the order of the tools: as long as the tools are the same, so is the prompt's beginning,
which is what endpoints cache.
"""

from __future__ import annotations

import re
from typing import Any

from inspector.protocol.report import Kind, Row
from inspector.protocol.to_chat.tool_definitions import ToolList

_HEADING = "# Whole descriptions of tools"
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n(?=\s*\n)")
_FENCE = "```"


def move_long(
    tools: ToolList, messages: list[dict[str, Any]], rows: list[Row], *, role: str, limit: int
) -> None:
    """Shorten what is longer than `limit` characters (0: nothing); the first message takes it whole.

    Where that is from another `role`, one is put before it.
    """
    long = [n for n, tool in enumerate(tools.tools) if len(tool["function"].get("description", "")) > limit]
    if not (limit and long and messages):
        return
    if messages[0]["role"] != role:
        _put_before(messages, role, rows)
    functions = [tools.tools[n]["function"] for n in long]
    texts = [f"## {_title(function['name'])}\n\n{function['description']}" for function in functions]
    where = _append(messages[0], "\n\n".join((_HEADING, *texts)))
    told = f"chat endpoints take {limit:,} characters; the whole text is in the instructions"
    for n, function in zip(long, functions, strict=True):
        function["description"] = shortened(function["description"], function["name"], limit)
        for at in tools.described[n]:
            row = rows[at]
            reason = f"{row.reason}; {told}" if row.reason else told
            rows[at] = Row(Kind.MOVED, row.source, (*row.targets, where), reason, row.loss)


def shortened(description: str, name: str, limit: int) -> str:
    """The sentences of a description that fit into `limit` characters, with a word on where the rest is."""
    pointer = f'The whole description is in the instructions, under "{_title(name)}".'
    kept = _beginning(description, limit - len(pointer) - 2)
    return f"{kept}\n\n{pointer}" if kept else pointer[:limit]


def _title(name: str) -> str:
    return f"Tool {name}"


def _beginning(text: str, room: int) -> str:
    """Whole sentences in at most `room` characters; of one that is longer, the words that fit."""
    if room <= 0:
        return ""
    ends = [found.end() for found in _SENTENCE_END.finditer(text[: room + 1])]
    words = text[: room - 1].rsplit(None, 1)[0]
    kept = text[: ends[-1]].rstrip() if ends else f"{words}…"
    if kept.count(_FENCE) % 2:  # what follows must not be read as code
        kept = kept[: kept.rindex(_FENCE)].rstrip()
    return kept


def _append(message: dict[str, Any], text: str) -> str:
    """Add to a message's content; gives the place of what was added, or of the string that holds it."""
    content = message["content"]
    if isinstance(content, list):
        content.append({"type": "text", "text": text})
        return f"/messages/0/content/{len(content) - 1}"
    message["content"] = f"{content}\n\n{text}" if content else text
    return "/messages/0/content"


def _put_before(messages: list[dict[str, Any]], role: str, rows: list[Row]) -> None:
    """A first message from `role`; what is on the report about the others moves along."""
    messages.insert(0, {"role": role, "content": ""})
    rows[:] = [row._replace(targets=tuple(map(_further, row.targets))) for row in rows]
    rows.append(Row(Kind.INJECTED, None, ("/messages/0/role",), "carries the long descriptions of tools"))


def _further(target: str) -> str:
    """The place of what is one message further now."""
    head, messages, rest = target.partition("/messages/")
    if head or not messages:
        return target
    n, slash, below = rest.partition("/")
    return f"/messages/{int(n) + 1}{slash}{below}"
