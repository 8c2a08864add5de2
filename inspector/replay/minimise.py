"""The smallest request that still fails in the same way, found by asking: delta debugging on a request.

```
 settings ─► tools ─► items ─► their parts ─► texts ─┐   a round; again, until one takes nothing away
     ▲───────────────────────────────────────────────┘
```

Pieces of a kind are taken away all at once, then by halves, quarters and so on to single ones (after Zeller
and Hildebrandt's ddmin), so that one among a thousand is found in some twenty requests. What was asked once
is not asked again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.protocol.compare.canonical import canonical
from inspector.protocol.json_text import to_bytes
from inspector.replay.pieces import (
    DEEPEST,
    SHORT,
    WAYS,
    Body,
    Place,
    Way,
    inner_way,
    text_at,
    texts,
    with_texts,
)

StillFails = Callable[[Body], Awaitable[bool | None]]
"""Sends one request and says whether it fails like the first; None: there is no telling, ask again."""

ASKED_AGAIN = 2
FINEST = 8  # parts of a text, of which one by one is left out


@dataclass(frozen=True, slots=True)
class Tried:
    """How far it is: `sent` of `budget` requests; the smallest that fails has `size` bytes."""

    sent: int
    budget: int
    size: int
    trying: str


@dataclass(frozen=True, slots=True)
class Minimised:
    """`minimal`: no piece of it can go, each was tried; False where the budget was spent before."""

    body: Body
    sent: int
    minimal: bool


class NotShownError(Exception):
    """The request as it is was not seen to fail, so there is nothing to find; nothing else was sent."""


async def minimise(
    body: Mapping[str, Any],
    still_fails: StillFails,
    budget: int,
    on_try: Callable[[Tried], None] | None = None,
    again: int = ASKED_AGAIN,
) -> Minimised:
    """The smallest body that still fails, after `budget` requests at most. Raises NotShownError.

    The first request is the body as it is; whatever fails of those after it is the smallest so far. `again`:
    how often a body is asked again where there was no telling.
    """
    search = _Search(dict(body), still_fails, budget, on_try, again)
    try:
        fails = await search.fails(search.best, "the request as it is")
    except _SpentError:  # before there was any telling
        fails = False
    if not fails:
        raise NotShownError
    fine = False
    try:
        while await search.round(fine=fine):
            fine = True
    except _SpentError:
        return Minimised(search.best, search.sent, minimal=False)
    return Minimised(search.best, search.sent, minimal=not search.unsure)


class _SpentError(Exception):
    """The budget is used up."""


class _Search:
    def __init__(
        self,
        body: Body,
        still_fails: StillFails,
        budget: int,
        on_try: Callable[[Tried], None] | None,
        again: int,
    ) -> None:
        self.best = body
        self.sent = 0
        self.unsure = False
        self._ask = still_fails
        self._budget = budget
        self._on_try = on_try
        self._again = again
        self._answers: dict[str, bool] = {}

    async def fails(self, body: Body, trying: str) -> bool:
        """Whether a body fails; it is the best then."""
        key = canonical(body)
        if key not in self._answers:
            self._answers[key] = await self._asked(body, trying)
        if self._answers[key]:
            self.best = body
        return self._answers[key]

    async def round(self, *, fine: bool) -> bool:
        """Try everything once, `fine`: by single pieces only; whether something went."""
        before = self.best
        for way in WAYS:
            await self._reduce(way(self.best), fine=fine)
        for depth in range(1, DEEPEST + 1):
            await self._reduce(inner_way(self.best, depth), fine=fine)
        await self._shorten()
        return self.best is not before

    async def _asked(self, body: Body, trying: str) -> bool:
        for _ in range(1 + self._again):
            if self.sent >= self._budget:
                raise _SpentError
            self.sent += 1
            verdict = await self._ask(body)
            if self._on_try is not None:
                size = len(to_bytes(body if verdict else self.best))
                self._on_try(Tried(self.sent, self._budget, size, trying))
            if verdict is not None:
                return verdict
        self.unsure = True
        return False

    async def _reduce(self, way: Way, *, fine: bool) -> None:
        """Take away what can go: of all the pieces, then of each half ... of single ones."""
        left, gone = list(way.pieces), list[Any]()
        size = 1 if fine else len(left)
        while left:
            at = 0
            while at < len(left):
                chunk = left[at : at + size]
                if await self.fails(way.without([*gone, *chunk]), way.name):
                    gone += chunk
                    del left[at : at + size]
                else:
                    at += size
            if size == 1:
                return
            size = min(len(left), -(-size // 2)) or 1

    async def _shorten(self) -> None:
        """Halve all texts as long as that works; then leave out of each a half, a quarter, an eighth."""
        while places := texts(self.best):
            halved = {place: _half(text_at(self.best, place)) for place in places}
            if not await self.fails(with_texts(self.best, halved), "texts"):
                break
        for place in texts(self.best):
            parts = 2
            while parts <= FINEST and len(text := text_at(self.best, place)) > SHORT:
                size = -(-len(text) // parts)
                shorter = [text[:at] + text[at + size :] for at in range(0, len(text), size)]
                parts = 2 if await self._one_of(place, shorter) else parts * 2

    async def _one_of(self, place: Place, candidates: Sequence[str]) -> bool:
        """Whether one of these texts will do."""
        for text in candidates:
            if await self.fails(with_texts(self.best, {place: text}), "texts"):
                return True
        return False


def _half(text: str) -> str:
    return text[: max(SHORT, len(text) // 2)]
