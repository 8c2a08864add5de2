"""One HTTP/1.1 connection of the simulator: h11 keeps the rules of HTTP, this file plays the steps on time.

One task a connection; cancelling it is how "the client left" reaches any wait.
States and what moves between them:

    reading    -- request complete -->   answering
    reading    -- not HTTP, too big -->  400 or 413, closed
    answering  -- body ended -->         reading, if both sides keep the connection; else closed
    answering  -- Close, Reset step, or what is poured breaks off -->  closed
    answering  -- Switch step -->        a WebSocket: each message is asked and answered, until it is closed
    any        -- client leaves -->      closed; the running answer ends as CLIENT_GONE
    any        -- simulator stops -->    closed; the running answer ends as STOPPED
"""

from __future__ import annotations

import asyncio
import contextlib
import http
import socket
import struct
import time
from dataclasses import replace
from typing import cast

import h11

from inspector.simulator.record import End, Log, Sent
from inspector.simulator.script import (
    SOCKET,
    Answer,
    BrokenOff,
    Close,
    Gate,
    Handler,
    Head,
    HoldOpen,
    Later,
    Pour,
    Raw,
    Received,
    Reset,
    Send,
    Step,
    Switch,
    Until,
    Wait,
    WaitFor,
    whole_json,
)
from inspector.simulator.web_socket import WebSocket

MAX_HEAD = (
    1 << 20
)  # bytes of request line and headers, and of what a client may send ahead while an answer runs
MAX_BODY = 64 << 20
NO_LINGER = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST


