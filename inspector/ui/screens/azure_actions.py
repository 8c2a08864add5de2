"""The key that asks Azure about the selected exchange's response: for itself, its events, input and chain.

Each call is an exchange of the capture, so the list shows it below the one that it is about.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.capture.model import Exchange, ExchangeDetail
from inspector.capture.reader import Reader
from inspector.replay.credentials import NoCredentialError
from inspector.replay.links import Link
from inspector.ui.azure_calls import (
    Asked,
    Outcome,
    Question,
    Ready,
    carry_out,
    known_chain,
    last_event,
    prepare,
    question,
    remark,
    stored_id,
)
from inspector.ui.replaying import REFUSALS, refusal
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.replay_actions import Job, ReplayActions, SentMore
from inspector.ui.screens.text import TextScreen
from inspector.ui.view.chain import chain_nodes, chain_title
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import clean

CHOICES = {
    Asked.GET.value: "get it, as Azure has it now",
    Asked.INCLUDE.value: "get it, with what has to be asked for by name ...",
    Asked.STREAM.value: "stream its events once more, from any on ...",
    Asked.ITEMS.value: "list what it was asked",
    Asked.CHAIN.value: "show the conversation that led to it",
    Asked.WAIT.value: "wait until it has ended (background only)",
    Asked.CANCEL.value: "cancel it (background only)",
    Asked.DELETE.value: "delete it at Azure ...",
}
INCLUDED = "reasoning.encrypted_content"
"""What is most likely wanted."""
_LONGEST_ID = 40


class AzureActions(ReplayActions):
    """The part of the main screen that asks Azure about what it stores."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("A", "ask_azure", "At Azure", show=False, id="azure.menu",
                tooltip="Get, stream, cancel or delete this response at Azure; its conversation"),
    ]  # fmt: skip

    def action_ask_azure(self) -> None:
        """Ask what to ask, then ask it."""
        exchange = self.exchange
        if exchange is not None:
            work = partial(self._ask_azure, exchange)
            self.run_worker(work, group="azure")  # type: ignore[arg-type]  # they may be async

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the key that has nothing to ask about."""
        if action == "ask_azure" and not self.sessions.exchanges:
            return False
        return super().check_action(action, parameters)

    async def _ask_azure(self, exchange: Exchange) -> None:
        try:
            response_id = stored_id(exchange)
            detail = await asyncio.to_thread(_read, self.capture, exchange.id)
            asked = await self._question(detail, response_id)
        except REFUSALS as error:
            self.tell(refusal(error), well=False)
            return
        if asked is None:
            return
        what = asked.what
        links: tuple[Link, ...] = ()
        if what is Asked.CHAIN:
            links = await asyncio.to_thread(known_chain, self.capture, response_id)
            if not any(link.problem for link in links):
                self._show_chain(links)
                return
        if what is Asked.DELETE and not await self._is_to_be_deleted(response_id):
            return
        ready = await self._ready_for(exchange.id, asked)
        outcome = None if ready is None else await self._carry_out(ready)
        if links:  # what is known is better than nothing; what is missing says itself why
            self._show_chain(links if outcome is None else outcome.links)
        elif outcome is not None:
            self.tell(outcome.words, well=outcome.well)

    async def _question(self, detail: ExchangeDetail, response_id: str) -> Question | None:
        """What a person asks; None for nothing. Raises BuildProblem."""
        what = await self._choose(detail, response_id)
        if what not in (Asked.INCLUDE, Asked.STREAM):
            return None if what is None else Question(what)
        if what is Asked.INCLUDE:
            screen = LineScreen("include", INCLUDED, hint="names, a comma or space between them")
        else:
            after = await asyncio.to_thread(last_event, detail)
            hint = "the number of an event; nothing: all of them"
            screen = LineScreen("after event", "" if after is None else str(after), hint=hint)
        line = await self.app.push_screen_wait(screen)
        return None if line is None else question(what, line)

    async def _choose(self, detail: ExchangeDetail, response_id: str) -> Asked | None:
        about = [sentence for sentence in (remark(detail),) if sentence]
        title = f"At Azure: {_short(response_id)}"
        chosen = await self.app.push_screen_wait(MenuScreen(title, CHOICES, Asked.GET.value, about))
        return None if chosen is None else Asked(chosen)

    async def _is_to_be_deleted(self, response_id: str) -> bool:
        about = [f"Shall {response_id} be deleted at Azure? What the capture has of it stays."]
        choices = {"leave": "do not delete it", "delete": "delete it"}
        return await self.app.push_screen_wait(MenuScreen("Delete", choices, about=about)) == "delete"

    async def _ready_for(self, exchange_id: int, asked: Question) -> Ready | None:
        while True:
            try:
                return await asyncio.to_thread(prepare, self.capture, exchange_id, asked, self.source)
            except NoCredentialError as missing:
                if await self._ask_source(missing) is None:
                    return None
            except REFUSALS as error:
                self.tell(refusal(error), well=False)
                return None

    async def _carry_out(self, ready: Ready) -> Outcome | None:
        job = Job(1)
        found: list[Outcome] = []

        def more(words: str) -> None:  # in the sender's thread
            self.post_message(SentMore(job, 0, words))

        async def work() -> None:
            writer = await self.sender.writer(self.capture, ready.detail.options)
            found.append(await carry_out(ready, self.capture, writer, more))

        job.future = self.sender.run(work)
        return found[0] if await self.over(job) else None

    def _show_chain(self, links: tuple[Link, ...]) -> None:
        title = row(Span("The conversation", Tone.STRONG), right=Span(chain_title(links), Tone.DIM))
        self.app.push_screen(TextScreen(title, chain_nodes(links)))


def _read(capture: Path, exchange_id: int) -> ExchangeDetail:
    with closing(Reader(capture)) as reader:
        return reader.detail(exchange_id)


def _short(response_id: str) -> str:
    name = clean(response_id)
    return name if len(name) <= _LONGEST_ID else f"{name[: _LONGEST_ID - 1]}…"
