"""An exchange while it is being written: what the caller holds, and what the writer knows of it."""

from __future__ import annotations

from inspector.capture.model import Leg

ROOM = 2**18  # of a burst, in bytes
_EACH = 64  # what a chunk takes of it besides


class Burst:
    """Chunks of a leg that one commit writes, numbered from `n` on; before them the leg had `start` bytes."""

    __slots__ = ("leg", "n", "pieces", "room", "start", "times")

    def __init__(self, leg: Leg, before: Burst | None) -> None:
        """`before` is the leg's last one."""
        self.leg = leg
        self.n: int = 0 if before is None else before.n + len(before.times)
        self.start: int = 0 if before is None else before.end
        self.room = ROOM  # none left: nothing joins any more
        self.times: list[float] = []  # monotonic
        self.pieces: list[bytes] = []

    def join(self, at: float, data: bytes) -> None:
        """One more chunk."""
        self.times.append(at)
        self.pieces.append(data)
        self.room -= len(data) + _EACH

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, self.pieces))

    @property
    def end(self) -> int:
        """How many bytes the leg has with them."""
        return self.start + self.size


class Handle:
    """An exchange being written. `id` is its number in the capture, None until its first commit."""

    __slots__ = ("bursts", "file", "id", "lost", "started")

    def __init__(self, started: float) -> None:
        self.id: int | None = None
        self.started = started  # monotonic seconds
        self.bursts: dict[Leg, Burst] = {}  # the last one of each leg
        self.lost = False  # the backlog was full: nothing more of it is written
        self.file: object = None  # the open file that `id` belongs to

    def since(self, at: float) -> float:
        """Seconds after the start, of a monotonic time."""
        return max(0.0, round(at - self.started, 6))

    def size(self, leg: Leg) -> int:
        """Bytes of a leg that were handed over."""
        return self.bursts[leg].end if leg in self.bursts else 0

    def count(self, leg: Leg) -> int:
        """Chunks of a leg that were handed over."""
        burst = self.bursts.get(leg)
        return burst.n + len(burst.times) if burst is not None else 0

    def part(self) -> None:
        """What comes from now on is written by a later piece than what came before."""
        for burst in self.bursts.values():
            burst.room = 0

    def lose(self) -> None:
        """Nothing more of it is written."""
        self.lost = True
        self.part()
