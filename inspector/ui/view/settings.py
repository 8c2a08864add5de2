"""The settings of a request, and the tools it offers, as nodes: everything that is not the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspector.ui.view.cards import Card, json_body, length, node
from inspector.ui.view.measures import size
from inspector.ui.view.outline import Node
from inspector.ui.view.pretty import JsonRows, compact, pretty
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.wrap import Joined, TextRows, cells, cut

LONGEST_NAME = 20
ROOM_ENOUGH = 8  # cells for values; with less, the column of names is narrower than its longest
SHORTEST_VALUE = 8  # cells that a value gets at least, if its name has to be cut for it
FLAT = 3  # an object of at most so many members is shown member by member


def flat(settings: Mapping[str, Any]) -> Iterable[tuple[str, str, Any]]:
    """(pointer, dotted name, value) of each setting; an object's members one by one, one level down."""
    for name, value in settings.items():
        if isinstance(value, dict) and 0 < len(value) <= FLAT:
            for inner, member in value.items():
                yield f"/{token(name)}/{token(inner)}", f"{name}.{inner}", member
        else:
            yield f"/{token(name)}", name, value


def token(name: str) -> str:
    """A member's name as a step of a JSON pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def setting(
    key: str,
    name: str,
    value: Any,
    *,
    mark: Span | None = None,
    note: str = "",
    pad: int = LONGEST_NAME,
    links: frozenset[str] = frozenset(),
) -> Node:
    """One setting in one row; unfolded, what may have had no room there: a long value, the note."""
    shown = one_line(compact(value))
    remark = one_line(note)
    label = clean(name)

    def head(width: int, _opened: bool) -> Row:
        lead = [mark, Span(" ")] if mark else []
        column = pad if width - pad >= ROOM_ENOUGH else min(pad, width // 2)  # long names stand out then
        column -= 2 if mark else 0
        room = max(SHORTEST_VALUE, width - (3 if mark else 1) - min(cells(shown), SHORTEST_VALUE))
        name = label if cells(label) <= max(column, room) else label[: cut(label, room - 1)] + "…"
        padded = name.ljust(column) + " "
        fits = max(column, cells(name)) + 2 + cells(shown) + cells(remark) < width  # before the note
        edge = Span(remark, Tone.LOSS) if remark and fits else None
        return row(*lead, Span(padded, Tone.KEY), Span(shown, _value_tone(value)), right=edge)

    long = (isinstance(value, dict | list) and bool(value)) or cells(shown) > 60

    def body(width: int) -> Sequence[Row]:
        whole = [json_body(value)(width)] if long else []
        return Joined([*whole, TextRows(note, width, tone=Tone.LOSS)] if note else whole)

    return Node(key, head, body=body if long or note else None, links=links)


def _value_tone(value: Any) -> Tone:
    return Tone.TEXT if isinstance(value, str | dict | list) else Tone.NUMBER


def name_width(names: Iterable[str]) -> int:
    """The column for names that line up."""
    return min(LONGEST_NAME, max((len(name) for name in names), default=0))


def group(
    key: str,
    title: str,
    branches: list[Node],
    *,
    detail: str = "",
    right: str = "",
    mark: Span | None = None,
    opened: bool = False,
) -> Node:
    """A titled node that holds others."""
    lead = [mark, Span(" ")] if mark else []
    said = Span(f" {clean(detail)}" if detail else "", Tone.DIM)
    heading = row(*lead, Span(title, Tone.ROLE), said, right=right)
    return Node(key, heading, branches=branches, opened=opened)


def tool_nodes(key: str, tools: Any, *, space: str = "") -> list[Node]:
    """Every tool of a list, of either API; a namespace holds its own, which have its name before theirs."""
    held = tools if isinstance(tools, list) else []
    return [tool_node(f"{key}/{n}", tool, space=space) for n, tool in enumerate(held)]


def tool_node(
    key: str,
    tool: Any,
    *,
    mark: Span | None = None,
    links: frozenset[str] = frozenset(),
    space: str = "",
) -> Node:
    """One tool: name, kind, what it says of itself; unfolded its description and its parameters."""
    links = links or frozenset([f"in:{key}"])
    if not isinstance(tool, dict):
        return node(
            key, Card("?", compact(tool), body=json_body(tool), size=length(tool)), mark=mark, links=links
        )
    inner = tool.get("function")
    told: Mapping[str, Any] = inner if isinstance(inner, dict) else tool
    kind = str(tool.get("type", "?"))
    name = told.get("name")
    label, kind_said = (str(name), kind) if isinstance(name, str) else (kind, "function")
    if kind != "namespace":
        links |= {f"tool:{f'{space}.' if space else ''}{name if isinstance(name, str) else kind}"}
    about = told.get("description")
    description = about if isinstance(about, str) else ""
    weight = size(length(tool))

    def head(_width: int, _opened: bool) -> Row:
        lead = [mark, Span(" ")] if mark else []
        kinds = [Span(f" {clean(kind_said)}", Tone.KEY)] if kind_said != "function" else []
        said = Span(f"  {one_line(description)}", Tone.DIM)
        return row(*lead, Span(clean(label), Tone.STRONG), *kinds, said, right=weight)

    held = tool.get("tools")
    if kind == "namespace" and isinstance(held, list):
        inner_tools = tool_nodes(f"{key}/tools", held, space=space or label)
        return Node(key, head, branches=inner_tools, links=links)
    rest = {k: v for k, v in told.items() if k not in ("name", "description", "type")}

    def body(width: int) -> Joined:
        text = [TextRows(description.strip(), width)] if description else []
        return Joined([*text, *([JsonRows(pretty(rest), width)] if rest else [])])

    return Node(key, head, body=body, links=links)


def headers_node(key: str, title: str, headers: Iterable[tuple[str, str]]) -> Node:
    """Header fields below one node."""
    fields = list(headers)
    pad = name_width(name for name, _ in fields)
    branches = [setting(f"{key}:{n}", name, value, pad=pad) for n, (name, value) in enumerate(fields)]
    return group(key, title, branches, detail=str(len(fields)))
