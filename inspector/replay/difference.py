"""How an answer differs from the one that it repeats, in a line; ids, times and encrypted blobs aside."""

from __future__ import annotations

from collections import Counter
from typing import Any

from inspector.capture.compared import response_of
from inspector.capture.model import ExchangeDetail
from inspector.protocol.compare.change import Change
from inspector.protocol.compare.ignore import Ignore
from inspector.protocol.compare.responses import RUN_SPECIFIC, ResponseDifference, compare_responses

_OF_ONE_API = Ignore(
    (*RUN_SPECIFIC.members, "/output/*/status", "/output/*/content/*/annotations"), RUN_SPECIFIC.json_texts
)
"""What besides ids and times is no difference where one of them is a chat answer."""

_TOLD = (
    (Change.CHANGED, "changed"),
    (Change.ADDED, "new"),
    (Change.VANISHED, "gone"),
    (Change.MOVED, "moved"),
)


def difference(old: ExchangeDetail, new: ExchangeDetail) -> str:
    """`the same answer as exchange 3`, or what of it is not: `unlike exchange 3: 1 item changed, 1 new`."""
    number = old.exchange.id
    statuses = [detail.exchange.status for detail in (old, new)]
    if statuses[0] != statuses[1]:
        then, now = ("no answer" if status is None else str(status) for status in statuses)
        return f"unlike exchange {number}: {then} then, {now} now"
    if None in statuses:
        return f"no answer, as exchange {number}"
    is_one_api = old.exchange.operation == new.exchange.operation
    found = compare_responses(
        response_of(old), response_of(new), ignore=RUN_SPECIFIC if is_one_api else _OF_ONE_API
    )
    told = _told(found, with_settings=is_one_api)
    return f"unlike exchange {number}: {', '.join(told)}" if told else f"the same answer as exchange {number}"


def _told(found: ResponseDifference, *, with_settings: bool) -> list[str]:
    counts = Counter(item.change for item in found.items)
    told: list[str] = []
    for change, words in _TOLD:
        if counts[change]:
            items = "" if told else f" {'item' if counts[change] == 1 else 'items'}"
            told.append(f"{counts[change]}{items} {words}")
    if (status := found.status) is not None:
        told.append(f"status {_word(status.before)} then, {_word(status.after)} now")
    if with_settings:  # an answer of the other API never has the same members around its output
        others = [one for one in found.settings if one is not status and not one.routine]
        if others:
            names = dict.fromkeys((one.new or one.old or "").lstrip("/").partition("/")[0] for one in others)
            told.append(f"besides {', '.join(name or 'all of it' for name in list(names)[:4])}")
    return told


def _word(value: Any) -> str:
    return value if isinstance(value, str) else "none"
