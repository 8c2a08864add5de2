"""The rules of a well-formed Responses event stream, and where a given stream breaks them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule broken at event `n` (0.., the number of events for what is missing at the end)."""

    n: int
    rule: str
    text: str


def check(events: Iterable[object]) -> list[Remark]:
    """Every breach, in order of the events; an empty list for a well-formed stream."""
    raise NotImplementedError
