"""A response as the service keeps it: whole, or coming to be in the background while nobody waits.

```
 queued ──► in_progress ──► completed, failed, incomplete
    └────────────┴── cancel ──► cancelled
```

How far a background response has come: by the clock, where the story answers at a pace; else each time that
somebody looks brings it one state on, so that tests need no time. Streams of one that is cancelled end there,
without an event that says so: the API has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.simulator.script import Gate, Send, Step, Wait

Json = dict[str, Any]
TimedEvents = list[tuple[float, Json]]

_STARTED = 3  # created, queued, in_progress
_UNDER_WAY = ("queued", "in_progress")


class Kept:
    """One stored response. `events` have the seconds after which each of them comes."""

    def __init__(
        self,
        events: TimedEvents,
        input_items: list[Json],
        *,
        background: bool,
        streamed: bool,
        now: Callable[[], float],
    ) -> None:
        self.input_items = input_items
        self.background = background
        self.streamed = streamed
        self._events = events
        self._now = now
        self._began = now()
        self._looks = 0
        self._cancelled = False
        self._ended = Gate()  # for those that are streamed to

    def look(self) -> None:
        """Somebody asks how far it is."""
        self._looks += 1

    @property
    def response(self) -> Json:
        """The response as it is by now."""
        told = [event["response"] for _, event in self._come() if isinstance(event.get("response"), dict)]
        return {**told[-1], "status": "cancelled"} if self._cancelled else dict(told[-1])

    @property
    def output(self) -> list[Json]:
        """What it has said."""
        return list(self.response.get("output") or ())

    def cancel(self) -> bool:
        """Ends it; False where it has ended already, by itself."""
        if self._cancelled:
            return True
        if self.response.get("status") not in _UNDER_WAY:
            return False
        self._events = self._come()
        self._cancelled = True
        self._ended.open()
        return True

    def stream(self, after: int, encode: Callable[[Json], bytes]) -> tuple[Step, ...]:
        """The events with a number greater than `after`: those that have come at once, the others in time."""
        self._looks += 2
        passed = self._now() - self._began
        steps: list[Step] = []
        for at, event in self._events:
            if at > passed:
                steps.append(Wait(at - passed, self._ended))
                passed = at
            if event["sequence_number"] > after:
                steps.append(Send(encode(event)))
        return tuple(steps)

    def _come(self) -> TimedEvents:
        if not self.background or self._cancelled:
            return self._events
        if self._events[-1][0] > 0:
            passed = self._now() - self._began
            return [timed for n, timed in enumerate(self._events) if timed[0] <= passed or n < 2]
        return self._events[: (2, _STARTED)[self._looks]] if self._looks < 2 else self._events


def in_background(events: TimedEvents) -> TimedEvents:
    """The events of a response that waits in a queue first."""
    queued: TimedEvents = []
    for at, event in events:
        if event["type"] == "response.created":
            waiting = {**event["response"], "status": "queued"}
            # Nobody has to wait for these two: they are the answer to creating it.
            queued += [(0.0, {**event, "response": waiting}),
                       (0.0, {**event, "type": "response.queued", "response": waiting})]  # fmt: skip
        else:
            queued.append((at, event))
    return [(at, {**event, "sequence_number": n}) for n, (at, event) in enumerate(queued)]
