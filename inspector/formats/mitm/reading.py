"""mitmproxy's flow files, as `mitmdump -w` and "save" write them; its own code is not asked.

Read are the versions of the format since mitmproxy 7, which differ in nothing that is wanted here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from inspector.capture.model import Damage, ExchangeDetail, Leg
from inspector.formats.importing import At, Input, Item
from inspector.formats.mitm import changed, ours, states
from inspector.formats.mitm.exchange import FORMAT, Telling
from inspector.formats.mitm.fields import part, text
from inspector.formats.mitm.pieces import Pieces
from inspector.formats.mitm.states import Found
from inspector.formats.mitm.walk import State

OLDEST, NEWEST = 12, 21
"""Versions of the flow format: mitmproxy 7's, and that of mitmproxy 11 and 12."""

_STEP = 2**18  # bytes
_OF_HTTP = frozenset({"method", "host", "path", "headers"})
_NEWER = "It was written by a newer mitmproxy than is known here, and read as far as it is the same."
_DAMAGED = "It is damaged in the file, and not all there."


class MitmImporter:
    """Reads a flow file; streams of TCP, UDP and DNS are passed over."""

    name = FORMAT

    def recognises(self, head: bytes, path: Path) -> bool:
        """By the first key of the first flow."""
        return states.begins(head)

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """The exchanges of the flows, and what cannot be read of them."""
        yield from _items(given, at, heads=False)

    def outline(self, given: Input, at: At) -> Iterator[ExchangeDetail]:
        """The same without bodies, which are passed over in the file."""
        for item in _items(given, at, heads=True):
            if isinstance(item, ExchangeDetail):
                yield item


def _items(given: Input, at: At, *, heads: bool) -> Iterator[Item]:
    with given.path.open("rb", buffering=0) as file:
        pieces = Pieces(file, given.path.stat().st_size)
        telling = Telling(given.name, count(1), lambda blob: pieces.read(blob.at, blob.size), heads)
        passed: Counter[str] = Counter()
        waiting: list[ExchangeDetail] = []  # the last flow's: the next one may be its other side
        before: Found | None = None
        for found in states.flows(pieces):
            if before is None or not _again(pieces, before, found):
                if waiting and before and _is_other_side(before, found):
                    waiting[0] = _joined(waiting[0], telling, found)
                else:
                    yield from waiting
                    waiting = _told(telling, found, passed)
                before = found
            if (damage := found.damage or _without_request(found)) is not None:
                yield from waiting
                waiting = []
                yield damage
            at(found.end)
        yield from waiting
        yield from _passed_over(passed)


def _told(telling: Telling, found: Found, passed: Counter[str]) -> list[ExchangeDetail]:
    """The exchanges of a flow; what is passed over is counted."""
    if not found.state:
        return []
    kind = text(found.state.get("type"))
    remarks: tuple[str, ...] = ()
    if found.damage is not None:
        if not (part(found.state, "request") or {}).keys() & _OF_HTTP:
            return []  # too little of it, or no HTTP
        remarks = (_DAMAGED,)
    elif kind != "http":
        passed[kind.upper() or "nameless"] += 1
        return []
    elif _is_old(found.state):
        passed[""] += 1
        return []
    elif found.state["version"] > NEWEST:
        remarks = (_NEWER,)
    return changed.exchanges(telling, found.state, f"byte {found.at}", remarks)


def _without_request(found: Found) -> Damage | None:
    """Of a whole flow that should have one: the name of that part may be what is damaged."""
    if (
        text(found.state.get("type")) != "http"
        or _is_old(found.state)
        or part(found.state, "request") is not None
    ):
        return None
    return Damage(found.at, "This flow has no request, and is left out.")


def _is_old(state: State) -> bool:
    version = state.get("version")
    return not isinstance(version, int) or version < OLDEST


def _is_other_side(before: Found, found: Found) -> bool:
    flow = text(before.state.get("id"))
    return bool(flow) and ours.upstream_of(found.state) == flow


def _again(pieces: Pieces, before: Found, found: Found) -> bool:
    """Whether this is the flow before, byte for byte: `mitmdump -nr OLD -w NEW` writes one that has both an
    answer and an error twice.
    """
    size = found.end - found.at
    if size != before.end - before.at or not found.state or found.damage is not None:
        return False
    if found.state.get("id") != before.state.get("id"):
        return False
    return all(
        pieces.read(before.at + at, count) == pieces.read(found.at + at, count)
        for at in range(0, size, _STEP)
        if (count := min(_STEP, size - at))
    )


def _joined(detail: ExchangeDetail, telling: Telling, found: Found) -> ExchangeDetail:
    """An exchange with its upstream side, which is the flow behind its own."""
    legs, chunks = dict(detail.legs), list(detail.chunks)
    other = replace(telling, numbers=count()).exchange(found.state, "", ())
    for leg, upstream in ((Leg.REQUEST, Leg.UPSTREAM_REQUEST), (Leg.RESPONSE, Leg.UPSTREAM_RESPONSE)):
        if leg in other.legs:
            legs[upstream] = other.legs[leg]
            chunks += [replace(each, leg=upstream) for each in other.chunks if each.leg is leg]
    return replace(detail, legs=legs, chunks=tuple(chunks))


def _passed_over(passed: Counter[str]) -> Iterator[Damage]:
    old = passed.pop("", 0)
    if old:
        text = "1 flow was" if old == 1 else f"{old} flows were"
        yield Damage(
            None,
            f"{text} written by a mitmproxy older than 7, and passed over: "
            "convert the file with `mitmdump -nr OLD -w NEW`.",
        )
    if passed:
        kinds = ", ".join(f"{count} {kind}" for kind, count in passed.most_common(5))
        yield Damage(None, f"Flows that are no HTTP were passed over: {kinds}.")
