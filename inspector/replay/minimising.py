"""A captured request made smaller, from the first try to the exchange that is kept.

The tries are recorded where the caller wants them: in a capture of their own, as a rule. What is found is
sent once more, into the capture of the original, as its child: the session gets one exchange more, not sixty.
"""

from __future__ import annotations

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

    `smallest`: None where the request does not show what is expected, or the search did not end. `answered`:
    how the request as it is was answered then. `tried`: the exchange, among the tries, of the smallest that
    showed it. `kept`: the exchange of the result; None where nothing could be left out. `confirmed`: whether
    the result, sent once more, showed it again.
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
        hosts, timeout, found = self.built.endpoint.named_hosts, self._timeout, self.found

        def told(tried: Tried) -> None:
            found.sent = tried.sent
            if on_try is not None:
                on_try(replace(tried, budget=budget))

        async with Sender(tries.writer, named_hosts=hosts, timeout=timeout) as sender:
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
                    found.tried = trying.shown[1].exchange if trying.shown else None
        if found.smallest is None or found.smallest.body == self.body:
            return found
        async with Sender(into.writer, named_hosts=hosts, timeout=timeout) as sender:
            body = found.smallest.body
            sent = await sender.send(
                self.build(body).call, credential, parent=self._parent(into), made=self._made(into)(body)
            )
        found.sent += 1
        found.kept = sent.exchange
        if sent.exchange is not None:
            with closing(Reader(into.path)) as reader:
                found.confirmed = expectation.holds(reader.detail(sent.exchange))
        return found

    def _parent(self, record: Record) -> int | None:
        """The original's number, in its own capture."""
        is_its_own = record.path.absolute() == self._file.absolute()
        return self.detail.exchange.id if is_its_own else None

    def _made(self, record: Record) -> Callable[[Body], Made]:
        source = None if self._parent(record) is not None else f"{self._file.name} {self.detail.exchange.id}"

        def made(body: Body) -> Made:
            return Made("minimise", self._boundary.value, for_the_record(self.body, body), source)

        return made
