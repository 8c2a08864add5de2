"""The Chat payload, and in it, where they would stand, the pieces that could not be said.

✂  dropped or rejected: not in the payload; the reason below it
→  said elsewhere than it was            +  added by the translation
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inspector.protocol.report import Kind, Report
from inspector.protocol.report import Row as Told
from inspector.protocol.tools import ToolNames
from inspector.ui.view import item_cards, message_cards
from inspector.ui.view.cards import length
from inspector.ui.view.lost import SCISSORS, lost_node, mark
from inspector.ui.view.measures import size
from inspector.ui.view.outline import Node
from inspector.ui.view.provenance import Provenance, order, piece
from inspector.ui.view.request import message_node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.settings import flat, group, name_width, setting, tool_node
from inspector.ui.view.text import clean


def payload_nodes(
    payload: Mapping[str, Any], report: Report, request: Mapping[str, Any], names: ToolNames | None = None
) -> list[Node]:
    """The payload's nodes, with the losses of the report among them; `names` are those of its tools."""
    told = Provenance(report)
    lost = dict(told.lost)
    in_tools = {source for source in lost if "/tools/" in f"{source}/" or source == "/tools"}
    in_items = {source for source in lost if source.startswith(("/input", "/instructions"))} - in_tools
    nodes = [
        _settings(payload, told, [(s, r) for s, r in lost.items() if s not in in_items | in_tools], request)
    ]
    tools = _tools(
        payload, told, [(source, lost[source]) for source in in_tools], request, names or ToolNames()
    )
    if tools is not None:
        nodes.append(tools)
    nodes.extend(_messages(payload, told, [(source, lost[source]) for source in in_items], request))
    return nodes


def count_lost(report: Report) -> int:
    """How many pieces of the request are not in the payload, wholly or in part."""
    return len(Provenance(report).lost)


def _matters(rows: Iterable[Told]) -> bool:
    return any(told.loss or told.kind is Kind.REJECTED for told in rows)


def _lost_node(source: str, rows: list[Told], request: Mapping[str, Any]) -> Node:
    reasons = list(dict.fromkeys(told.reason for told in rows if told.reason))
    return lost_node(source, reasons, request, matters=_matters(rows))


def _settings(payload: Mapping[str, Any], told: Provenance, lost: list[tuple[str, list[Told]]],
              request: Mapping[str, Any]) -> Node:  # fmt: skip
    rows = list(flat({name: value for name, value in payload.items() if name not in ("messages", "tools")}))
    pad = name_width(name for _, name, _ in rows)
    branches = []
    for pointer, name, value in rows:
        shown = piece(pointer) if piece(pointer) in told.made else f"/{pointer.split('/')[1]}"
        symbol, reason = told.change(shown)
        sources = told.sources(shown)
        renamed = next((s for s in sources if s != shown), None)
        note = reason if symbol else (f"← {renamed[1:].replace('/', '.')}" if renamed else told.remark(shown))
        branches.append(
            setting(pointer, name, value, mark=mark(symbol), note=note, pad=pad, links=told.links(shown))
        )
    branches.extend(
        _lost_node(source, rows, request) for source, rows in sorted(lost, key=lambda pair: order(pair[0]))
    )
    return group("settings", "settings", branches, detail=str(payload.get("model", "")), opened=True)


def _tools(payload: Mapping[str, Any], told: Provenance, lost: list[tuple[str, list[Told]]],
           request: Mapping[str, Any], names: ToolNames) -> Node | None:  # fmt: skip
    tools = payload.get("tools")
    offered = tools if isinstance(tools, list) else []
    if not offered and not lost:
        return None
    # A lost piece stands before what came from later in the request; what is there keeps the payload's order.
    placed: list[tuple[tuple[int, ...], Node]] = []
    before: tuple[int, ...] = ()
    for n, tool in enumerate(offered):
        pointer = f"/tools/{n}"
        before = max(before, min((order(source) for source in told.sources(pointer)), default=before))
        symbol, _ = told.change(pointer)
        links = told.links(pointer) | _behind(tool, names)
        placed.append((before, tool_node(f"out:{pointer}", tool, mark=mark(symbol), links=links)))
    placed.extend((order(source), _lost_node(source, rows, request)) for source, rows in lost)
    branches = [entry for _, entry in sorted(placed, key=lambda pair: pair[0])]
    cut = mark(SCISSORS) if any(_matters(rows) for _, rows in lost) else None
    gone = f"{len(offered)}" + (f"   {SCISSORS} {len(lost)}" if lost else "")
    return group(
        "/tools", "tools", branches, detail=gone, right=size(length(offered)) if offered else "", mark=cut
    )


def _behind(tool: Any, names: ToolNames) -> frozenset[str]:
    """The link of the tool that a function stands for."""
    function = tool.get("function") if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str):
        return frozenset()
    ref = names.restore(name)
    return frozenset([f"tool:{ref.namespace}.{ref.name}" if ref.namespace else f"tool:{ref.name}"])


def _messages(payload: Mapping[str, Any], told: Provenance, lost: list[tuple[str, list[Told]]],
              request: Mapping[str, Any]) -> list[Node]:  # fmt: skip
    messages = payload.get("messages")
    said = messages if isinstance(messages, list) else []
    names = message_cards.call_names(said)
    new = item_cards.news(said)
    left = dict(lost)
    placed: list[tuple[tuple[int, ...], Node]] = []
    before: tuple[int, ...] = ()
    for n, message in enumerate(said):
        pointer = f"/messages/{n}"
        sources = told.sources(pointer)
        before = max(before, min((order(source) for source in sources), default=before))
        symbol, reason = told.change(pointer)
        partly = [each for source in sources for each in left.pop(source, [])]
        changed = mark(symbol or (SCISSORS if _matters(partly) else ""))
        shown = message_node(pointer, message, names, new=n in new, mark=changed, links=told.links(pointer))
        placed.append((before, shown))
        reasons = [each.reason for each in partly if each.loss] or ([reason] if symbol else [])
        placed.extend(
            (before, _note(f"{pointer}#{n}", text)) for n, text in enumerate(dict.fromkeys(reasons)) if text
        )
    placed.extend((order(source), _lost_node(source, rows, request)) for source, rows in left.items())
    return _explained_once([entry for _, entry in sorted(placed, key=lambda pair: pair[0])], left)


def _explained_once(nodes: list[Node], lost: Mapping[str, list[Told]]) -> list[Node]:
    """Fold what was lost for a reason that stands unfolded above already."""
    seen: set[str] = set()
    for each in nodes:
        reasons = {told.reason for told in lost.get(each.key.removeprefix("lost:"), ())}
        if each.opened and each.key.startswith("lost:") and reasons <= seen:
            each.opened = False
        seen |= reasons
    return nodes


def _note(key: str, reason: str) -> Node:
    return Node(key, row(Span(f"  {clean(reason)}", Tone.DIM)))
