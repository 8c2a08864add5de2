"""An exchange of one capture kept in another one as it was recorded: nothing is sent for it again."""

from __future__ import annotations

import asyncio
import time

from inspector.capture.model import ExchangeDetail, Leg, Made
from inspector.capture.writer import Writer


async def keep(detail: ExchangeDetail, writer: Writer, parent: int | None, made: Made) -> int | None:
    """Its number there, with the times that it had; None where it could not be written.

    `parent`: the exchange, of the capture that `writer` writes, that it was made of.
    """
    exchange = detail.exchange
    began = time.monotonic() - max(0.0, time.time() - exchange.started)

    def at(seconds: float | None) -> float:
        return began + (seconds or 0.0)

    handle = writer.begin(
        method=exchange.method,
        url=exchange.url,
        http_version=exchange.http_version,
        headers=detail.legs[Leg.REQUEST].headers,
        operation=exchange.operation,
        mode=exchange.mode,
        connection=exchange.connection,
        at=began,
        parent=parent,
        made=made,
    )
    answer = detail.legs.get(Leg.RESPONSE)
    for leg, ended in ((Leg.REQUEST, exchange.request_done), (Leg.RESPONSE, exchange.ended)):
        if leg is Leg.RESPONSE:
            if answer is None:
                continue
            writer.head(handle, leg, answer.headers, status=answer.status, at=at(exchange.first_byte))
        for chunk in detail.chunks:
            if chunk.leg is leg:
                writer.chunk(handle, leg, chunk.data, at(chunk.at))
        writer.end_leg(handle, leg, at(ended))
    writer.finish(handle, exchange.outcome, error=exchange.error, at=at(exchange.ended))
    await asyncio.to_thread(writer.flush)
    return handle.id
