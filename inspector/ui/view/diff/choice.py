"""Which two exchanges a person means who asks for the difference of marked ones.

| marked | selected | compared |
|---|---|---|
| two | neither of them | the two |
| any others | whatever | the selected one with the last of them before it, else with the first after |
| no other | | nothing |
"""

from __future__ import annotations

from collections.abc import Iterable

from inspector.capture.model import Exchange


def marked_pair(exchanges: Iterable[Exchange], selected: Exchange) -> tuple[int, int] | None:
    """The numbers of the older and of the newer one; None when there is nothing to compare with."""
    others = sorted((one for one in exchanges if one.marked and one.id != selected.id), key=_time)
    if not others:
        return None
    if len(others) == 2 and not selected.marked:
        return others[0].id, others[1].id
    before = [one for one in others if _time(one) < _time(selected)]
    return (before[-1].id, selected.id) if before else (selected.id, others[0].id)


def _time(exchange: Exchange) -> tuple[float, int]:
    return exchange.started, exchange.id
