"""How a request is to be sent again, written by a person: where it would go is told as they type."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label
from textual.worker import WorkType

from inspector.capture.model import ExchangeDetail
from inspector.capture.reader import Reader
from inspector.capture.stored_history import Items
from inspector.replay.boundary import Boundary
from inspector.replay.credentials import Source
from inspector.replay.endpoint import Destination
from inspector.replay.past import past_of
from inspector.ui.replaying import REFUSALS, Wish, outlook, refusal
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import wrap
from inspector.ui.widgets.choice import Choice
from inspector.ui.widgets.keys_line import KeysLine
from inspector.ui.widgets.row_lines import RowLines

MOST = {"times": 10_000, "at-once": 100}
HINTS = {
    "to": "where it was captured; a URL, or azure for AZURE_OPENAI_ENDPOINT",
    "model": "as it is",
    "deployment": "the model's name",
    "version": "as it was; a date means dated URLs",
    "key": "the environment's; or another variable, or !a command",
}
ABOUT = {
    Boundary.CAPTURED: "The request as the client sent it.",
    Boundary.REPAIRED: "The request made acceptable to Azure.",
    Boundary.TRANSLATED: "The request said in Chat Completions.",
    Boundary.PAYLOAD: "The chat payload as the bridge sent it.",
}


class ReplayScreen(ModalScreen[Wish | None]):
    """Ends with the wish, None when the person would rather not."""

    CSS_PATH = "replay.tcss"
    AUTO_FOCUS = "#replay-as"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", id="replay.send", tooltip="Send it like this"),
        Binding("escape", "leave", "Back", id="replay.leave", tooltip="Send nothing"),
    ]

    def __init__(self, capture: Path, wish: Wish, *, verb: str = "Replay") -> None:
        super().__init__()
        self._capture = capture
        self._wish = wish
        self._verb = verb
        self._read: tuple[ExchangeDetail, Items | None] | None = None
        self._outlook = RowLines(id="replay-told")
        self.told: tuple[str, bool] = ("", True)  # where it would go, or why not; whether that is well

    def compose(self) -> ComposeResult:
        """Title, fields, where it would go, keys."""
        wish, to = self._wish, self._wish.destination
        with Vertical(classes="form"):
            yield RowLines(id="replay-title")
            with Horizontal(classes="field"):
                yield Label("as", markup=False)
                if wish.body is None:
                    yield Choice([each.value for each in Boundary], wish.boundary.value, id="replay-as")
                else:  # a payload that was edited is no request any more, nor the other way round
                    kept = [
                        each
                        for each in Boundary
                        if (each is Boundary.PAYLOAD) is (wish.boundary is Boundary.PAYLOAD)
                    ]
                    yield Choice([each.value for each in kept], wish.boundary.value, id="replay-as")
            yield from self._field("to", to.to or "")
            yield from self._field("model", to.model or "")
            yield from self._field("deployment", to.deployment or "")
            yield from self._field("version", to.api_version or "")
            yield from self._field("key", _named(wish.source))
            yield from self._field("times", str(wish.times))
            yield from self._field("at-once", str(wish.concurrency))
            yield self._outlook
            yield KeysLine()

    def _field(self, name: str, value: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label(name.replace("-", " "), markup=False)
            yield Input(value, placeholder=HINTS.get(name, ""), compact=True, id=f"replay-{name}")

    def on_mount(self) -> None:
        """Say what is asked, and read what it is about."""
        if not self.is_current:
            return  # it was left as it came
        title = row(Span(self._verb, Tone.STRONG), Span(f"  exchange {self._wish.exchange}", Tone.DIM))
        self.query_one("#replay-title", RowLines).show(lambda _: [title])
        self._outlook.show(self._told_rows)
        self._look_out()

    @property
    def wish(self) -> Wish | str:
        """What is written, or what is wrong with it."""
        numbers = {name: _number(self._text(name)) for name in MOST}
        for name, number in numbers.items():
            if number is None or not 1 <= number <= MOST[name]:
                return f"{name.replace('-', ' ').capitalize()}: a number from 1 to {MOST[name]:,}."
        destination = Destination(
            self._text("to") or None,
            self._text("model") or None,
            self._text("deployment") or None,
            self._text("version") or None,
            self._wish.destination.families,
        )
        return replace(
            self._wish,
            boundary=Boundary(self.query_one(Choice).chosen),
            destination=destination,
            source=_source(self._text("key")),
            times=numbers["times"] or 1,
            concurrency=numbers["at-once"] or 1,
        )

    @on(Input.Changed)
    @on(Choice.Chosen)
    def _look_out(self) -> None:
        """Find out where it would go."""
        if not self.is_current:
            return  # what was typed last, told after it was left
        wish = self.wish
        if isinstance(wish, str):
            self._tell(wish, well=False)
        else:
            work = cast(WorkType[None], partial(self._find_out, wish))
            self.run_worker(work, group="outlook", exclusive=True)

    async def _find_out(self, wish: Wish) -> None:
        try:
            if self._read is None:
                self._read = await asyncio.to_thread(self._read_it)
            told = await asyncio.to_thread(outlook, *self._read, wish)
        except REFUSALS as error:
            self._tell(refusal(error), well=False)
        else:
            self._tell(f"{ABOUT[wish.boundary]} {told}", well=True)

    def _read_it(self) -> tuple[ExchangeDetail, Items | None]:
        with closing(Reader(self._capture)) as reader:
            detail = reader.detail(self._wish.exchange)
            return detail, past_of(reader, detail, self._wish.body)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_send()

    def action_send(self) -> None:
        """End with it, if it can be sent like this."""
        wish = self.wish
        if isinstance(wish, Wish) and self.told[1]:
            self.dismiss(wish)
        else:
            self.app.bell()

    def action_leave(self) -> None:
        """Send nothing."""
        self.dismiss(None)

    def _text(self, name: str) -> str:
        return self.query_one(f"#replay-{name}", Input).value.strip()

    def _tell(self, words: str, *, well: bool) -> None:
        self.told = words, well
        self._outlook.show(self._told_rows)

    def _told_rows(self, width: int) -> list[Row]:
        words, well = clean(self.told[0]), self.told[1]
        return [
            row(Span(words[start:end], Tone.DIM if well else Tone.BAD)) for start, end in wrap(words, width)
        ]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _source(text: str) -> Source:
    """What is written of a key: nothing, a variable's name, `entra`, or `!` and a command."""
    if text.startswith("!"):
        return Source(command=text[1:].strip() or None)
    if text.lower() == "entra":
        return Source(entra=True)
    return Source(variable=text or None)


def _named(source: Source) -> str:
    """The same, backwards."""
    if source.command is not None:
        return f"!{source.command}"
    return "entra" if source.entra else source.variable or ""
