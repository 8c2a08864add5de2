"""The key that writes exchanges to a file of another program: which ones, where to, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, get_current_worker

from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.formats.exporting import Unfit, exporter
from inspector.formats.outgoing import WHAT, Order, Written, format_of, to_file
from inspector.formats.output import Refused
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.view.measures import counted, size
from inspector.ui.view.sessions import Sessions
from inspector.ui.view.text import clean

_SUFFIXES = " ".join(f".{suffix}" for suffix in WHAT)
_LONG = 8.0  # seconds that a toast stays which has more than one sentence


class _Left(Exception):
    """Nobody waits for it any more."""


class ExportActions(Screen[None]):
    """The part of the main screen that exports."""

    capture: Path
    sessions: Sessions
    selected: int | None

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "export", "Export", show=False, id="exchange.export",
                tooltip="Write this exchange, marked or listed ones to a file: .har, .mitm, .md, .curl ..."),
    ]  # fmt: skip

    _export_places: ClassVar[
        list[str]
    ] = []  # that were written to since the app was started, the last one last

    @property
    def called(self) -> str:
        """What is shown, by the name that a person knows, without a suffix."""
        return self.capture.stem

    def action_export(self) -> None:
        """Ask which ones, where there is a choice, and where to."""
        choices = self._export_choices()
        if len(choices) == 1:
            self._ask_export_place(*choices.values())
        elif choices:

            def chosen(name: str | None) -> None:
                if name is not None:
                    self._ask_export_place(choices[name])

            labels = {name: _label(name, numbers) for name, numbers in choices.items()}
            self.app.push_screen(MenuScreen("Export", labels), chosen)

    def _export_choices(self) -> dict[str, list[int]]:
        """Numbers in order of start; what would be the same as one before is no choice."""
        exchanges = sorted(self.sessions.exchanges.values(), key=lambda one: (one.started, one.id))
        listed = [exchange.id for exchange in exchanges if self.sessions.is_shown(exchange.id)]
        found = {
            "this": [] if self.selected is None else [self.selected],
            "marked": [exchange.id for exchange in exchanges if exchange.marked],
            "listed" if len(listed) < len(exchanges) else "all": listed,
        }
        different: dict[str, list[int]] = {}
        for name, numbers in found.items():
            if numbers and numbers not in different.values():
                different[name] = numbers
        return different

    def _ask_export_place(self, numbers: Sequence[int]) -> None:
        which = f"-{numbers[0]}" if len(numbers) == 1 else ""

        def write(place: str | None) -> None:
            if place and place.strip():
                self._export_places[:] = [*(each for each in self._export_places if each != place), place]
                self._export(numbers, Path(place.strip()).expanduser())

        words = f"export {_label('', numbers)} to"
        suggested = f"{self.called}{which}.md"
        line = LineScreen(
            words,
            suggested,
            hint=_SUFFIXES,
            earlier=self._export_places,
            on_change=lambda place: line.say(_what(place, len(numbers))),
            chosen=len(suggested) - len(Path(suggested).suffix) + 1,
        )
        self.app.push_screen(line, write)

    def _export(self, numbers: Sequence[int], place: Path) -> None:
        suffix = format_of(place)
        if suffix is None:
            self._tell_exported(f"The name of the file says which format: {_SUFFIXES}.", good=False)
            return

        def work() -> None:
            worker = get_current_worker()
            try:
                with closing(Reader(self.capture)) as reader:
                    written = to_file(reader, Order(numbers, suffix), place, lambda *_: _go_on(worker))
            except (Unfit, Refused, CaptureError) as error:
                self._tell_exported_later(worker, f"{str(error).rstrip('.')}.", good=False)
            except OSError as error:
                self._tell_exported_later(worker, f"{place} cannot be written: {error.strerror}.", good=False)
            except _Left:
                pass  # nothing is left behind either
            else:
                self._tell_exported_later(worker, _told(written, place), good=True)

        self.run_worker(work, thread=True, group="export", exclusive=True, name="export")

    def _tell_exported_later(self, worker: Worker[None], words: str, *, good: bool) -> None:
        if not worker.is_cancelled:
            self.app.call_from_thread(self._tell_exported, words, good=good)

    def _tell_exported(self, words: str, *, good: bool) -> None:
        self.notify(
            clean(words),
            title="Exported" if good else "Not exported",
            severity="information" if good else "error",
            timeout=_LONG,
            markup=False,
        )


def _what(place: str, count: int) -> str:
    """What a file of this name will be, if it has room for so many; the formats, where it says none."""
    suffix = format_of(Path(place.strip()))
    if suffix is None:
        return _SUFFIXES
    return WHAT[suffix] if count == 1 or exporter(suffix).many else "holds one exchange only"


def _go_on(worker: Worker[None]) -> None:
    if worker.is_cancelled:
        raise _Left


def _label(name: str, numbers: Sequence[int]) -> str:
    """What a choice is, in words."""
    if len(numbers) == 1:
        which = f"exchange {numbers[0]}"
        return f"{which}, which is marked" if name == "marked" else which
    also = {"marked": " that are marked", "listed": " in the list", "all": ", all of the capture"}
    return f"{counted(len(numbers), 'exchange')}{also.get(name, '')}"


def _told(written: Written, place: Path) -> str:
    words = f"{counted(written.exchanges, 'exchange')} to {place.absolute()} ({size(written.size)})."
    return " ".join([words, *written.remarks[:3]])
