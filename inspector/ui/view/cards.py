"""A piece of a conversation as a card: who speaks, what about, how big, the beginning of it, and the whole
unfolded.

Both sides use it: items of a Responses request or answer, and messages of a Chat payload. Whatever is not of
the shape one expects is shown as the JSON it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.protocol.json_text import parse
from inspector.ui.view.measures import size
from inspector.ui.view.outline import Body, Node
from inspector.ui.view.patch import BEGINNING, PatchRows
from inspector.ui.view.pretty import JsonRows, compact, pretty
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line
from inspector.ui.view.wrap import Joined, TextRows

ROLE_WIDTH = 10  # roles in a column of their own


@dataclass(frozen=True, slots=True)
class Card:
    """What a node's head and body are made from. Texts are as they came, not cleaned yet."""

    role: str
    text: str  # what the head shows the beginning of
    name: str = ""  # of the tool, where there is one
    size: int = 0  # characters that the card stands for
    body: Body | None = None
    links: frozenset[str] = frozenset()
    tone: Tone = Tone.TEXT


def node(
    key: str,
    card: Card,
    *,
    mark: Span | None = None,
    more: Sequence[Node] | Callable[[], Sequence[Node]] = (),
    opened: bool = False,
    links: frozenset[str] = frozenset(),
) -> Node:
    """A card as an entry of an outline; `mark` goes before the role. Unfolded, the head has no preview."""
    preview = one_line(card.text)
    role, name = clean(card.role), clean(card.name)

    def head(_: int, opened: bool) -> Row:
        lead = [mark, Span(" ")] if mark else []
        filled = role if name else role.ljust(ROLE_WIDTH - (2 if mark else 0))
        names = [Span(f" {name} ", Tone.STRONG)] if name else []
        shown = "" if opened and card.body is not None else preview
        said = Span(f" {shown}", Tone.DIM)
        return row(*lead, Span(filled, Tone.ROLE), *names, said, right=size(card.size))

    return Node(key, head, body=card.body, branches=more, links=links | card.links, opened=opened)


def text_body(text: str, tone: Tone = Tone.TEXT) -> Body:
    """A text, wrapped."""
    return lambda width: TextRows(text, width, tone=tone)


def json_body(value: Any) -> Body:
    """A value as indented JSON."""
    return lambda width: JsonRows(pretty(value), width)


def arguments_body(text: str) -> Body:
    """A tool's arguments: member by member, texts as texts; as they came when they are no object."""

    def body(width: int) -> Sequence[Row]:
        try:
            value = parse(text)
        except ValueError:
            return PatchRows(text, width) if text.startswith(BEGINNING) else TextRows(text, width)
        return members(value, width) if isinstance(value, dict) else JsonRows(pretty(value), width)

    return body


def members(value: dict[str, Any], width: int) -> Sequence[Row]:
    """An object's members: a short one beside its name, a long or many-lined one below it."""
    parts: list[Sequence[Row]] = []
    for name, member in value.items():
        label = clean(str(name))
        text = member if isinstance(member, str) else compact(member, 10_000)
        if "\n" not in text and len(label) + 2 + len(text) <= width and len(text) < 10_000:
            parts.append([row(Span(label, Tone.KEY), Span("  "), Span(clean(text)))])
        elif isinstance(member, str):
            kind = PatchRows if member.startswith(BEGINNING) else TextRows
            parts.extend(([row(Span(label, Tone.KEY))], kind(member, width, indent=2)))
        else:
            parts.extend(([row(Span(label, Tone.KEY))], JsonRows(pretty(member), width, indent=2)))
    return Joined(parts) if parts else [row(Span("{}", Tone.DIM))]


def length(value: Any) -> int:
    """About how many characters a JSON value has."""
    if isinstance(value, str):
        return len(value)
    total = 0
    stack = [value]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            total += len(piece) + 2
        elif isinstance(piece, dict):
            total += sum(len(str(key)) + 5 for key in piece) + 2
            stack.extend(piece.values())
        elif isinstance(piece, list):
            total += 2 * len(piece) + 2
            stack.extend(piece)
        else:
            total += 4
    return total


def content(parts: Any, tone: Tone = Tone.TEXT) -> tuple[str, Body]:
    """A message's content, of either API, as its text and its body; images and files as a line each."""
    if isinstance(parts, str):
        return parts, text_body(parts, tone)
    if not isinstance(parts, list):
        return ("" if parts is None else compact(parts)), json_body(parts)
    texts: list[str] = []
    bodies: list[Body] = []
    for part in parts:
        said = _part_text(part)
        if said is not None:
            texts.append(said)
            bodies.append(text_body(said, tone))
        else:
            label = _part_label(part)
            texts.append(label)
            bodies.append(text_body(label, Tone.WARN))
    if len(bodies) == 1:
        return texts[0], bodies[0]
    return "\n".join(texts), lambda width: Joined([body(width) for body in bodies])


def _part_text(part: Any) -> str | None:
    if isinstance(part, dict):
        for name in ("text", "refusal", "encrypted_content"):
            if isinstance(part.get(name), str):
                return str(part[name])
    return part if isinstance(part, str) else None


def _part_label(part: Any) -> str:
    """What a part that is no text is: `[image image/png 12 KB]`."""
    if not isinstance(part, dict):
        return f"[{compact(part, 80)}]"
    kind = str(part.get("type", "part")).removeprefix("input_").removesuffix("_url")
    source = part.get("image_url", part.get("file_data", part.get("input_audio")))
    if isinstance(source, dict):
        source = source.get("url", source.get("data"))
    if isinstance(source, str) and source.startswith("data:"):
        media = source[5:].partition(";")[0].partition(",")[0]
        return f"[{kind} {media} {size(len(source) * 3 // 4)}]"
    if isinstance(source, str):
        return f"[{kind} {source[:200]}]"
    return f"[{kind} {compact(part, 120)}]"
