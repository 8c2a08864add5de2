"""The first line of the screen: what is being looked at, and whether all is well with the recording."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.ui.view.hold.words import HELD
from inspector.ui.view.measures import size
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean

_SHORTEST = 32  # cells that a capture's name may take anyway


@dataclass(frozen=True, slots=True)
class Facts:
    """What the header tells. `listening` is None when no proxy of this capture runs."""

    capture: str
    size: int = 0
    listening: str | None = None
    upstream: str | None = None
    mode: str | None = None
    forward: bool = False
    was_live: bool = False  # a proxy was there, and is gone
    troubled: int = 0  # exchanges that went wrong
    held: int = 0  # things that wait for a person
    rules: int = 0  # of what is to be held
    read_from: str = ""  # the formats of the files that nobody sees as anything but these
    unread: int = 0  # places of the files that it was made of
    problem: str | None = None  # of the recorder, or of reading the file


def header_row(facts: Facts, width: int) -> Row:
    """The line for so many cells: names shrink first, then our own name and the size go."""
    narrow = width < 100
    lead = [] if narrow else [Span("inspector", Tone.STRONG), Span("  ")]
    if facts.listening is not None:
        where = _bare(facts.listening)
        goes_to = _bare(facts.upstream or "") or ("any Azure host" if facts.forward else "")
        if narrow:
            goes_to = goes_to.partition("/")[0].removesuffix(".azure.com")
        state = [Span("● live", Tone.LIVE), Span(f"  {where}"), Span(" → ", Tone.DIM), Span(clean(goes_to))]
        mode = "forward" if facts.forward else facts.mode or ""
        state.append(Span(f"  {mode}", Tone.ACCENT if mode == "bridge" else Tone.DIM))
    elif facts.was_live:
        state = [Span("■ the proxy has ended", Tone.WARN)]
    elif facts.read_from:
        state = [Span(f"○ read from {clean(facts.read_from)}", Tone.DIM)]
    else:
        state = [Span("○ capture", Tone.DIM)]
        if facts.upstream:
            state.append(Span(f"  of {clean(_bare(facts.upstream))}", Tone.TEXT))
            state.append(Span(f"  {facts.mode or ''}", Tone.ACCENT if facts.mode == "bridge" else Tone.DIM))
    edge = [Span(_short(clean(facts.capture), max(_SHORTEST, width // 3)), Tone.TEXT)]
    if not narrow:
        edge.append(Span(f"  {size(facts.size)}", Tone.DIM))
    if facts.troubled:
        edge.append(Span(f"  ⚠ {facts.troubled}", Tone.WARN))
    if facts.unread:
        edge.append(Span(f"  ⚠ {facts.unread} unread", Tone.WARN))
    if facts.held or facts.rules:
        edge.append(Span(f"  {HELD} {facts.held}", Tone.WARN if facts.held else Tone.DIM))
    return row(*lead, *state, right=tuple(edge))


def _short(name: str, most: int) -> str:
    """A long name without its middle: its beginning says what it is, its end which one."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[most // 2 + 1 - most :]}"


def _bare(url: str) -> str:
    """A URL without its scheme and without the slash at its end."""
    return url.partition("://")[2].rstrip("/") if "://" in url else url
