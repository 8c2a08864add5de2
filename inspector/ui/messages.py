"""What the threads tell the screen. Each is only a bell: what there is to know waits in a mailbox."""

from __future__ import annotations

from textual.message import Message


class CaptureGrew(Message):
    """The capture changed, or what is known about its proxy."""

    def can_replace(self, message: Message) -> bool:
        """One is as good as many."""
        return isinstance(message, CaptureGrew)


class ExchangeRead(Message):
    """The selected exchange was read, or more of it came in."""

    def can_replace(self, message: Message) -> bool:
        """One is as good as many."""
        return isinstance(message, ExchangeRead)


class FilterSearched(Message):
    """A search for what fits the filter has found something, or come further."""

    def can_replace(self, message: Message) -> bool:
        """One is as good as many."""
        return isinstance(message, FilterSearched)


class RequestCompared(Message):
    """What the selected request repeats of the one before it is known."""

    def can_replace(self, message: Message) -> bool:
        """One is as good as many."""
        return isinstance(message, RequestCompared)
