"""A stream of events in our hands: cut where one ends and the next begins, so that a single one can wait.

The pieces are the bytes that came, all of them: only what somebody decides to change is other than it was.
Where the stream comes to us in the middle of an event, what is left of that one passes first.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Sequence
from typing import Protocol

from inspector.capture.model import Headers, Leg, Message
from inspector.protocol import sse
from inspector.protocol.json_text import parse_object
from inspector.proxy.holds.upstream_leg import UpstreamLeg
from inspector.proxy.passage import Passage
from inspector.proxy.stream_owner import OwnedResponse

_BLOCK_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_CREATED = "response.created"


class EventBytes(bytes):
    """The bytes of one event, and the event."""

    event: sse.ServerSentEvent
    number: int  # in the stream, from 1 on, of those that we saw

    @property
    def kind(self) -> str:
        """Its type: as its name says, else its data."""
        if self.event.event:
            return self.event.event
        kind = (parse_object(self.event.data) or {}).get("type")
        return kind if isinstance(kind, str) else "message"


class Plain:
    """Upstream's own stream, passed on as it comes."""

    finished = finishing = mends = False

    def __init__(self, upstream: UpstreamLeg) -> None:
        self._upstream = upstream

    def opening(self) -> Sequence[bytes]:
        """Everything comes from upstream."""
        return ()

    def past(self, data: bytes) -> Sequence[bytes]:
        """What came."""
        self._upstream.add(data)
        return (data,) if data else ()

    def broke_off(self, _message: str) -> Sequence[bytes]:
        """The client is to see it."""
        self._upstream.add(b"")
        return ()

    def wait_for(self, _piece: bytes) -> None:
        """Nothing waits."""


class Gate(Protocol):
    """Who decides which event waits."""

    def may_hold(self, stream: HeldStream, piece: EventBytes) -> bool:
        """Whether some rule could mean it."""

    async def passed(self, stream: HeldStream, piece: EventBytes) -> bytes:
        """What is sent in its place, maybe much later; does not raise."""


class HeldStream:
    """The client's stream: what `source` gives, cut into events, each of which `gate` may hold.

    It records what the client gets when it gets it.
    """

    def __init__(
        self, gate: Gate, source: OwnedResponse, passage: Passage, headers: Headers, status: int
    ) -> None:
        self.source = source
        self.passage = passage
        self.started: dict[str, object] | None = None  # the Response, as the stream began it
        self.last_sent = time.time()  # Unix time
        self._gate = gate
        self._head = Message(headers, b"", status)
        self._decoder = sse.Decoder()
        self._buffer = bytearray()
        self._cut = 0  # of the buffer's first byte, in the decoder's stream
        self._between = not passage.handle.size(Leg.RESPONSE) or _ends_a_block(passage)
        self._over = False
        self._count = 0

    @property
    def passed(self) -> int:
        """Bytes that have gone to the client."""
        return self.passage.handle.size(Leg.RESPONSE)

    @property
    def finished(self) -> bool:
        """Whether the client needs nothing more."""
        return self._over or self.source.finished

    @property
    def finishing(self) -> bool:
        """Whether only the end of it is missing."""
        return self.source.finishing and not self._over

    @property
    def mends(self) -> bool:
        """As the source has it."""
        return self._over or self.source.mends

    def opening(self) -> Sequence[bytes]:
        """What the source opens with."""
        return self._pieces(self.source.opening())

    def past(self, data: bytes) -> Sequence[bytes]:
        """Bytes from upstream: the events that they complete."""
        pieces = self._pieces(self.source.past(data))
        return pieces if data else [*pieces, *self._rest()]

    def broke_off(self, message: str) -> Sequence[bytes]:
        """Upstream is gone: what there is of an unfinished event passes too."""
        last = self._pieces(self.source.broke_off(message))
        return [*last, *self._rest()]

    def wait_for(self, piece: bytes) -> Awaitable[bytes] | bytes | None:
        """None for what passes."""
        if self._over:
            return b""
        if isinstance(piece, EventBytes) and self._gate.may_hold(self, piece):
            return self._gate.passed(self, piece)
        self.sent(piece)
        return None

    def sent(self, data: bytes) -> bytes:
        """These bytes go to the client now."""
        self.last_sent = time.time()
        self.passage.streamed = True
        self.passage.chunk(Leg.RESPONSE, data)
        return data

    def end_with(self, data: bytes) -> bytes:
        """These are the last that go to the client."""
        self._over = True
        return self.sent(data)

    def message(self, piece: bytes) -> Message:
        """The response as if it were that piece alone."""
        return Message(self._head.headers, piece, self._head.status)

    def _pieces(self, given: Sequence[bytes]) -> list[bytes]:
        pieces: list[bytes] = []
        for data in given:
            if not self._between:
                passing, data = self._up_to_the_next(data)
                pieces += [passing] if passing else []
            if data:
                self._buffer += data
                pieces += map(self._event, self._decoder.feed(data))
        return pieces

    def _up_to_the_next(self, data: bytes) -> tuple[bytes, bytes]:
        """What is left of an event that we have not seen begin, and the rest."""
        found = _BLOCK_END.search(data)
        if found is None:
            return data, b""
        self._between = True
        return data[: found.end()], data[found.end() :]

    def _event(self, event: sse.ServerSentEvent) -> EventBytes:
        size = event.end - self._cut
        piece = EventBytes(self._buffer[:size])
        del self._buffer[:size]
        self._cut = event.end
        piece.event = event
        self._count += event.has_data
        piece.number = self._count
        if self.started is None and _CREATED in (event.event, piece.kind):
            started = (parse_object(event.data) or {}).get("response")
            self.started = started if isinstance(started, dict) else {}
        return piece

    def _rest(self) -> list[bytes]:
        """What no blank line has ended: it is no event, and passes."""
        rest = bytes(self._buffer)
        self._cut += len(rest)
        self._buffer.clear()
        return [rest] if rest else []


def _ends_a_block(passage: Passage) -> bool:
    """Whether the last bytes that passed ended an event, as far as they are still at hand."""
    burst = passage.handle.bursts.get(Leg.RESPONSE)
    return burst is not None and b"".join(burst.pieces[-4:]).endswith(_ENDS)
