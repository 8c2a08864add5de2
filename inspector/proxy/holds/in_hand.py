"""What is in our hands of one flow that is held, or whose stream could be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mitmproxy.http import HTTPFlow, Response

from inspector.capture.encodings import encodings
from inspector.capture.held.values import has_body
from inspector.capture.model import Leg
from inspector.proxy.bridged_stream import BridgedStream
from inspector.proxy.holds.held_stream import Gate, HeldStream, Plain
from inspector.proxy.holds.replaced import Replaced
from inspector.proxy.holds.upstream_leg import UpstreamLeg
from inspector.proxy.holds.waiting import Waiting
from inspector.proxy.passage import Passage, plain
from inspector.proxy.stream_owner import OwnedResponse


@dataclass(slots=True, eq=False)
class InHand:
    """`source` makes the stream (None: upstream), `own` gives it to another owner while it runs."""

    flow: HTTPFlow
    passage: Passage
    waiting: Waiting | None = None  # what is held now
    source: OwnedResponse | None = None
    own: Callable[[OwnedResponse], bool] | None = None
    stream: HeldStream | None = None
    replaced: Replaced | None = None
    upstream: UpstreamLeg | None = None

    def upstream_leg(self) -> UpstreamLeg:
        """What upstream sends, as the response stands now."""
        response = self.flow.response
        assert response is not None
        if self.upstream is None:
            passed = self.passage.handle.size(Leg.RESPONSE)
            self.upstream = UpstreamLeg(self.passage, plain(response.headers), response.status_code, passed)
        return self.upstream

    def take(self, gate: Gate) -> HeldStream | None:
        """The stream, cut into events that `gate` may hold; None for what cannot be: no events, or packed."""
        response = self.flow.response
        assert response is not None
        headers = plain(response.headers)
        if not is_event_stream(response) or "content-length" in response.headers:
            return None
        if isinstance(self.source, BridgedStream):
            self.source.records = False  # the stream does, which knows when it is sent
        source = self.source or Plain(self.upstream_leg())
        self.stream = HeldStream(gate, source, self.passage, headers, response.status_code)
        return self.stream

    @property
    def also(self) -> Callable[[bytes], object] | None:
        """Who is told what upstream sends while it passes, besides the recorder of the client's leg."""
        return None if self.upstream is None else self.upstream.add

    def end(self) -> None:
        """The response is complete, and where it has no body for a stream nothing of it was sent yet."""
        if self.replaced is not None and not self.replaced.opened and self.flow.response is not None:
            self.replaced.opened = True
            if has_body(self.flow.response.status_code):
                self.flow.response.content = self.replaced.body
        if self.upstream is not None:
            self.upstream.end()


def is_event_stream(response: Response) -> bool:
    """Whether its events can be told apart as they pass: packed ones cannot."""
    kind = response.headers.get("content-type", "").lower()
    return "event-stream" in kind and not encodings(plain(response.headers))
