"""The client of stream.py: one request on one raw socket, as little work as possible while it lasts."""

from __future__ import annotations

import gc
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

PATIENCE = 60.0  # seconds without a byte
END = b"0\r\n\r\n"  # of a chunked body; no event of ours has it inside

_BODY = b'{"model":"bench","input":"go","stream":true,"store":false}'


@dataclass(frozen=True, slots=True)
class Streamed:
    """One stream as it arrived: for each event the nanoseconds when it left and when it was here."""

    left: list[int]
    here: list[int]

    @property
    def latencies(self) -> list[float]:
        """Milliseconds on the way, of each event."""
        return [(here - left) / 1e6 for left, here in zip(self.left, self.here, strict=True)]

    @property
    def rate(self) -> float:
        """Events a second, from the first one's departure to the last one's arrival."""
        return len(self.left) / ((self.here[-1] - self.left[0]) / 1e9)


def ask(port: int, path: str, *, events: int, rate: float) -> Streamed:
    """Asks for so many events at so many a second (0: as fast as possible), and reads them all."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(_BODY)}\r\nx-bench-events: {events}\r\nx-bench-rate: {rate}\r\n\r\n"
    )
    reads: list[tuple[int, bytes]] = []
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(head.encode() + _BODY)
        gc.disable()
        try:
            while True:
                data = connection.recv(2**18)
                reads.append((time.monotonic_ns(), data))
                if not data or data.endswith(END):
                    break
        finally:
            gc.enable()
    streamed = _matched(reads)
    if len(streamed.left) < 0.98 * events:  # where a proxy cuts through a stamp, that one is not found
        start = b"".join(data for _, data in reads)[:300]
        raise SystemExit(f"{len(streamed.left)} of {events} events came through; the answer began {start!r}")
    return streamed


def _matched(reads: list[tuple[int, bytes]]) -> Streamed:
    streamed = Streamed([], [])
    ends = iter(reads)
    here, data = next(ends)
    size = len(data)
    for end, left in _stamps(b"".join(data for _, data in reads)):
        while size < end:
            here, data = next(ends)
            size += len(data)
        streamed.left.append(left)
        streamed.here.append(here)
    return streamed


def _stamps(data: bytes) -> Iterator[tuple[int, int]]:
    """(end offset, nanoseconds) of every stamp, first appearances only: a bridge's last events repeat the
    whole text.
    """
    latest = 0
    at = data.find(b"@")
    while at >= 0:
        digits = data[at + 1 : at + 21]
        if digits.isdigit() and data[at + 21 : at + 22] == b"@":
            if int(digits) > latest:
                latest = int(digits)
                yield at + 22, latest
            at = data.find(b"@", at + 22)
        else:
            at = data.find(b"@", at + 1)
