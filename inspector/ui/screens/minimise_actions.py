"""The key that looks for the smallest request that still fails as the selected one does."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.capture.model import Exchange
from inspector.replay.minimise import Tried
from inspector.replay.minimising import Found, Record
from inspector.ui.minimising import Search, prepare_search, so_far, told, told_cancelled
from inspector.ui.replaying import Ready, Wish
from inspector.ui.screens.edit_actions import EditActions
from inspector.ui.screens.minimise import MinimiseScreen
from inspector.ui.screens.replay_actions import Job, SentMore
from inspector.ui.sender_thread import PATIENCE


class MinimiseActions(EditActions):
    """The part of the main screen that minimises."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("M", "minimise", "Minimise", show=False, id="replay.minimise",
                tooltip="Find the smallest request that still fails like this one"),
    ]  # fmt: skip

    def action_minimise(self) -> None:
        """Ask what to expect, then look for it."""
        exchange = self.exchange
        if exchange is not None:
            self.run_worker(self._minimise(exchange), group="replay")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the key that has nothing to act on."""
        if action == "minimise" and not self.sessions.exchanges:
            return False
        return super().check_action(action, parameters)

    async def _minimise(self, exchange: Exchange) -> None:
        search = await self.app.push_screen_wait(MinimiseScreen(exchange))
        if search is None:
            return
        ready = await self.ready(Wish(exchange.id, source=self.source, times=search.budget))
        if ready is not None and await self.is_agreed_to(ready):
            await self._look_for(search, ready)

    async def _look_for(self, search: Search, ready: Ready) -> None:
        work, tries = await asyncio.to_thread(prepare_search, self.capture, ready)
        job = Job(search.budget, words=f"minimising 0 of {search.budget}")

        def more(tried: Tried) -> None:  # in the sender's thread
            self.post_message(SentMore(job, tried.sent, so_far(tried)))

        async def find() -> Found:
            try:
                into = Record(self.capture, await self.sender.writer(self.capture, ready.detail.options))
                trying = Record(tries, await self.sender.writer(tries, ready.detail.options))
                return await work.run(
                    search.expectation(), search.budget, trying, into, ready.credential, on_try=more
                )
            finally:
                await self.sender.close(tries)
                ended.set()

        ended = Event()
        job.future = self.sender.run(find)
        if await self.over(job, tells_cancelled=False):
            words, well = told(work, tries)
        elif job.future.cancelled():
            await asyncio.to_thread(ended.wait, PATIENCE)  # what was found is being kept
            words, well = told_cancelled(work, tries), True
        else:
            return
        where = " ctrl+r goes there." if work.found.kept is not None else ""
        self.tell(f"{words}{where}", well=well)
