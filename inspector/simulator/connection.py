"""One HTTP/1.1 connection of the simulator: h11 keeps the rules of HTTP, this file plays the steps on time.

One task a connection; cancelling it is how "the client left" reaches any wait. What a client sends faster
than it is taken, or does not read of its answer, is held by the network, not here.
States and what moves between them:

    reading    -- request complete -->   answering
    reading    -- not HTTP, too big -->  400 or 413, closed
    answering  -- body ended -->         reading, if both sides keep the connection; else closed
    answering  -- Close, Reset step, or what is poured breaks off -->  closed
    answering  -- Switch step -->        a WebSocket: each message is asked and answered, until it is closed
    any        -- no room for it -->     closed, see `Crowd`
    any        -- client leaves -->      closed; the running answer ends as CLIENT_GONE
    any        -- simulator stops -->    closed; the running answer ends as STOPPED
"""

from __future__ import annotations

import asyncio
import contextlib
import http
import socket
import struct
from dataclasses import replace
from typing import cast

import h11

from inspector.simulator.crowd import Crowd
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

MAX_HEAD = 1 << 20  # bytes of request line and headers
MAX_AHEAD = 1 << 20  # bytes that came and were not looked at, with which reading stops
MAX_BODY = 64 << 20
AT_ONCE = 256  # pieces of a body that are read before others have their turn
NO_LINGER = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST


class Connection(asyncio.Protocol):
    """Reads requests from one client and plays the handler's answers."""

    def __init__(self, number: int, handler: Handler, log: Log, crowd: Crowd[Connection]) -> None:
        self._number = number
        self._crowd = crowd  # holds this one from connecting to closing
        self._handler = handler
        self._log = log
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._arrived = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._ahead = 0  # bytes that came and were not looked at
        self._size = 0  # of the body that came, or is being answered
        self.moved = 0.0  # when something came last, or went out to one that had stopped reading; loop time
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
        self._move()
        self._crowd.add(self)
        self._task = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        self._move()
        self._ahead += len(data)
        if self._socket is None:
            self._http.receive_data(data)
        else:
            self._socket.receive(data)
            if self._socket.closed:
                self._leave()
        self._arrived.set()
        self._mind_reading()

    def eof_received(self) -> None:
        self._leave()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._leave()
        self._crowd.discard(self)
        self._closed.set()

    def pause_writing(self) -> None:
        self._writable.clear()
        self._mind_reading()

    def resume_writing(self) -> None:
        self._move()
        self._writable.set()
        self._mind_reading()

    def _move(self) -> None:
        self.moved = asyncio.get_running_loop().time()

    def _mind_reading(self) -> None:
        """Read on, unless enough waits. What a WebSocket's client sends may have to be answered at once."""
        if self._ahead > MAX_AHEAD or (self._socket is not None and not self._writable.is_set()):
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    async def _come(self) -> None:
        """Wait for more, since all that came was looked at."""
        self._ahead = 0
        self._mind_reading()
        self._arrived.clear()
        await self._arrived.wait()

    # for others

    @property
    def held(self) -> int:
        """Bytes of what it said: of a request that comes or is answered, of messages that wait."""
        return self._size + (0 if self._socket is None else self._socket.held)

    @property
    def is_idle(self) -> bool:
        """Nobody waits for it: it asks for nothing, has not said all of what it asks, or takes no answer."""
        return self._sent is None or not self._writable.is_set()

    def drop(self) -> None:
        """Close it now."""
        self._leave()
        self._transport.abort()

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
            self._log.failed(failure)
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
        await asyncio.sleep(0)  # it may have sent thousands of requests at once
        return True

    async def _read(self) -> Received | None:
        request: h11.Request | None = None
        body = bytearray()
        pieces = self._size = 0
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    self._write(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
                await self._come()
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
                self._size = len(body)
                if self._size > MAX_BODY:
                    raise h11.RemoteProtocolError("request body too large", error_status_hint=413)
                if not self._crowd.has_room(self):
                    raise h11.RemoteProtocolError("too many large requests", error_status_hint=503)
                pieces += 1
                if pieces % AT_ONCE == 0:
                    await asyncio.sleep(0)
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return Received(
                    n=self._log.count,
                    connection=self._number,
                    method=request.method.decode("latin-1"),
                    target=request.target.decode("latin-1"),
                    headers=tuple(
                        (k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw_items()
                    ),
                    body=bytes(body),
                    http_version=request.http_version.decode("latin-1"),
                )
            else:  # the client closed between requests, or wants another protocol
                return None

    def _begin(self, received: Received, handler: Handler | None = None) -> Answer:
        """The answer, which is being sent from now on."""
        self._whole_at = asyncio.get_running_loop().time()
        answer = self._ask(received, handler or self._handler)
        self._sent = Sent(answer.status, answer.headers)
        self._log.add(received, self._sent)
        return answer

    def _ask(self, received: Received, handler: Handler) -> Answer:
        try:
            return handler(received)
        except Exception as failure:  # noqa: BLE001 - kept, and raised in the test that wrote the handler
            self._log.failed(failure)
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
                body = socket.take()
                self._size = len(body)
                message = replace(received, n=self._log.count, method=SOCKET, body=body)
                if not await self._answer_message(socket, self._begin(message, handler)):
                    return
                self._size = 0
                await asyncio.sleep(0)
            await self._come()

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
        if self._sent is not None:
            self._log.went_out(self._sent, data)

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
            self._log.was_malformed("the connection ended in the middle of a request")

    def _refuse(self, status: int, why: str) -> None:
        self._log.was_malformed(why)
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = whole_json({"error": {"code": "BadRequest", "message": why}}, status=status)
            self._head(Answer(answer.status, (*answer.headers, ("connection", "close"))))
            self._write(h11.Data(data=answer.body))
            self._write(h11.EndOfMessage())
