"""The calls on responses that Azure keeps: made as values, paged, and polled until a response has ended.

```
 create ──► queued ──► in_progress ──► completed, failed, incomplete
                 └── cancel ──► cancelled
```

Building is pure. `StoredCalls` sends, each call being an exchange of the capture that the sender records in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from inspector.capture.encodings import decode
from inspector.capture.model import Exchange, Headers, Made
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object, to_bytes
from inspector.replay.call import Call
from inspector.replay.credentials import Credential
from inspector.replay.endpoint import Endpoint, tail_of
from inspector.replay.passage import OnEvent
from inspector.replay.patience import wait_before_retry
from inspector.replay.sending import Sender, Sent

MADE = Made("azure")
MOST_ITEMS = 100
"""As many as a page of input items may have."""
ON_ONE = (Operation.GET, Operation.DELETE, Operation.CANCEL, Operation.ITEMS)
"""The calls on one stored response."""
UNDER_WAY = frozenset({"queued", "in_progress"})

LOOK_SECONDS = 30.0
"""How long a look at a background response may stay without a byte: it is short, and there is another."""

_FIRST_WAIT, _LONGEST_WAIT, _SLOWER = 0.5, 10.0, 1.5  # seconds between two looks at a background response
_BAD_LOOKS = 5  # so many that failed, one after the other, are the end of waiting
_JSON = ("content-type", "application/json")
_WHOLE: Headers = (("accept", "application/json"),)
_STREAM: Headers = (("accept", "text/event-stream"),)


@dataclass(frozen=True, slots=True)
class Page:
    """What part of a list is asked for; None leaves it to Azure (20, the newest first)."""

    limit: int | None = None
    order: str | None = None  # asc, desc
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A background response at a moment of waiting. `status` is None where the look itself failed."""

    status: str | None
    seconds: float  # since the waiting began
    looks: int
    sent: Sent
    again: float | None = None  # seconds until the next look; None: it was the last


# The calls


def create(endpoint: Endpoint, body: Mapping[str, Any]) -> Call:
    """`POST /responses`; streamed where the body says so."""
    accepted = _STREAM if body.get("stream") is True else _WHOLE
    return Call("POST", endpoint.responses(), (*accepted, _JSON), to_bytes(dict(body)), Operation.CREATE)


def get(
    endpoint: Endpoint,
    response_id: str,
    *,
    include: Sequence[str] = (),
    stream: bool = False,
    starting_after: int | None = None,
) -> Call:
    """`GET /responses/ID`; `starting_after` is the number of the last event that is not wanted again."""
    query = [("include[]", wanted) for wanted in include]
    if stream:
        query.append(("stream", "true"))
        if starting_after is not None:
            query.append(("starting_after", str(starting_after)))
    url = endpoint.responses(_of(response_id), query)
    return Call("GET", url, _STREAM if stream else _WHOLE, b"", Operation.GET)


def delete(endpoint: Endpoint, response_id: str) -> Call:
    """`DELETE /responses/ID`."""
    return Call("DELETE", endpoint.responses(_of(response_id)), _WHOLE, b"", Operation.DELETE)


def cancel(endpoint: Endpoint, response_id: str) -> Call:
    """`POST /responses/ID/cancel`."""
    url = endpoint.responses(f"{_of(response_id)}/cancel")
    return Call("POST", url, _WHOLE, b"", Operation.CANCEL)


def items(endpoint: Endpoint, response_id: str, page: Page = Page()) -> Call:
    """`GET /responses/ID/input_items`, one page."""
    told = (("limit", page.limit), ("order", page.order), ("after", page.after), ("before", page.before))
    query = [(name, str(value)) for name, value in told if value is not None]
    url = endpoint.responses(f"{_of(response_id)}/input_items", query)
    return Call("GET", url, _WHOLE, b"", Operation.ITEMS)


# What came back


def body_of(sent: Sent) -> dict[str, Any] | None:
    """The JSON object that an answer is; None for a stream, an error, anything else."""
    if sent.status is None or sent.status >= 400:
        return None
    return parse_object(decode(sent.body, sent.headers)[0])


