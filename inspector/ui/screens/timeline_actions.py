"""The key that shows where the time and the tokens of a session went."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.capture.events import response_events
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.ui.screens.list_actions import ListActions
from inspector.ui.screens.timeline import TimelineScreen
from inspector.ui.view.text import clean
from inspector.ui.view.timeline.session import same_session


class TimelineActions(ListActions):
    """The list, and the timeline of a session of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "timeline", "Timeline", id="timeline.open",
                tooltip="Where the time and the tokens of this session went"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.timeline: TimelineScreen | None = None

    def take_exchanges(self, changed: Collection[Exchange]) -> None:
        """What comes into the list comes into the timeline as well."""
        super().take_exchanges(changed)
        if self.timeline is not None:
            self.timeline.take(changed)

    def action_timeline(self) -> None:
        """Show the session of the selected exchange."""
        selected = None if self.selected is None else self.sessions.exchanges.get(self.selected)
        if selected is None or self.timeline is not None:
            return
        title, turns = self.sessions.titles(selected.id)
        self.timeline = TimelineScreen(
            title or clean(selected.session or selected.client or "no session"),
            self.sessions.exchanges.values(),
            belongs=same_session(selected),
            turn_titles=turns,
            selected=selected.id if selected.parent is None else selected.parent,
            wanted=self._read_moments,
            now=self.sessions.now,
        )
        self.app.push_screen(self.timeline, self._back)

    def _back(self, chosen: int | None) -> None:
        self.timeline = None
        if chosen is not None:
            if not self.sessions.is_shown(chosen):
                self.unfilter()
            self.select(chosen, by_person=True)

    def _read_moments(self, exchange_id: int) -> None:
        self.run_worker(
            partial(self._moments, exchange_id), thread=True, exclusive=True, group="moments", name="moments"
        )

    def _moments(self, exchange_id: int) -> None:
        """In a thread: when the events of an exchange came."""
        try:
            with closing(Reader(self.capture)) as reader:
                events = response_events(reader.detail(exchange_id))
        except (CaptureError, KeyError):
            return  # the thread that follows the capture tells about it
        self.app.call_from_thread(self._show_moments, exchange_id, [event.at for event in events])

    def _show_moments(self, exchange_id: int, moments: list[float]) -> None:
        if self.timeline is not None:
            self.timeline.show_events(exchange_id, moments)
