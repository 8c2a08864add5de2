"""What became of the prompt cache's prefix, in words: intact and how much came from it, or where it broke.

Counts that were not measured are marked ≈ on the row, and said to be estimates in what unfolds.
"""

from __future__ import annotations

from inspector.capture.model import Usage
from inspector.protocol.compare.change import Change, PieceChange
from inspector.protocol.compare.prefix import SMALLEST, Prefix, Section
from inspector.protocol.compare.requests import RequestDifference
from inspector.ui.view.cards import text_body
from inspector.ui.view.diff.pieces import key_of
from inspector.ui.view.lost import name_of
from inspector.ui.view.measures import counted, size
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean

_SECTIONS = {Section.TOOLS: "tools", Section.INPUT: "items", Section.MESSAGES: "items"}
"""What is told piece by piece; the others are settings."""


def prefix_node(found: RequestDifference, usage: Usage | None) -> Node:
    """One line with its details; `usage` is that of the new exchange."""
    prefix = found.prefix
    cached = _cached(prefix, usage)
    if any("/previous_response_id" in (one.old, one.new) for one in found.settings):
        words = f" prompt goes on from a stored response that is not in it{cached}"
        return Node("summary:prefix", row(Span("·", Tone.DIM), Span(words, Tone.TEXT)))
    if prefix.broken:
        return _broken(found)
    words = f"prompt-cache prefix intact{cached}"
    if not cached and not prefix.whole:
        words += f"; below {SMALLEST:,} tokens nothing is cached"
    head = row(Span("✓", Tone.GOOD), Span(f" {words}", Tone.TEXT))
    details = _details(prefix)
    return Node("summary:prefix", head, body=text_body(details, Tone.DIM))


def _cached(prefix: Prefix, usage: Usage | None) -> str:
    """What was measured, where anything was."""
    total = usage.input_tokens if usage is not None else None
    if prefix.cached is None or total is None:
        return ""
    return f", {prefix.cached:,} of {total:,} tokens were cached"


def _broken(found: RequestDifference) -> Node:
    prefix = found.prefix
    place, target = _place(found)
    cost = f"≈ {prefix.lost:,} tokens lost" if prefix.lost else "no tokens lost"
    head = row(
        Span("✗", Tone.BAD),
        Span(" prompt-cache prefix broke at ", Tone.TEXT),
        Span(place, Tone.STRONG),
        right=Span(cost, Tone.BAD if prefix.lost else Tone.DIM),
    )
    there = Node(
        "summary:prefix:place",
        row(Span("→ what changed there", Tone.KEY)),
        links=frozenset([f"to:{target}"]),
    )
    return Node("summary:prefix", head, body=text_body(_details(prefix), Tone.DIM), branches=[there])


def _place(found: RequestDifference) -> tuple[str, str]:
    """The piece at which the two prompts part, in words, and the key of its node."""
    prefix = found.prefix
    section = _SECTIONS.get(prefix.section) if prefix.section is not None else None
    pointer = name_of(prefix.new or prefix.old or "")
    if section is None:
        return pointer, "settings"
    pieces = found.tools if section == "tools" else found.items
    was = next((piece for piece in pieces if piece.old is not None and piece.old == prefix.old), None)
    now = next((piece for piece in pieces if piece.new is not None and piece.new == prefix.new), None)
    titles = [clean(piece.title) for piece in (was, now) if piece is not None]
    told = " → ".join(dict.fromkeys(titles))
    return f"{pointer} {told}".strip(), _target(section, was, now)


def _target(section: str, was: PieceChange | None, now: PieceChange | None) -> str:
    """What changed there: of two pieces in one place the one that is not the same on both sides."""
    for piece in (now, was):
        if piece is not None and piece.change is not Change.KEPT:
            return key_of(section, piece)
    return section


def _details(prefix: Prefix) -> str:
    said = []
    if prefix.broken and prefix.lost:
        said.append(
            f"Of {prefix.whole:,} tokens that the cache could have held {prefix.lost:,} are behind the break."
        )
    elif prefix.broken:
        said.append(f"Below {SMALLEST:,} tokens nothing is cached, so the break costs nothing.")
    before, after = size(prefix.bytes_before), size(prefix.bytes_after)
    if prefix.broken:
        said.append(f"The prompts have {before} in common; {after} follow the break.")
    else:
        said.append(f"{before} as before, then {after} that are new.")
    if prefix.cached is not None and prefix.broken:
        said.append(f"{counted(prefix.cached, 'token')} really came from the cache.")
    if prefix.missed:
        said.append(
            f"About {prefix.missed:,} tokens could have come from the cache and did not: "
            "it forgets, and it is not on every machine."
        )
    if prefix.rerouted:
        said.append("prompt_cache_key changed: the cache may be on another machine.")
    if prefix.reasoning_after:
        said.append(
            f"{counted(prefix.reasoning_after, 'reasoning item')} after the break: "
            "newer models forget those as well."
        )
    rate = "at the rate of the exchange's own usage" if prefix.measured else "at four bytes a token"
    said.append(f"Tokens are estimated, {rate}.")
    return "\n".join(said)
