"""The keys that send the selected request again: at once, or in a way that a person says first.

What comes back is an exchange of the capture, so the list shows it like any other as it streams; nothing is
selected for it. A thread sends (`sender_thread`); here are the questions before, and the words after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from inspector.capture.model import Exchange
from inspector.replay.credentials import NoCredentialError, Source
from inspector.replay.sending import Sent
from inspector.replay.warnings import Price, Risk
from inspector.ui.replaying import REFUSALS, Ready, Wish, carry_out, outcome, prepare, refusal
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.list_actions import ListActions
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.replay import ReplayScreen
from inspector.ui.sender_thread import SenderThread
from inspector.ui.view.measures import counted
from inspector.ui.view.words import REPLAY, is_sent_from_here

NEEDS_AN_EXCHANGE = ("replay", "replay_as", "replay_result")


@dataclass(slots=True, eq=False)
class Job:
    """Something that is being sent: how much of how much, and what it is called in the list's title."""

    total: int
    words: str = ""
    done: int = 0
    future: Future[Any] | None = None


class SentMore(Message):
    """One request of a job has come to its end, or there is more to tell of it."""

    def __init__(self, job: Job, done: int, words: str = "") -> None:
        super().__init__()
        self.job, self.done, self.words = job, done, words


class ReplayActions(ListActions):
    """The part of the main screen that sends again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "replay", "Replay", id="replay.now",
                tooltip="Send this request again, as it was captured"),
        Binding("R", "replay_as", "Replay as", show=False, id="replay.as",
                tooltip="Send it again elsewhere, repaired, translated, to another model, or often"),
        Binding("ctrl+r", "replay_result", "Result", show=False, id="replay.result",
                tooltip="To what was sent from here last"),
        Binding("X", "cancel_sending", "Cancel", show=False, id="replay.cancel",
                tooltip="Cancel what is being sent; what came until then is kept"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []
        self.source = Source()  # of the key, where a person was asked for it
        self.sender = SenderThread(self._recording_problem)

    def on_unmount(self) -> None:
        """Nothing is sent any more, and what was is in the file."""
        self.sender.stop()

    @property
    def exchange(self) -> Exchange | None:
        """The selected one."""
        return None

    @property
    def price(self) -> Price:
        """What exchanges cost, for warnings."""
        return self.sessions.look.costs.of

    # What a person does

    def action_replay(self) -> None:
        """Send the selected request again, without a question but for a key that is missing."""
        exchange = self.exchange
        if exchange is not None:
            wish = Wish(exchange.id, source=self.source)
            self.run_worker(self.begin(wish, asks=False), group="replay")

    def action_replay_as(self) -> None:
        """Ask how, then send it."""
        exchange = self.exchange
        if exchange is not None:
            self.run_worker(self._ask_how(Wish(exchange.id, source=self.source)), group="replay")

    def action_replay_result(self) -> None:
        """To the newest exchange that was made here."""
        found = max(
            (each.id for each in self.sessions.exchanges.values() if is_sent_from_here(each)), default=None
        )
        if found is None:
            self.notify("Nothing was sent from here yet: r sends the selected request again.", markup=False)
        else:
            if not self.sessions.is_shown(found):
                self.unfilter()
            self.select(found, by_person=True)

    def action_cancel_sending(self) -> None:
        """Cancel all that is under way."""
        if not self.jobs:
            self.notify("Nothing is being sent.", markup=False)
        for job in self.jobs:
            if job.future is not None:
                job.future.cancel()

    def action_back(self) -> None:
        """Escape, where there is nothing to go back from, cancels what is being sent."""
        filtered = self.narrowing.matched is not None or self.narrowing.problem is not None
        if self.jobs and self.focused is self.list and not filtered:
            self.action_cancel_sending()
        else:
            super().action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that have nothing to send."""
        if action in NEEDS_AN_EXCHANGE and not self.sessions.exchanges:
            return False
        return super().check_action(action, parameters)

    # From a wish to what is sent

    async def _ask_how(self, wish: Wish) -> None:
        asked = await self.app.push_screen_wait(ReplayScreen(self.capture, wish))
        if asked is not None:
            await self.begin(asked, asks=True)

    async def begin(self, wish: Wish, *, asks: bool) -> bool:
        """Ask what has to be asked, and begin to send; False when nothing will be sent.

        `asks`: tell of warnings first; else they are told while it is sent.
        """
        ready = await self.ready(wish)
        if ready is None or (asks and not await self.is_agreed_to(ready)):
            return False
        if not asks:
            for warning in ready.warnings:
                if warning.risk is not Risk.COST:
                    self.notify(warning.sentence, severity="warning", markup=False)
        self.run_worker(self._send(ready), group="replay", name="replay")
        return True

    async def ready(self, wish: Wish) -> Ready | None:
        """What is wished, made ready; None where it cannot be sent, which was told."""
        while True:
            try:
                return await asyncio.to_thread(prepare, self.capture, wish, self.price)
            except NoCredentialError as missing:
                source = await self._ask_source(missing)
                if source is None:
                    return None
                wish = replace(wish, source=source)
            except REFUSALS as error:
                self.tell(refusal(error), well=False)
                return None

    async def _ask_source(self, missing: NoCredentialError) -> Source | None:
        """Where the key is; kept until the app is left."""
        choices = {
            "variable": "in another environment variable ...",
            "command": "a command prints it ...",
            "entra": "Entra signs in",
        }
        about = f"There is no key for {missing.host}: {missing.wanted} is not set. Where is one?"
        chosen = await self.app.push_screen_wait(MenuScreen("Key", choices, about=[about]))
        source = None
        if chosen == "entra":
            source = Source(entra=True)
        elif chosen is not None:
            hint = "its name" if chosen == "variable" else "as in az account get-access-token ..."
            line = await self.app.push_screen_wait(LineScreen(chosen, hint=hint))
            if line and line.strip():
                named = line.strip()
                source = Source(variable=named) if chosen == "variable" else Source(command=named)
        if source is not None:
            self.source = source
        return source

    async def is_agreed_to(self, ready: Ready) -> bool:
        """Tell the warnings, if there are any, and ask."""
        if not ready.warnings:
            return True
        about = [warning.sentence for warning in ready.warnings]
        choices = {"send": "send it", "leave": "do not send it"}
        return (
            await self.app.push_screen_wait(MenuScreen("Before it is sent", choices, about=about)) == "send"
        )

    async def _send(self, ready: Ready) -> None:
        job = Job(ready.wish.times)
        sent: list[Sent] = []

        def more(one: Sent) -> None:  # in the sender's thread
            sent.append(one)
            self.post_message(SentMore(job, len(sent)))

        async def work() -> list[Sent]:
            writer = await self.sender.writer(self.capture, ready.detail.options)
            return await carry_out(ready, writer, more)

        job.future = self.sender.run(work)
        if await self.over(job):
            words, well = await asyncio.to_thread(outcome, self.capture, ready, sent)
            self.tell(words, well=well)
            self.sent(ready, sent)

    async def over(self, job: Job, *, tells_cancelled: bool = True) -> bool:
        """Wait until a job has ended; False where it was cancelled or could not be done, which is told.

        `tells_cancelled`: False where the caller has more to tell of what was cancelled.
        """
        assert job.future is not None
        self.jobs.append(job)
        self.tell_counts()
        try:
            await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            if not job.future.cancelled():
                raise  # it is we who are ended
            if tells_cancelled:
                self.notify("Cancelled; what came until then is kept.", markup=False)
            return False
        except REFUSALS as error:
            self.tell(refusal(error), well=False)
            return False
        finally:
            self.jobs.remove(job)
            if self.is_running:
                self.tell_counts()
        return True

    def sent(self, ready: Ready, sent: Sequence[Sent]) -> None:
        """What was wished for has been sent, all of it."""

    # Telling

    def on_sent_more(self, message: SentMore) -> None:
        """The title tells how far it is."""
        message.job.done = message.done
        message.job.words = message.words or message.job.words
        self.tell_counts()

    def tell_counts(self) -> None:
        """And what is being sent."""
        super().tell_counts()
        if not self.jobs:
            return
        done, total = sum(job.done for job in self.jobs), sum(job.total for job in self.jobs)
        words = [job.words for job in self.jobs if job.words] or [
            f"{REPLAY} {done} of {total}" if total > 1 else REPLAY
        ]
        pane = self.sessions_pane
        pane.state = "  ".join(filter(None, (pane.state, *words)))
        if total > 1:
            pane.tell_progress(done, total)

    def tell(self, words: str, *, well: bool) -> None:
        """In a toast."""
        self.notify(words, severity="information" if well else "error", markup=False)

    def _recording_problem(self, words: str | None) -> None:
        """In any thread."""
        if words:
            self.app.call_later(partial(self.tell, words, well=False))

    @property
    def unfinished(self) -> list[str]:
        """What would be lost if the app were left now, a sentence each."""
        if not self.jobs:
            return []
        left = sum(job.total - job.done for job in self.jobs)
        return [f"{counted(left, 'request')} {'is' if left == 1 else 'are'} still to be sent or answered."]
