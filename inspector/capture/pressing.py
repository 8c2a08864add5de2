"""Bodies packed one after the other: which is the last of each chain is remembered, not looked up.

In a file whose rows were there before their bodies, as an import's are, a look for the last body would pass
all the rows that have none yet.
"""

from __future__ import annotations

from collections import OrderedDict

from inspector.capture.batch import Batch
from inspector.capture.chain import BodyCache, Chain, Link
from inspector.capture.model import Leg

_CACHE = 2**25  # bytes of bodies that are kept to compress others against
_CHAINS = 4096


class Press:
    """Packs bodies into a capture."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._cache = BodyCache(_CACHE)
        self._chain = Chain(batch.connection, self._cache)
        (self._before,) = batch.one("SELECT coalesce(max(id), 0) FROM exchanges")  # what others wrote
        self._last: OrderedDict[tuple[str, str, Leg], Link | None] = OrderedDict()

    def pack(self, session: str | None, operation: str, leg: Leg, data: bytes) -> int | None:
        """The number of the packed body; None for an empty one. In a transaction of the batch."""
        if not data:
            return None
        chain = None if session is None else (session, operation, leg)
        base, depth, frame = self._chain.press_after(self._link(chain), data)
        number = self._batch.insert(
            "bodies", {"base": base, "depth": depth, "size": len(data), "data": frame}
        )
        self._cache.put(number, data)
        if chain is not None:
            self._last[chain] = (number, depth, len(data))
            self._last.move_to_end(chain)
            if len(self._last) > _CHAINS:
                self._last.popitem(last=False)
        return number

    def forget(self) -> None:
        """What was written last was taken back: nothing may be packed against it, nor its number be trusted.

        The chains begin anew.
        """
        self._cache = BodyCache(_CACHE)
        self._chain = Chain(self._batch.connection, self._cache)
        self._last.clear()
        self._before = 0

    def _link(self, chain: tuple[str, str, Leg] | None) -> Link | None:
        if chain is None:
            return None
        if chain not in self._last and self._before:
            self._last[chain] = self._chain.last(*chain, self._before)
        return self._last.get(chain)
