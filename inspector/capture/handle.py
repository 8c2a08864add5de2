"""An exchange while it is being written: what the caller holds, and what the writer knows of it."""

from __future__ import annotations

from inspector.capture.model import Leg


class Run:
    """Chunks of a leg that one commit writes: (monotonic time, bytes) each, numbered from `n` on."""

    __slots__ = ("chunks", "leg", "n", "size")

    def __init__(self, leg: Leg, n: int) -> None:
        self.leg = leg
        self.n = n
        self.size = 0  # bytes
        self.chunks: list[tuple[float, bytes]] = []


class Handle:
    """An exchange being written. `id` is its number in the capture, None until its first commit."""

    __slots__ = ("counts", "file", "id", "lost", "runs", "sizes", "started")

    def __init__(self, started: float) -> None:
        self.id: int | None = None
        self.started = started  # monotonic seconds
        self.counts: dict[Leg, int] = {}  # chunks handed over
        self.sizes: dict[Leg, int] = {}  # bytes handed over
        self.runs: dict[Leg, Run] = {}  # which the writer has not taken yet: the next chunk joins
        self.lost = False  # the backlog was full: nothing more of it is written
        self.file: object = None  # the open file that `id` belongs to

    def since(self, at: float) -> float:
        """Seconds after the start, of a monotonic time."""
        return max(0.0, round(at - self.started, 6))
