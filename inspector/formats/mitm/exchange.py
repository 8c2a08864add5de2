"""A flow's request and response as an exchange: what mitmproxy keeps of it, in the words of a capture.

Times are those of a message's beginning and end: when each piece of it came, mitmproxy does not keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inspector.capture.endings import ending
from inspector.capture.model import (
    Chunk,
    Exchange,
    ExchangeDetail,
    Leg,
    Made,
    Message,
    Outcome,
    Source,
    Timing,
)
from inspector.formats.mitm import address, ours
from inspector.formats.mitm.fields import headers, part, size, text, time
from inspector.formats.mitm.pieces import Blob
from inspector.formats.mitm.walk import State
from inspector.protocol.azure import operation

FORMAT = "mitmproxy"
LARGEST = 2**27  # bytes of a body that is read in
_CUT = "HTTP/1 protocol error: peer closed connection"  # of either side, while it was sending
_CLOSED = "peer closed connection"  # of either side, over HTTP/2
KILLED = "Connection killed."  # mitmproxy's words for what a person or an addon ended


@dataclass(frozen=True, slots=True)
class Telling:
    """By what the flows of one file are told. `fetch` brings what was left in the file."""

    file: str
    numbers: Iterator[int]
    fetch: Callable[[Blob], bytes]
    heads: bool = False  # bodies are left out

    def body(self, content: object) -> bytes:
        """A body, or nothing where only heads are told."""
        return b"" if self.heads else self.whole(content)

    def whole(self, content: object) -> bytes:
        """A body in any case: where it decides what is told at all."""
        if isinstance(content, Blob):
            return self.fetch(content)
        return content if isinstance(content, bytes) else b""

    def exchange(self, state: State, place: str, remarks: tuple[str, ...]) -> ExchangeDetail:
        """The exchange of a flow that has a request."""
        request = part(state, "request") or {}
        response, error = part(state, "response"), part(state, "error")
        target = address.target(request, part(state, "server_conn") or {})
        kept = ours.kept(state)
        started = time(request.get("timestamp_start")) or time(state.get("timestamp_created")) or 0.0

        def after(told: object) -> float | None:
            at = time(told)
            return None if at is None else max(0.0, at - started)

        asked, missing = self.message(request, "request")
        legs, remarks = {Leg.REQUEST: asked}, (*remarks, *target.remarks, *missing)
        request_done = after(request.get("timestamp_end"))
        chunks = chunk(Leg.REQUEST, asked, request_done)
        first_byte = ended = None
        if response is not None:
            answer, missing = self.message(response, "response")
            legs[Leg.RESPONSE], remarks = answer, (*remarks, *missing)
            first_byte, ended = after(response.get("timestamp_start")), after(response.get("timestamp_end"))
            chunks += chunk(Leg.RESPONSE, answer, ended if first_byte is None else first_byte)
        if error is not None and ended is None:
            ended = after(error.get("timestamp"))
        outcome, words = _ending(state, target.authority)
        method = text(request.get("method"))
        exchange = Exchange(
            id=next(self.numbers),
            revision=0,
            method=method,
            url=target.url,
            operation=operation(method, target.path) or "",
            mode=kept.mode,
            started=started,
            outcome=kept.outcome or outcome,
            http_version=text(request.get("http_version")) or "HTTP/1.1",
            connection=text((part(state, "client_conn") or {}).get("id")),
            status=legs[Leg.RESPONSE].status if response is not None else None,
            error=kept.error if kept.outcome else words,
            request_done=request_done,
            first_byte=first_byte,
            ended=ended,
            request_size=_told_size(request),
            response_size=_told_size(response) if response is not None else 0,
            marked=bool(state.get("marked")),
            note=text(state.get("comment")),
            made=kept.made or (Made("replay") if state.get("is_replay") == "request" else None),
            source=Source(self.file, FORMAT, place, Timing.WHOLE, (*remarks, *_remarks(state))),
        )
        return ExchangeDetail(exchange, legs, tuple(chunks))

    def message(self, told: State, what: str) -> tuple[Message, tuple[str, ...]]:
        """A request or a response as a leg, and what is missing of it, in sentences."""
        content, status = told.get("content"), told.get("status_code")
        long = size(content) > LARGEST
        absent = long or not isinstance(content, bytes | Blob)
        remarks: tuple[str, ...] = ()
        if long:
            remarks = (
                f"The {what}'s body is left out: its {size(content):,} bytes are more than is read in.",
            )
        elif absent:
            remarks = (f"The file does not hold the {what}'s body: {_why_absent(told)}.",)
        message = Message(
            headers(told.get("headers")),
            b"" if absent else self.body(content),
            (status or None) if isinstance(status, int) else None,
            headers(told.get("trailers")),
            absent,
        )
        return message, remarks


def chunk(leg: Leg, message: Message, at: float | None) -> list[Chunk]:
    """A body as its one chunk."""
    return [Chunk(leg, 0, at or 0.0, message.body)] if message.body else []


def _why_absent(told: State) -> str:
    if "content" not in told:
        return "it is lost"
    if time(told.get("timestamp_end")) is None:
        return "it never came to its end, and mitmproxy keeps whole ones only"
    return "mitmproxy passed it on piece by piece"


def _ending(state: State, authority: str) -> tuple[Outcome, str | None]:
    response, error = part(state, "response"), part(state, "error")
    if error is None:
        over = response is not None and time(response.get("timestamp_end")) is not None
        return (Outcome.COMPLETE if over else Outcome.INTERRUPTED), None
    said, server = text(error.get("msg")), part(state, "server_conn") or {}
    if said == KILLED:
        return Outcome.REFUSED, "It was killed in mitmproxy."
    secure = time(server.get("timestamp_tls_setup")) is not None or not server.get("tls")
    return ending(
        said,
        authority,
        client_left=_client_left(state, said),
        reached=time(server.get("timestamp_start")) is not None and secure,
        answered=response is not None,
    )


def _client_left(state: State, said: str) -> bool:
    """Whether it was the client that closed, where mitmproxy's words are the same for either side: the only
    one that was sending, or the only one that spoke HTTP/2. Of two that did, it was upstream for all we know.
    """
    request, server = part(state, "request") or {}, part(state, "server_conn") or {}
    if said.startswith(_CUT):
        return part(state, "response") is None and time(request.get("timestamp_end")) is None
    return (
        said == _CLOSED
        and text(request.get("http_version")) == "HTTP/2.0"
        and text(server.get("alpn")) != "h2"
    )


def _remarks(state: State) -> list[str]:
    remarks = []
    if state.get("intercepted"):
        remarks.append("mitmproxy held it when the file was written.")
    if state.get("is_replay") == "response":
        remarks.append("mitmproxy answered it with a response of another flow.")
    mark = text(state.get("marked"))
    if mark and mark != ":default:":
        remarks.append(f"It is marked {mark} in mitmproxy.")
    return remarks


def _told_size(message: State) -> int:
    """Bytes of a body; of one that is not there, as many as its header says."""
    content = message.get("content")
    if isinstance(content, bytes | Blob):
        return size(content)
    told = {name.lower(): value for name, value in headers(message.get("headers"))}
    length = told.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
