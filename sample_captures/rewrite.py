"""A recording made into a sample: the same exchanges in a new capture, scrubbed."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import texts
from scrub import Scrubber

from inspector.capture.model import Chunk, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.reader import Reader
from inspector.capture.translated import options_of
from inspector.capture.writer import Handle, RecorderInfo, Writer
from inspector.protocol.json_text import to_bytes
from inspector.protocol.translate_request import translate_request

PATIENCE = 30.0  # seconds for the writer


def rewrite(source: Path, target: Path, scrubber: Scrubber) -> None:
    """Makes `target` of what `source` recorded. Raises ForeignText where something cannot be replaced."""
    with closing(Reader(source)) as reader:
        details = [reader.detail(exchange.id) for exchange in reader.exchanges()]
        recorder = reader.recorders()[0]
    target.unlink(missing_ok=True)
    about = RecorderInfo(
        version=recorder.version,
        mode=recorder.mode,
        upstream=f"http://{texts.UPSTREAM}/openai/v1",
        listening=f"http://{texts.PROXY}",
        options=recorder.options,
    )
    writer = Writer(target, about, on_problem=_problem)
    handles: dict[int, Handle] = {}
    for detail in details:
        handles[detail.exchange.id] = _write(writer, detail, scrubber, handles)
    writer.flush(PATIENCE)
    writer.close(PATIENCE)
    _forget_the_machine(target)


def _write(
    writer: Writer, detail: ExchangeDetail, scrubber: Scrubber, handles: Mapping[int, Handle]
) -> Handle:
    """`handles`: those of the exchanges before it, by their numbers: of a WebSocket's handshake too."""
    exchange = detail.exchange
    begun = exchange.started - time.time() + time.monotonic()  # so that it starts when it did
    bodies = {leg: _chunks(leg, detail, scrubber) for leg in detail.legs}

    def headers(leg: Leg) -> tuple[tuple[str, str], ...]:
        return scrubber.headers(detail.legs[leg].headers, sum(len(data) for _, data in bodies[leg]))

    handle = writer.begin(
        method=exchange.method,
        url=scrubber.text(exchange.url),
        http_version=exchange.http_version,
        headers=headers(Leg.REQUEST),
        operation=exchange.operation,
        mode=exchange.mode,
        connection=exchange.connection,
        at=begun,
        socket=None if exchange.socket is None else handles[exchange.socket],
    )
    pieces: list[tuple[float, int, Leg, bytes | None]] = []  # None: a head
    for order, (leg, chunks) in enumerate(bodies.items()):
        head = (chunks[0][0] if chunks else exchange.ended or 0.0) if leg is not Leg.RESPONSE else None
        pieces.append((exchange.first_byte or 0.0 if head is None else head, order, leg, None))
        pieces += [(at, order, leg, data) for at, data in chunks]
    for at, _, leg, data in sorted(pieces, key=lambda piece: piece[:2]):
        if data is not None and detail.legs[leg].is_messages:
            writer.message(handle, leg, data, begun + at, binary=False)
        elif data is not None:
            writer.chunk(handle, leg, data, begun + at)
        elif leg is not Leg.REQUEST:
            writer.head(handle, leg, headers(leg), status=detail.legs[leg].status, at=begun + at)
        if leg is Leg.REQUEST and data is not None:
            writer.end_leg(handle, leg, begun + (exchange.request_done or at))
    ended = begun + (exchange.ended or 0.0)
    for leg in bodies:
        if leg is not Leg.REQUEST and exchange.outcome is Outcome.COMPLETE:
            writer.end_leg(handle, leg, ended)
    told = exchange.error if exchange.outcome is not Outcome.COMPLETE else None  # else it is derived
    writer.finish(handle, exchange.outcome, error=told and scrubber.text(told), at=ended)
    return handle


def _chunks(leg: Leg, detail: ExchangeDetail, scrubber: Scrubber) -> list[tuple[float, bytes]]:
    message = detail.legs[leg]
    chunks = [chunk for chunk in detail.chunks if chunk.leg is leg]
    if leg is Leg.UPSTREAM_REQUEST:
        return _translated(message, chunks, scrubber.json(detail.legs[Leg.REQUEST].body), detail)
    if message.is_messages:
        return [(chunk.at, scrubber.json(chunk.data)) for chunk in chunks]
    return scrubber.chunks(message, chunks) if message.body else []


def _translated(
    message: Message, chunks: list[Chunk], request: bytes, detail: ExchangeDetail
) -> list[tuple[float, bytes]]:
    """What the bridge makes of the scrubbed request, as it must have made the recorded payload."""

    def translated(body: bytes) -> bytes:
        value = json.loads(body)
        return to_bytes(translate_request(value, options_of(detail.options, value["model"])).payload)

    if translated(detail.legs[Leg.REQUEST].body) != message.body:
        raise SystemExit(
            f"exchange {detail.exchange.id}: the bridge sent something else than the translator gives"
        )
    (chunk,) = chunks
    return [(chunk.at, translated(request))]


def _problem(sentence: str | None) -> None:
    if sentence is not None:
        raise SystemExit(sentence)


def _forget_the_machine(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE recorders SET host = 'sample', process = '', pid = 0")