class Connection(asyncio.Protocol):
    """Reads requests from one client and plays the handler's answers."""

    def __init__(self, number: int, handler: Handler, log: Log, open_connections: set[Connection]) -> None:
        self._number = number
        self._open = open_connections  # holds this one from connecting to closing
        self._handler = handler
        self._log = log
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._arrived = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._ahead = 0  # bytes that came in while nobody was reading
        self._socket: WebSocket | None = None  # what the connection has become
        self._sent: Sent | None = None  # the answer being played
        self._whole_at = 0.0  # when the request was whole, by the loop's clock
        self._broken = False  # raw bytes went out: the framing can no longer be trusted
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._open.add(self)
        self._task = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        if self._socket is None:
            self._http.receive_data(data)
        else:
            self._socket.receive(data)
        self._arrived.set()
        if self._sent is not None:
            self._ahead += len(data)
            if self._ahead > MAX_HEAD:
                self._transport.pause_reading()

    def eof_received(self) -> None:
        self._leave()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._leave()
        self._open.discard(self)
        self._closed.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # ends

    async def stop(self) -> None:
        """End whatever runs and wait until the socket is closed."""
        self._stopping = True
        self._leave()
        self._transport.abort()
        await self._closed.wait()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()

    # the exchange

    async def _serve(self) -> None:
        try:
            while await self._exchange():
                pass
        except h11.RemoteProtocolError as error:
            self._refuse(error.error_status_hint, str(error))
        except asyncio.CancelledError:
            self._interrupted()
            raise
        except Exception as failure:  # noqa: BLE001 - a broken script belongs to its test, not to asyncio's log
            self._log.failures.append(failure)
            self._end(End.CLOSED)
        finally:
            self._transport.close()

    async def _exchange(self) -> bool:
        """Read one request and answer it; False when the connection is at its end."""
        received = await self._read()
        if received is None:
            return False
        answer = self._begin(received)
        if answer.steps and isinstance(switch := answer.steps[0], Switch):
            await self._speak(received, answer, switch.handler)
            return False
        if answer.steps and isinstance(later := answer.steps[0], Later):
            answer = await later.answer
            if self._sent is not None:
                self._sent.status, self._sent.headers = answer.status, answer.headers
        await self._play(answer, bodiless=received.method == "HEAD")
        if self._broken or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        self._ahead = 0
        self._transport.resume_reading()
        return True

    async def _read(self) -> Received | None:
        request: h11.Request | None = None
        body: list[bytes] = []
        size = 0
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    self._write(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
                self._arrived.clear()
                await self._arrived.wait()
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body.append(bytes(event.data))
                size += len(event.data)
                if size > MAX_BODY:
                    raise h11.RemoteProtocolError("request body too large", error_status_hint=413)
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return Received(
                    n=len(self._log.received),
                    connection=self._number,
                    method=request.method.decode("latin-1"),
                    target=request.target.decode("latin-1"),
                    headers=tuple(
                        (k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw_items()
                    ),
                    body=b"".join(body),
                    http_version=request.http_version.decode("latin-1"),
                )
            else:  # the client closed between requests, or wants another protocol
                return None

    def _begin(self, received: Received, handler: Handler | None = None) -> Answer:
        """The answer, which is being sent from now on."""
        self._whole_at = asyncio.get_running_loop().time()
        answer = self._ask(received, handler or self._handler)
        self._sent = Sent(answer.status, answer.headers)
        self._log.received.append(received if self._log.bodies else replace(received, headers=(), body=b""))
        self._log.sent.append(self._sent)
        self._log.tell()
        return answer

    def _ask(self, received: Received, handler: Handler) -> Answer:
        try:
            return handler(received)
        except Exception as failure:  # noqa: BLE001 - kept, and raised in the test that wrote the handler
            self._log.failures.append(failure)
            error = {"error": {"code": "InternalServerError", "message": f"handler failed: {failure!r}"}}
            return whole_json(error, status=500)

    # a WebSocket

    async def _speak(self, received: Received, answer: Answer, handler: Handler) -> None:
        """Agree to it, and answer its messages until it is closed."""
        socket = WebSocket(received, self._transport.write)
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in (*socket.headers, *answer.headers)
        ]
        self._write(
            h11.InformationalResponse(status_code=101, headers=headers, reason=b"Switching Protocols")
        )
        self._socket = socket
        self._end(End.COMPLETE)
        if early := self._http.trailing_data[0]:
            socket.receive(early)
        while not socket.closed:
            while socket.messages:
                body = socket.messages.popleft()
                message = replace(received, n=len(self._log.received), method=SOCKET, body=body)
                if not await self._answer_message(socket, self._begin(message, handler)):
                    return
            self._arrived.clear()
            await self._arrived.wait()

    async def _answer_message(self, socket: WebSocket, answer: Answer) -> bool:
        """False where that ended the connection."""
        for step in answer.steps:
            if isinstance(step, Close):
                self._end(End.CLOSED)
                return False
            if isinstance(step, Reset):
                self._end(End.RESET)
                self._reset()
                return False
            if isinstance(step, Wait) and step.ended_by is not None:
                if await self._opened(step.ended_by, step.seconds):
                    break
            elif isinstance(step, Send):
                socket.send(step.data)
                self._note(step.data)
            else:
                await self._step(step)
            await self._writable.wait()
        self._end(End.COMPLETE)
        return True

    # the answer

    async def _play(self, answer: Answer, *, bodiless: bool) -> None:
        head_sent = False
        for step in answer.steps:
            if isinstance(step, Head | Send | HoldOpen | Pour) and not head_sent:
                self._head(answer)
                head_sent = True
            if isinstance(step, Close):
                self._end(End.CLOSED)
                self._transport.close()
                return
            if isinstance(step, Reset):
                self._end(End.RESET)
                self._reset()
                return
            if isinstance(step, Wait) and step.ended_by is not None:
                if await self._opened(step.ended_by, step.seconds):
                    break
            elif isinstance(step, Pour):
                if not await self._poured(step):
                    return
            elif not (bodiless and isinstance(step, Send)):
                await self._step(step)
            await self._writable.wait()
        if not head_sent and not self._broken:
            self._head(answer)
        if not self._broken:
            self._write(h11.EndOfMessage())
        self._end(End.COMPLETE)

    async def _step(self, step: Step) -> None:
        match step:
            case Send(data):
                self._write(h11.Data(data=data))
                if data:
                    self._note(data)
            case Raw(data):
                self._broken = True
                self._transport.write(data)
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case Until(seconds):
                await asyncio.sleep(max(0.0, self._whole_at + seconds - asyncio.get_running_loop().time()))
            case WaitFor(gate):
                await self._opened(gate)
            case HoldOpen():
                await (
                    asyncio.get_running_loop().create_future()
                )  # until the client leaves: then we are cancelled
            case Head() | Close() | Reset() | Switch() | Later() | Pour():
                pass  # done by the caller

    async def _poured(self, step: Pour) -> bool:
        """False where it broke off, and with it the connection."""
        try:
            async for piece in step.pieces:
                await self._step(Send(piece))
                await self._writable.wait()
        except BrokenOff:
            self._end(End.CLOSED)
            self._transport.close()
            return False
        return True

    def _note(self, data: bytes) -> None:
        if self._sent is not None and self._log.bodies:
            self._sent.chunks.append(data)
            self._sent.times.append(time.monotonic())
            self._log.tell()

    async def _opened(self, gate: Gate, within: float | None = None) -> bool:
        """Wait until the gate is open; False where it was not `within` so many seconds."""
        loop = asyncio.get_running_loop()
        opened = asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the gate was opened after the simulator had ended
                loop.call_soon_threadsafe(opened.set)

        gate.when_open(wake)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await opened.wait()
        return opened.is_set()

    def _head(self, answer: Answer) -> None:
        try:
            reason = http.HTTPStatus(answer.status).phrase
        except ValueError:
            reason = ""
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        self._write(h11.Response(status_code=answer.status, headers=headers, reason=reason.encode("latin-1")))

    def _write(self, event: h11.Response | h11.InformationalResponse | h11.Data | h11.EndOfMessage) -> None:
        data = self._http.send(event)
        if data:
            self._transport.write(data)

    def _reset(self) -> None:
        raw: socket.socket | None = self._transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._transport.abort()

    def _end(self, end: End) -> None:
        if self._sent is not None:
            self._sent.end = end
            self._sent = None
        self._log.tell()

    def _interrupted(self) -> None:
        if self._sent is not None:
            self._end(End.STOPPED if self._stopping else End.CLIENT_GONE)
        elif self._socket is None and (
            self._http.their_state is h11.SEND_BODY or self._http.trailing_data[0]
        ):
            self._log.malformed.append("the connection ended in the middle of a request")
            self._log.tell()

    def _refuse(self, status: int, why: str) -> None:
        self._log.malformed.append(why)
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = whole_json({"error": {"code": "BadRequest", "message": why}}, status=status)
            self._head(Answer(answer.status, (*answer.headers, ("connection", "close"))))
            self._write(h11.Data(data=answer.body))
            self._write(h11.EndOfMessage())
        self._log.tell()
