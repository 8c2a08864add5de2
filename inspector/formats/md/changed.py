"""What of a request was changed on its way upstream: by a repair, by the bridge, by a person who held it."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.capture.model import ExchangeDetail
from inspector.capture.translated import chat_request, repaired_request
from inspector.formats.md.text import code

_MOST, _PLACES = 8, 4
_LARGEST = 2**22  # bytes of a request that is looked at


def changes(detail: ExchangeDetail) -> list[str]:
    """A line each, in Markdown; of the bridge only what the model or the client misses by it."""
    told = ["It was edited by hand while it was held"] if detail.edited is not None else []
    if detail.exchange.request_size > _LARGEST:
        return told
    if detail.exchange.mode == "repair":
        return told + _some(_repairs(detail), "repairs")
    return told + _some(_losses(detail), "losses") if detail.exchange.mode == "bridge" else told


def _repairs(detail: ExchangeDetail) -> list[str]:
    repaired = repaired_request(detail)
    made = () if repaired is None else repaired.changes
    return [f"Repaired by the rule `{each.rule}`: {code(each.text, 200)}" for each in made]


def _losses(detail: ExchangeDetail) -> list[str]:
    translation = chat_request(detail)
    rows = [] if translation is None else translation.report.losses()
    # What stands for an earlier response is in the capture, and not known here.
    lost: dict[str, list[str]] = {}
    for row in rows:
        if row.source != "/previous_response_id":
            lost.setdefault(row.reason, []).append(row.source or "")
    return [f"The bridge lost {_places(places)}: {code(reason, 200)}" for reason, places in lost.items()]


def _places(pointers: Sequence[str]) -> str:
    first = ", ".join(code(pointer, 60) if pointer else "the request" for pointer in pointers[:_PLACES])
    return first + (f" and {len(pointers) - _PLACES:,} more" if len(pointers) > _PLACES else "")


def _some(lines: Sequence[str], what: str) -> list[str]:
    more = len(lines) - _MOST
    return [*lines[:_MOST], *([f"and {more:,} more {what}"] if more > 0 else [])]
