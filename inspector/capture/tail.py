"""Following a capture that grows: what changed since one last looked."""

from __future__ import annotations

from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.protocol.progress import Progress, untold


class Tail:
    """Remembers how far a reader has been read. One Tail a reader: both ask it what changed."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._generation = reader.generation
        self._revision = 0
        self._living: frozenset[int] = frozenset()

    def glance(self, count: int) -> list[Exchange]:
        """The first exchanges, in order of start: before the first poll, which gives them again, with all.

        Nothing where these would be all there are, or nearly: a poll is as fast.
        """
        found = self._reader.earliest(2 * count)
        return found[:count] if len(found) == 2 * count else []

    def poll(self, progress: Progress = untold) -> list[Exchange]:
        """New and changed exchanges since the last poll, in order of start; the first poll gives all.

        A recorder that dies writes nothing: its open exchanges come out once more, as interrupted. When the
        reader has come to another file (see its `generation`), that one is told from its beginning.
        `progress` is told of exchanges.
        """
        found = {}
        living = self._reader.living()
        if self._generation != self._reader.generation:
            self._generation, self._revision, self._living = self._reader.generation, 0, living
        if self._living - living:
            found = {exchange.id: exchange for exchange in self._reader.open_exchanges()}
        self._living = living
        if self._reader.changed():
            for exchange in self._reader.exchanges(self._revision, progress):
                found[exchange.id] = exchange
                self._revision = max(self._revision, exchange.revision)
        return sorted(found.values(), key=lambda exchange: (exchange.started, exchange.id))
