"""A request passed on, as it came, to a server of HTTP/1.1 on this machine, and its answer as it comes.

That server is a recording proxy: it knows the upstream, speaks TLS to it, keeps secrets out of what it
records. Here nothing is read but the framing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from urllib.parse import unquote, urlsplit

import h11

from inspector.protocol.azure import Operation, Upstream, chat_target, responses_target
from inspector.protocol.json_text import parse_object
from inspector.simulator import azure
from inspector.simulator.script import Answer, BrokenOff, Pour, Received

_PIECE = 2**16
_OF_THE_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade", "host",
     "content-length", "expect"}
)  # fmt: skip


class Passing:
    """`listening`: the proxy's URL; `upstream`: whom it stands before."""

    def __init__(self, listening: str, upstream: Upstream) -> None:
        address = urlsplit(listening)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._upstream = upstream

    async def __call__(self, received: Received, operation: Operation) -> Answer:
        """The answer's head, with a body that is still to come; a 502 where there is none."""
        writer = None
        try:
            reader, writer = await asyncio.open_connection(self._host, self._port)
            http = h11.Connection(h11.CLIENT)
            target = f"/{self._upstream.authority}{target_at(self._upstream, operation, received)}"
            kept = [field for field in received.headers if field[0].lower() not in _OF_THE_CONNECTION]
            framed = [("host", f"{self._host}:{self._port}"), ("connection", "close")]
            if received.body or received.method == "POST":
                framed.append(("content-length", str(len(received.body))))
            for event in (
                h11.Request(method=received.method, target=target, headers=_encoded([*kept, *framed])),
                h11.Data(data=received.body),
                h11.EndOfMessage(),
            ):
                writer.write(http.send(event) or b"")
            await writer.drain()
            head = await _next(http, reader)
            while isinstance(head, h11.InformationalResponse):
                head = await _next(http, reader)
            if not isinstance(head, h11.Response):
                raise h11.RemoteProtocolError("it ended before the head")
        except (OSError, h11.ProtocolError) as error:
            if writer is not None:
                writer.close()
            return azure.error(502, "502", f"The request could not be passed on: {error}.")
        except asyncio.CancelledError:
            if writer is not None:
                writer.close()
            raise
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()
        )
        answered = tuple(field for field in headers if field[0].lower() not in _OF_THE_CONNECTION)
        return Answer(head.status_code, answered, (Pour(_pieces(http, reader, writer)),))


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def _pieces(
    http: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> AsyncIterator[bytes]:
    """The body as it comes. Left early, it hangs up: so the proxy sees that the client is gone."""
    try:
        while True:
            event = await _next(http, reader)
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            else:
                return
    except (OSError, h11.ProtocolError) as error:
        raise BrokenOff(str(error)) from error
    finally:
        writer.close()


async def _next(http: h11.Connection, reader: asyncio.StreamReader) -> object:
    """The next of h11's events, of which none is an end that came too early: that is an error."""
    while (event := http.next_event()) is h11.NEED_DATA:
        http.receive_data(await reader.read(_PIECE))
    return event


def target_at(upstream: Upstream, operation: Operation, received: Received) -> str:
    """Path and query of the same call at `upstream`, whatever the address was that the client has."""
    path, _, query = received.target.partition("?")
    body = parse_object(received.body) or {}
    if operation in (Operation.CHAT, Operation.EMBEDDINGS):
        target = chat_target(upstream, deployment=_deployment(path) or str(body.get("model") or ""))
        if operation is Operation.EMBEDDINGS:
            target = target.replace("/chat/completions", "/embeddings", 1)
        tail = ""
    else:
        target = responses_target(upstream)
        collection = "/models" if operation is Operation.MODELS else "/responses"
        tail = path.rpartition(collection)[2]
        target = target.replace("/responses", collection, 1)
    base, _, version = target.partition("?")
    rest = "&".join(part for part in query.split("&") if part and not part.startswith("api-version="))
    told = "&".join(part for part in (version, rest) if part)
    return f"{base}{tail}{'?' if told else ''}{told}"


def _deployment(path: str) -> str | None:
    named = re.search(r"/deployments/([^/]+)/", path)
    return unquote(named[1]) if named else None
