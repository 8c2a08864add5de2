"""A conversation that goes on by `previous_response_id`, followed back to its beginning: one link a response.

A link is taken from the capture where it is there, else asked for at Azure. Where neither has it the chain
begins later than the conversation, and says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.capture.reader import Reader
from inspector.capture.stored_history import LONGEST_CHAIN, Items, making_of, own_input
from inspector.replay.stored import StoredCalls, body_of, get, names_one
from inspector.replay.wording import in_words


@dataclass(frozen=True, slots=True)
class Link:
    """One response: what was said to it, and what it said. `problem`: why there is neither, in words."""

    response_id: str
    said: Items = field(default_factory=list, repr=False)  # its own input, without that of links before it
    output: Items = field(default_factory=list, repr=False)
    previous: str | None = None
    exchange: int | None = None  # that made it, or that fetched it just now
    fetched: bool = False
    status: str | None = None  # of one that was fetched: it need not have ended, or well
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """For scripts: `from` is null where it is nowhere."""
        source = "azure" if self.fetched else "capture"
        return {
            "response_id": self.response_id,
            "previous_response_id": self.previous,
            "from": None if self.problem else source,
            "exchange": None if self.exchange is None else str(self.exchange),
            "status": self.status,
            "problem": self.problem or None,
            "input": self.said,
            "output": self.output,
        }


async def follow(
    response_id: str,
    known: Callable[[str], Link | None],
    fetch: Callable[[str], Awaitable[Link]] | None,
) -> list[Link]:
    """The links that lead to a response, itself the last; `fetch` is asked for what is not known."""
    links: list[Link] = []
    seen: set[str] = set()
    wanted: str | None = response_id
    while wanted is not None and len(links) < LONGEST_CHAIN:
        if wanted in seen:
            links.append(Link(wanted, problem="it leads back to itself"))
            break
        seen.add(wanted)
        link = known(wanted)
        if link is None and fetch is not None:
            link = await fetch(wanted)
        links.append(link or Link(wanted, problem="it is not in the capture"))
        wanted = links[-1].previous
    return _without_repeats(links[::-1])


def of_capture(reader: Reader, response_id: str) -> Link | None:
    """A link as the capture has it; None where it does not, or not whole."""
    found = making_of(reader, response_id)
    if found is None:
        return None
    return Link(
        response_id,
        own_input(found.request) or [],
        found.output,
        _text(found.request.get("previous_response_id")),
        found.exchange,
    )


async def of_azure(calls: StoredCalls, response_id: str) -> Link:
    """A link as Azure has it."""
    if not names_one(response_id):
        return Link(response_id, problem="it is no response's id")
    sent = await calls.send(get(calls.endpoint, response_id))
    response = body_of(sent)
    if response is None:
        said = in_words(sent) or "the answer is no response"
        return Link(response_id, exchange=sent.exchange, fetched=True, problem=said)
    items, last = await calls.all_items(response_id)
    output = response.get("output")
    return Link(
        response_id,
        items,
        [item for item in output if isinstance(item, dict)] if isinstance(output, list) else [],
        _text(response.get("previous_response_id")),
        sent.exchange,
        fetched=True,
        status=_text(response.get("status")),
        problem=in_words(last) or "",
    )


def _without_repeats(links: list[Link]) -> list[Link]:
    """What is fetched may list the items of links before it once more; they are known by their ids."""
    seen: set[str] = set()
    told = []
    for link in links:
        fresh = [item for item in link.said if not (link.fetched and _id(item) in seen)]
        told.append(replace(link, said=fresh))
        seen |= {found for item in (*link.said, *link.output) if (found := _id(item))}
    return told


def _id(item: dict[str, Any]) -> str:
    found = item.get("id")
    return found if isinstance(found, str) else ""


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
