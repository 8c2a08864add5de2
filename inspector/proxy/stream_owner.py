"""Who may own a streaming response, and what mitmproxy's layer (see stream_layer) asks of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from mitmproxy.http import HTTPFlow, Response


class OwnedResponse(Protocol):
    """A streaming response that one of us makes, ends or holds; mitmproxy asks, so no method may raise."""

    @property
    def finished(self) -> bool:
        """Whether the client needs nothing more."""

    @property
    def finishing(self) -> bool:
        """Whether the answer is there, and `past(b"")` can end it well although upstream has not ended."""

    @property
    def mends(self) -> bool:
        """Whether the client's response ends well when upstream's has broken off."""

    def opening(self) -> Sequence[bytes]:
        """The pieces for the client that wait for nothing from upstream; asked once."""

    def past(self, data: bytes) -> Sequence[bytes]:
        """Bytes from upstream, `b""` at their end: the pieces for the client."""

    def broke_off(self, message: str) -> Sequence[bytes]:
        """Upstream is gone in the middle: the client's last pieces."""

    def wait_for(self, piece: bytes) -> Awaitable[bytes] | bytes | None:
        """Asked before a piece is sent: None lets it pass, else what this or its wait gives is sent."""


class StreamOwner(Protocol):
    """Who knows flows; called from within mitmproxy's layers, so no method may raise."""

    def owned_response(self, flow: HTTPFlow, own: Callable[[OwnedResponse], bool]) -> OwnedResponse | None:
        """Who has this flow's streaming response; None leaves it to upstream and mitmproxy.

        `own` gives it to another one while it streams: between two pieces, in the event loop. False: it
        streams no more.
        """

    def client_left(self, flow: HTTPFlow) -> None:
        """The client has gone while a hook of the flow is awaited."""

    def too_much(self, flow: HTTPFlow) -> None:
        """More than stream_layer.MOST_BEHIND has come behind what waits."""

    def unanswered(self, flow: HTTPFlow) -> Response | None:
        """Upstream gives no answer (the flow's error says why): ours, or None to leave it to mitmproxy."""
