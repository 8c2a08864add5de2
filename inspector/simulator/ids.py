"""Identifiers of responses, items and requests: made up, and the same for the same seed."""

from __future__ import annotations

import hashlib


class Ids:
    """Identifiers that look like Azure's and are the same for the same seed, so that runs can be compared."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._count = 0

    def hex(self, length: int) -> str:
        """The next `length` (up to 128) hexadecimal digits."""
        self._count += 1
        return hashlib.blake2b(self._seed + self._count.to_bytes(8, "big")).hexdigest()[:length]

    def new(self, prefix: str, length: int = 48) -> str:
        """`resp_` and the like, with digits behind."""
        return f"{prefix}{self.hex(length)}"

    def uuid(self) -> str:
        """The form of request ids."""
        digits = self.hex(32)
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
