"""Where one stands in a stream: at its end, held at an event, or going through it at some speed.

    state     seek        play                 pause   the clock                     end
    END       HELD        PLAYING from start   END     -                             END
    HELD      HELD        PLAYING              HELD    -                             END
    PLAYING   HELD        PLAYING              HELD    next event when it is due;    END
                                                       after the last: END

The clock and the times of the events are passed in; nothing here waits. Events without times of their own
are played `spacing` seconds apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from inspector.capture.events import TimedEvent

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0, 100.0)


class Playback:
    """`at` is the number of the event one stands at, None for the end, which may still be growing."""

    def __init__(self) -> None:
        self.at: int | None = None
        self.speed = 1.0
        self.spacing: float | None = None  # None: as the events came
        self._since: tuple[float, float] | None = None  # the clock, and the stream's time, when it began

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self._since is not None

    def seek(self, number: int) -> None:
        """Stand at that event."""
        self.at = max(0, number)
        self._since = None

    def end(self) -> None:
        """To the end, and stay there."""
        self.at = self._since = None

    def pause(self) -> None:
        """Stay where it is."""
        self._since = None

    def play(self, events: Sequence[TimedEvent], clock: float) -> None:
        """Go on from here, from the end at the beginning."""
        if events:
            self.at = 0 if self.at is None else min(self.at, len(events) - 1)
            self._since = (clock, self._moment(events, self.at))

    def advance(self, events: Sequence[TimedEvent], clock: float) -> bool:
        """To the event that is due at this time of the clock; whether that is another than before."""
        if self._since is None or self.at is None:
            return False
        before = self.at
        numbers = range(len(events))
        due = bisect_right(numbers, self._time(clock), lo=before, key=lambda n: self._moment(events, n)) - 1
        if due >= len(events) - 1:
            self.end()
        else:
            self.at = max(before, due)
        return self.at != before

    def change_speed(self, by: int, clock: float) -> None:
        """So many steps faster (1) or slower (-1)."""
        step = max(0, min(SPEEDS.index(self.speed) + by, len(SPEEDS) - 1))
        if self._since is not None:
            self._since = (clock, self._time(clock))
        self.speed = SPEEDS[step]

    def _moment(self, events: Sequence[TimedEvent], number: int) -> float:
        """The stream's time of an event."""
        return events[number].at if self.spacing is None else number * self.spacing

    def _time(self, clock: float) -> float:
        """The stream's time now."""
        assert self._since is not None
        began, start = self._since
        return start + (clock - began) * self.speed

    @property
    def mark(self) -> str:
        """`⏸`, or `▶` and how many times faster than it came: `▶ 5x`."""
        if not self.playing:
            return "⏸"
        return "▶" if self.speed == 1 else f"▶ {self.speed:g}x"
