"""An exchange while it is being written: what the caller holds, and what the writer knows of it."""

from __future__ import annotations

from inspector.capture.model import Leg


class Handle:
    """An exchange being written. `id` is its number in the capture, None until its first commit."""

    __slots__ = ("counts", "file", "id", "lost", "sizes", "started")

    def __init__(self, started: float) -> None:
        self.id: int | None = None
        self.started = started  # monotonic seconds
        self.counts: dict[Leg, int] = {}  # chunks handed over
        self.sizes: dict[Leg, int] = {}  # bytes handed over
        self.lost = False  # the backlog was full: nothing more of it is written
        self.file: object = None  # the open file that `id` belongs to
