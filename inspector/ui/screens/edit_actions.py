"""The key that opens the selected request to be edited; what was sent is compared with the original."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.capture.model import Exchange, ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.capture.schema import check_ours
from inspector.replay.boundary import Boundary, body_at
from inspector.replay.sending import Sent
from inspector.ui.replaying import REFUSALS, Ready, Wish, refusal
from inspector.ui.screens.diff import DiffScreen
from inspector.ui.screens.edit import EditScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.replay_actions import ReplayActions
from inspector.ui.widgets.exchange_panes import ExchangePanes


class EditActions(ReplayActions):
    """The part of the main screen that edits and sends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit_request", "Edit", id="edit.open", tooltip="Edit this request and send it"),
    ]

    def action_edit_request(self) -> None:
        """Open the selected request."""
        exchange = self.exchange
        if exchange is not None:
            self.run_worker(self._edit(exchange), group="replay")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the key that has nothing to edit."""
        if action == "edit_request" and not self.sessions.exchanges:
            return False
        return super().check_action(action, parameters)

    async def _edit(self, exchange: Exchange) -> None:
        boundary = Boundary.CAPTURED
        try:
            detail = await asyncio.to_thread(_read, self.capture, exchange.id)
            if exchange.mode == "bridge" and Leg.UPSTREAM_REQUEST in detail.legs:
                chosen = await self._ask_which()
                if chosen is None:
                    return
                boundary = chosen
            body = await asyncio.to_thread(body_at, detail, boundary)
        except REFUSALS as error:
            self.tell(refusal(error), well=False)
            return
        wish = Wish(exchange.id, boundary, source=self.source)
        self.app.push_screen(EditScreen(self.capture, exchange, body, wish, self._begin_edited))

    async def _ask_which(self) -> Boundary | None:
        """Of a bridged exchange there are two requests."""
        choices = {
            Boundary.CAPTURED.value: "the request, as the client sent it",
            Boundary.PAYLOAD.value: "the chat payload, as the bridge sent it",
        }
        looked_at = self.query_one(ExchangePanes).active
        likely = Boundary.PAYLOAD if looked_at == "payload" else Boundary.CAPTURED
        name = await self.app.push_screen_wait(MenuScreen("Edit", choices, likely.value))
        return None if name is None else Boundary(name)

    async def _begin_edited(self, wish: Wish) -> bool:
        return await self.begin(wish, asks=True)

    @property
    def unfinished(self) -> list[str]:
        """And edits that were not sent."""
        edits = [each for each in self.app.screen_stack if isinstance(each, EditScreen) and each.is_edited]
        return [*super().unfinished, *(["An edited request was not sent."] if edits else [])]

    def sent(self, ready: Ready, sent: Sequence[Sent]) -> None:
        """What one edit came to is shown beside the original, unless the person has gone elsewhere."""
        super().sent(ready, sent)
        if ready.wish.body is None or len(sent) != 1 or sent[0].exchange is None:
            return
        if self.app.screen is self:
            self.app.push_screen(DiffScreen(self.capture, ready.wish.exchange, sent[0].exchange))


def _read(capture: Path, exchange_id: int) -> ExchangeDetail:
    check_ours(capture)  # before anybody takes pains with what could not be recorded
    with closing(Reader(capture)) as reader:
        return reader.detail(exchange_id)
