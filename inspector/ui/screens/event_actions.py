"""What keys do with an event stream: step through it, play it, filter it, flip to the other one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from inspector.ui.exchange_watch import ExchangeWatch
from inspector.ui.messages import ExchangeRead
from inspector.ui.widgets.events_pane import EventsPane
from inspector.ui.widgets.exchange_panes import ExchangePanes

FRAME = 0.05  # seconds between two looks at the clock while a stream is played


class EventActions(Screen[None]):
    """The part of the main screen that acts on events."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "upstream", "Upstream", show=False, id="events.upstream",
                tooltip="Responses events, or the chat chunks behind them"),
        Binding("left_square_bracket", "event(-1)", "Event back", show=False, id="events.back",
                tooltip="To the event before, and the answer as it was then"),
        Binding("right_square_bracket", "event(1)", "Event on", show=False, id="events.on",
                tooltip="To the next event, and the answer as it was then"),
        Binding("space", "play", "Play", show=False, id="events.play",
                tooltip="Play the stream from here as it came, or pause"),
        Binding("less_than_sign", "speed(-1)", "Slower", show=False, id="events.slower",
                tooltip="Play more slowly"),
        Binding("greater_than_sign", "speed(1)", "Faster", show=False, id="events.faster",
                tooltip="Play faster"),
        Binding("w", "point(1)", "What is wrong", show=False, id="events.point-on",
                tooltip="To the next error, remark or gap"),
        Binding("W", "point(-1)", "What was wrong", show=False, id="events.point-back",
                tooltip="To such an event before"),
        Binding("L", "end", "To the end", show=False, id="events.end",
                tooltip="Back to the stream's end, which may be live"),
        Binding("T", "kinds", "Kinds of events", show=False, id="events.kinds",
                tooltip="Which events: all, no deltas, text, calls, remarks ..."),
    ]  # fmt: skip

    clock: Callable[[], float] = staticmethod(time.monotonic)
    _exchange_watch: ExchangeWatch
    _frames: Timer

    @property
    def panes(self) -> ExchangePanes:
        """The panes of the selected exchange."""
        return self.query_one(ExchangePanes)

    def on_mount(self) -> None:
        """The clock of what is played."""
        self._frames = self.set_interval(FRAME, self._frame, pause=True)

    def action_event(self, by: int) -> None:
        """To the event before or after, wherever the keys go."""
        self.panes.events.step(by)

    def action_play(self) -> None:
        """Play, or pause."""
        self.panes.events.toggle(self.clock())

    def action_speed(self, by: int) -> None:
        """Faster or slower."""
        events = self.panes.events
        events.playback.change_speed(by, self.clock())
        events.tell_state()
        self.notify(f"Speed {events.playback.speed:g}x.", markup=False, timeout=1)

    def action_point(self, by: int) -> None:
        """To the next or previous point that is worth a look."""
        if not self.panes.events.jump(by):
            self.notify("No error, remark or gap that way.", markup=False, timeout=2)

    def action_end(self) -> None:
        """Back to the end."""
        self.panes.events.to_end()

    def action_kinds(self) -> None:
        """Show other kinds of events."""
        self.panes.next_kinds()

    def _frame(self) -> None:
        self.panes.events.tick(self.clock())

    @on(EventsPane.Moved)
    def _stands_elsewhere(self) -> None:
        """Ask for the answer of that moment; look at the clock only while something is played."""
        events, view = self.panes.events, self.panes.view
        if events.playback.playing:
            self._frames.resume()
        else:
            self._frames.pause()
        place = events.responses_event
        if view is not None and place is not None:
            self._exchange_watch.want_moment(view.exchange.id, *place)
        self.panes.stand_elsewhere()

    @on(ExchangeRead)
    def _take_moment(self) -> None:
        """The answer of a moment that was asked for."""
        if (moment := self._exchange_watch.moments.take()) is not None:
            self.panes.show_moment(moment)

    def action_upstream(self) -> None:
        """Flip the third pane between the streams of the exchange."""
        if not self.panes.flip_stream():
            self.notify("There is one stream only: nothing was translated in between.", markup=False)
