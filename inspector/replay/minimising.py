"""A captured request made smaller, from the first try to the exchange that is kept.

The tries are recorded where the caller wants them: in a capture of their own, as a rule. What is found is
sent once more, into the capture of the original, as its child: the session gets one exchange more, not sixty.
Where the search is cancelled nothing is sent any more, so the smallest try so far is kept there as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from inspector.capture.model import ExchangeDetail, Made
from inspector.capture.reader import Reader
from inspector.capture.stored_history import Items
from inspector.capture.writer import Writer
from inspector.replay.boundary import Boundary, Built, body_at, build
from inspector.replay.credentials import Credential
from inspector.replay.edits.operations import for_the_record
from inspector.replay.endpoint import AS_CAPTURED, Destination
from inspector.replay.expectation import Expectation
from inspector.replay.keeping import keep
from inspector.replay.minimise import ASKED_AGAIN, Minimised, NotShownError, Tried, minimise
from inspector.replay.pieces import Body
from inspector.replay.sending import READ_SECONDS, Sender, Sent
from inspector.replay.trying import Trying


@dataclass(frozen=True, slots=True)
class Record:
    """A capture that is open for writing."""

    path: Path
    writer: Writer


@dataclass(slots=True)
class Found:
    """How far it has come; whole when `Minimising.run` has ended, and of use where that was cancelled.

    `smallest`: None where nothing has shown what is expected, the request as it is included. `answered`: how
    the request as it is was answered then. `tried`: the exchange, among the tries, of the smallest that
    showed it. `kept`: the exchange of the result; None where nothing could be left out. `confirmed`: whether
    the result, sent once more, showed it again; True where it was not sent again.
    """

    sent: int = 0
    smallest: Minimised | None = None
    answered: Sent | None = None
    tried: int | None = None
    kept: int | None = None
    confirmed: bool = True


class Minimising:
    """What is to be made smaller, and what it is made of. Raises BuildProblem or EndpointProblem."""

    def __init__(
        self,
        file: Path,
        detail: ExchangeDetail,
        boundary: Boundary = Boundary.CAPTURED,
        destination: Destination = AS_CAPTURED,
        *,
        past: Items | None = None,
        timeout: float = READ_SECONDS,
    ) -> None:
        self.detail = detail
        self.body = body_at(detail, boundary)
        self._file = file
        self._boundary = boundary
        self._destination = destination
        self._past = past
        self._timeout = timeout
        self.built = self.build(self.body)
        self.found = Found()

    def build(self, body: Body) -> Built:
        """The call of a body."""
        return build(self.detail, self._boundary, self._destination, past=self._past, body=body)

    async def run(
        self,
        expectation: Expectation,
        budget: int,
        tries: Record,
        into: Record,
        credential: Credential | None = None,
        *,
        on_try: Callable[[Tried], None] | None = None,
        again: int = ASKED_AGAIN,
    ) -> Found:
        """Find it, with `budget` requests at most, two at least: the last is for what is kept."""
        try:
            await self._search(expectation, budget, tries, credential, on_try, again)
            if self.is_smaller:
                await self._send_once_more(expectation, into, credential)
        except asyncio.CancelledError:
            if self.is_smaller and self.found.kept is None:
                await self._keep_smallest(tries, into)
            raise
        return self.found

    @property
    def is_smaller(self) -> bool:
        """Whether anything could be left out."""
        return self.found.smallest is not None and self.found.smallest.body != self.body

    async def _search(
        self,
        expectation: Expectation,
        budget: int,
        tries: Record,
        credential: Credential | None,
        on_try: Callable[[Tried], None] | None,
        again: int,
    ) -> None:
        found = self.found

        def told(tried: Tried) -> None:
            found.sent = tried.sent
            if on_try is not None:
                on_try(replace(tried, budget=budget))

        async with self._sender(tries) as sender:
            parent = self._parent(tries)
            trying = Trying(
                sender, tries.path, self.build, credential, expectation, self._made(tries), parent
            )
            with closing(trying):
                try:
                    found.smallest = await minimise(self.body, trying, budget - 1, told, again)
                except NotShownError:
                    found.answered = trying.last
                finally:
                    if trying.shown is not None:
                        body, shown = trying.shown
                        found.tried = shown.exchange
                        found.smallest = found.smallest or Minimised(body, found.sent, minimal=False)

    async def _send_once_more(
        self, expectation: Expectation, into: Record, credential: Credential | None
    ) -> None:
        found = self.found
        assert found.smallest is not None
        body = found.smallest.body
        async with self._sender(into) as sender:
            sent = await sender.send(
                self.build(body).call, credential, parent=self._parent(into), made=self._made(into)(body)
            )
        found.sent += 1
        found.kept = sent.exchange
        if sent.exchange is not None:
            with closing(Reader(into.path)) as reader:
                found.confirmed = expectation.holds(reader.detail(sent.exchange))

    async def _keep_smallest(self, tries: Record, into: Record) -> None:
        """The smallest try as it is, where the result would be."""
        found = self.found
        if found.smallest is None or found.tried is None:
            return
        if tries.path.resolve() == into.path.resolve():
            found.kept = found.tried
            return
        with closing(Reader(tries.path)) as reader:
            detail = reader.detail(found.tried)
        made = self._made(into)(found.smallest.body)
        found.kept = await keep(detail, into.writer, self._parent(into), made)

    def _sender(self, record: Record) -> Sender:
        return Sender(record.writer, named_hosts=self.built.endpoint.named_hosts, timeout=self._timeout)

    def _parent(self, record: Record) -> int | None:
        """The original's number, in its own capture."""
        is_its_own = record.path.resolve() == self._file.resolve()
        return self.detail.exchange.id if is_its_own else None

    def _made(self, record: Record) -> Callable[[Body], Made]:
        source = None if self._parent(record) is not None else f"{self._file.name} {self.detail.exchange.id}"

        def made(body: Body) -> Made:
            return Made("minimise", self._boundary.value, for_the_record(self.body, body), source)

        return made
