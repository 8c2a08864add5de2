"""One try of minimising: a body sent, recorded, and held against what is expected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from inspector.capture.model import Made
from inspector.capture.reader import Reader
from inspector.replay.boundary import BuildProblem, Built
from inspector.replay.credentials import Credential
from inspector.replay.expectation import Expectation
from inspector.replay.patience import wait_before_retry
from inspector.replay.pieces import Body
from inspector.replay.sending import Sender, Sent


class Trying:
    """What `minimise` calls. `capture` is where `sender` records: tries have a capture of their own.

    So nothing goes unrecorded, and dozens of throw-away requests do not bury the session that they came from.
    `last` is what was sent last; `shown` the last that showed what is expected: the smallest.
    """

    def __init__(
        self,
        sender: Sender,
        capture: Path,
        build: Callable[[Body], Built],
        credential: Credential | None,
        expectation: Expectation,
        made: Callable[[Body], Made],
        parent: int | None,
    ) -> None:
        self._sender = sender
        self._reader = Reader(capture)
        self._build = build
        self._credential = credential
        self._expectation = expectation
        self._made = made
        self._parent = parent
        self.last: Sent | None = None
        self.shown: tuple[Body, Sent] | None = None

    async def __call__(self, body: Body) -> bool | None:
        """Whether it shows the same; None after a refusal that says nothing of the request, and a wait."""
        try:
            call = self._build(body).call
        except BuildProblem:
            return False  # it cannot even be said at that boundary
        sent = await self._sender.send(call, self._credential, parent=self._parent, made=self._made(body))
        self.last = sent
        if sent.exchange is None:
            return None
        detail = await asyncio.to_thread(self._reader.detail, sent.exchange)
        if self._expectation.holds(detail):
            self.shown = body, sent
            return True
        wait = wait_before_retry(sent.status, sent.outcome, sent.headers, 1)
        if wait is None:
            return False
        await asyncio.sleep(wait)
        return None

    def close(self) -> None:
        """The reader of the capture."""
        self._reader.close()
