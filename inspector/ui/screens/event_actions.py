"""What keys do with an event stream: step through it, play it, filter it, flip to the other one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from inspector.ui.widgets.exchange_panes import ExchangePanes


class EventActions(Screen[None]):
    """The part of the main screen that acts on events."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "upstream", "Upstream", show=False, id="events.upstream",
                tooltip="Responses events, or the chat chunks behind them"),
        Binding("left_square_bracket", "event(-1)", "Event back", show=False, id="events.back",
                tooltip="To the event before"),
        Binding("right_square_bracket", "event(1)", "Event on", show=False, id="events.on",
                tooltip="To the next event"),
    ]  # fmt: skip

    @property
    def panes(self) -> ExchangePanes:
        """The panes of the selected exchange."""
        return self.query_one(ExchangePanes)

    def action_event(self, by: int) -> None:
        """To the event before or after, wherever the keys go."""
        self.panes.pane("events").list.step(by)

    def action_upstream(self) -> None:
        """Flip the third pane between the streams of the exchange."""
        if not self.panes.flip_stream():
            self.notify("There is one stream only: nothing was translated in between.", markup=False)