def status_of(sent: Sent) -> str | None:
    """The status of the response that an answer is: queued, in_progress, completed ..."""
    status = (body_of(sent) or {}).get("status")
    return status if isinstance(status, str) else None


def response_id_of(exchange: Exchange) -> str | None:
    """The id of the response that an exchange is about: by the answer's word, else by the URL's."""
    found = ""
    if exchange.operation in (Operation.CREATE, Operation.GET) and exchange.response_id:
        found = exchange.response_id
    elif exchange.operation in ON_ONE:
        tail, _ = tail_of(exchange.url, Operation(exchange.operation))
        found = unquote(tail.split("/")[1]) if tail.count("/") else ""
    return found if names_one(found) else None


def names_one(response_id: str) -> bool:
    """Whether it can name one response in a URL; of these all go elsewhere, and no encoding helps."""
    return response_id not in ("", ".", "..")


# Sending them


class StoredCalls:
    """Sends these calls to one endpoint. `parent`: the exchange of the same capture that they are about."""

    def __init__(
        self,
        sender: Sender,
        endpoint: Endpoint,
        credential: Credential | None,
        *,
        parent: int | None = None,
        made: Made = MADE,
        sleep: Callable[[float], Any] = asyncio.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint = endpoint
        self._sender = sender
        self._credential = credential
        self._parent = parent
        self._made = made
        self._sleep = sleep
        self._now = now

    async def send(self, call: Call, on_event: OnEvent | None = None) -> Sent:
        """Send one call. Raises and cancels as Sender.send."""
        return await self._sender.send(
            call, self._credential, parent=self._parent, made=self._made, on_event=on_event
        )

    async def pages(self, response_id: str, page: Page = Page(MOST_ITEMS)) -> AsyncGenerator[Sent, None]:
        """Page after page of a response's input, from that one on, until one is the last or goes wrong.

        They go on in the direction of the first: on from its end, or back from its beginning where it was
        asked for by `before` alone.
        """
        back = page.before is not None and page.after is None
        seen: set[str] = set()
        while True:
            sent = await self.send(items(self.endpoint, response_id, page))
            yield sent
            told = body_of(sent) or {}
            cursor = told.get("first_id" if back else "last_id")
            if told.get("has_more") is not True or not isinstance(cursor, str) or cursor in seen:
                return
            seen.add(cursor)
            moved = {"before": cursor} if back else {"after": cursor, "before": page.before}
            page = Page(page.limit, page.order, **moved)

    async def all_items(self, response_id: str, order: str = "asc") -> tuple[list[dict[str, Any]], Sent]:
        """All input items of a response, and the last answer: which may be an error, that ended it."""
        found: list[dict[str, Any]] = []
        async with aclosing(self.pages(response_id, Page(MOST_ITEMS, order))) as pages:
            async for sent in pages:
                found += items_of(sent)
        return found, sent

    async def looks(self, response_id: str) -> AsyncGenerator[Look, None]:
        """A background response, looked at until it has ended or cannot be got; each look an exchange.

        The looks become rarer; one that is refused for a while, or does not get through, is waited out.
        """
        began, count, bad, wait = self._now(), 0, 0, _FIRST_WAIT
        while True:
            sent = await self.send(get(self.endpoint, response_id))
            count += 1
            status = status_of(sent)
            again: float | None = None
            if status in UNDER_WAY:
                bad, again, wait = 0, wait, min(wait * _SLOWER, _LONGEST_WAIT)
            elif status is None:
                bad += 1
                if bad < _BAD_LOOKS:
                    again = wait_before_retry(sent.status, sent.outcome, sent.headers, bad)
            yield Look(status, self._now() - began, count, sent, again)
            if again is None:
                return
            await self._sleep(again)


def items_of(sent: Sent) -> list[dict[str, Any]]:
    """The items of a page; none of what is no page."""
    data = (body_of(sent) or {}).get("data")
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []


def _of(response_id: str) -> str:
    return f"/{quote(response_id, safe='')}"
