"""Which chat chunk became which Responses event: the two streams of an exchange, number by number.

A translator tells with each of its events where the chat event begins that produced it. What was sent is
matched with what the translator says now by its `sequence_number`, and only where the types agree as well.
Places only grow along a stream, so both directions are found by bisection.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inspector.capture.events import TimedEvent
from inspector.ui.view.streams import Stream


@dataclass(slots=True)
class Origins:
    """`chat` and `responses` are the streams that belong together."""

    chat: Stream
    responses: Stream
    _starts: array[int] = field(default_factory=lambda: array("q"))  # of each chat event, in bytes
    _made: array[int] = field(default_factory=lambda: array("q"))  # by sequence: its chat event's start
    _types: list[str] = field(default_factory=list)
    _sent: list[TimedEvent] = field(default_factory=list)  # by sequence: what was sent

    def take(self, records: Mapping[Stream, Iterable[TimedEvent]], made: Iterable[TimedEvent]) -> None:
        """What came since: the events of both streams, and what the translator makes of the chat stream."""
        self._starts.extend(event.offset for event in records.get(self.chat, ()))
        for event in made:
            self._made.append(event.offset)
            self._types.append(event.type)
        for event in records.get(self.responses, ()):
            if event.members.get("sequence_number") == len(self._sent):
                self._sent.append(event)

    def chat_of(self, event: TimedEvent) -> int | None:
        """The number of the chat event that produced a Responses event; None where nobody knows."""
        sequence = event.members.get("sequence_number")
        if type(sequence) is not int or not self._is_known(sequence) or self._sent[sequence].n != event.n:
            return None
        start = self._made[sequence]
        found = bisect_left(self._starts, start)
        return found if found < len(self._starts) and self._starts[found] == start else None

    def events_of(self, number: int) -> list[int]:
        """The numbers of the Responses events that a chat event produced."""
        if not 0 <= number < len(self._starts):
            return []
        start = self._starts[number]
        first = bisect_left(self._made, start)
        last = bisect_right(self._made, start, lo=first)
        return [self._sent[n].n for n in range(first, last) if self._is_known(n)]

    def by_then(self, number: int) -> int:
        """The number of the last Responses event produced by the chat events up to that one; -1 for none."""
        if not 0 <= number < len(self._starts):
            return -1
        last = min(bisect_right(self._made, self._starts[number]), len(self._sent)) - 1
        return self._sent[last].n if last >= 0 else -1

    def counterparts(self, stream: Stream, event: TimedEvent) -> list[int]:
        """The numbers of the events of the other stream that belong to an event of this one."""
        if stream is self.chat:
            return self.events_of(event.n)
        found = self.chat_of(event) if stream is self.responses else None
        return [] if found is None else [found]

    def words(self, stream: Stream, event: TimedEvent) -> str:
        """Where an event stands in its stream, and what it belongs to in the other."""
        if stream is self.chat:
            place = f"chunk {event.chunk + 1:,}, byte {event.offset:,}"
            found = self.events_of(event.n)
            if not found:
                return f"{place}: no event came of it"
            several = f"s {found[0] + 1:,} to {found[-1] + 1:,}" if len(found) > 1 else f" {found[0] + 1:,}"
            return f"{place} → event{several}"
        place = f"event {event.n + 1:,}"
        origin = self.chat_of(event)
        if origin is None:
            return f"{place}: no chat event that it came of"
        return f"{place} ← chat event {origin + 1:,} (byte {self._starts[origin]:,})"

    def _is_known(self, sequence: int) -> bool:
        return (
            0 <= sequence < min(len(self._sent), len(self._made))
            and self._sent[sequence].type == self._types[sequence]
        )
