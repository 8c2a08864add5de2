"""A WebSocket of the simulator, once HTTP has agreed on it: bytes of the connection to messages, and back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.extensions import Extension, PerMessageDeflate
from wsproto.handshake import server_extensions_handshake
from wsproto.utilities import RemoteProtocolError, generate_accept_token, split_comma_header

from inspector.simulator.script import Headers, Received

MAX_MESSAGE = 64 << 20  # bytes, unpacked; of all that wait, too
_SLICE = 1 << 12  # bytes that are unpacked at once, to a thousand times as many at most


def wanted(received: Received) -> bool:
    """Whether a request asks for a WebSocket in a form that we can agree to."""
    return (received.header("upgrade") or "").lower() == "websocket" and bool(
        received.header("sec-websocket-key")
    )


class WebSocket:
    """The server's side. `messages`: what the client said and nobody has read, texts as UTF-8."""

    def __init__(self, received: Received, send: Callable[[bytes], object]) -> None:
        """`received` asked for it; `send` is given what goes out, control frames too."""
        offered = split_comma_header((received.header("sec-websocket-extensions") or "").encode("latin-1"))
        supported: list[Extension] = [PerMessageDeflate()]
        agreed = server_extensions_handshake(offered, supported)
        self._token = generate_accept_token((received.header("sec-websocket-key") or "").encode("latin-1"))
        self._agreed = agreed
        self._frames = Connection(ConnectionType.SERVER, supported if agreed else [])
        self._send = send
        self._begun = bytearray()
        self.held = 0  # bytes of what has come and was not taken
        self.messages: deque[bytes] = deque()
        self.closed = False

    @property
    def headers(self) -> Headers:
        """Those of the answer that agrees."""
        told = (
            ("upgrade", "websocket"),
            ("connection", "Upgrade"),
            ("sec-websocket-accept", self._token.decode("latin-1")),
        )
        if self._agreed is None:
            return told
        return (*told, ("sec-websocket-extensions", self._agreed.decode("latin-1")))

    def receive(self, data: bytes) -> None:
        """Bytes of the client. Those that are no WebSocket's close it; nothing after the end counts."""
        for start in range(0, len(data), _SLICE):
            if self.closed:
                return
            self._receive(data[start : start + _SLICE])

    def _receive(self, data: bytes) -> None:
        try:
            self._frames.receive_data(data)
            for event in self._frames.events():
                self._hear(event)
                if self.closed:
                    return
        except RemoteProtocolError as error:
            self.closed = True
            if error.event_hint is not None:
                self._send(self._frames.send(error.event_hint))

    def take(self) -> bytes:
        """The oldest message that waits."""
        message = self.messages.popleft()
        self.held -= len(message)
        return message

    def send(self, text: bytes) -> None:
        """A text message."""
        self._send(self._frames.send(TextMessage(data=text.decode("utf-8"))))

    def close(self, code: int, reason: str) -> None:
        """Says that nothing more comes."""
        self.closed = True
        self._send(self._frames.send(CloseConnection(code, reason)))

    def _hear(self, event: Event) -> None:
        if isinstance(event, TextMessage | BytesMessage):
            piece = event.data.encode() if isinstance(event.data, str) else event.data
            self._begun += piece
            self.held += len(piece)
            if self.held > MAX_MESSAGE:
                self.close(1009, "message too big")
            elif event.message_finished:
                self.messages.append(bytes(self._begun))
                self._begun.clear()
        elif isinstance(event, Ping):
            self._send(self._frames.send(event.response()))
        elif isinstance(event, CloseConnection):
            if not self.closed:
                self._send(self._frames.send(event.response()))
            self.closed = True
