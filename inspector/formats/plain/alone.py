"""An exchange of which a file holds one body, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inspector.capture.model import (
    Chunk,
    Damage,
    Exchange,
    ExchangeDetail,
    Headers,
    Leg,
    Message,
    Outcome,
    Source,
    Timing,
)
from inspector.formats.importing import Input
from inspector.formats.utf16 import recoded
from inspector.protocol.azure import Operation

LARGEST = 2**26
"""Bytes of a body that is read in."""

EVENT_STREAM: Headers = (("content-type", "text/event-stream"),)
JSON: Headers = (("content-type", "application/json"),)
URLS = {
    Operation.CREATE: "/responses",
    Operation.COMPACT: "/responses/compact",
    Operation.CHAT: "/chat/completions",
}
_ALONE = (
    "The file holds this body alone: URL, headers, status and times are not in it, and the date is that of "
    "the file."
)


def body(path: Path) -> tuple[bytes, Damage | None]:
    """What the file holds, up to LARGEST bytes."""
    with path.open("rb") as file:
        text = recoded(file)
        found = text.read(LARGEST)
        more = text.read(1)
    return found, Damage(
        len(found), f"What follows the first {LARGEST:,} bytes is left out."
    ) if more else None


def exchange(
    given: Input,
    format: str,
    operation: Operation | None,
    leg: Leg,
    message: Message,
    chunks: Sequence[Chunk],
    *,
    timing: Timing = Timing.NONE,
    error: str | None = None,
    remark: str | None = None,
) -> ExchangeDetail:
    """The exchange with that one leg."""
    ended = chunks[-1].at if chunks else 0.0
    answered = leg is Leg.RESPONSE
    told = Exchange(
        id=1,
        revision=0,
        method="POST",
        url=URLS.get(operation, "/") if operation else "/",
        operation=operation or "",
        mode="observe",
        started=given.path.stat().st_mtime,
        outcome=Outcome.COMPLETE,
        request_done=0.0,
        first_byte=0.0 if answered else None,
        ended=ended,
        status=message.status,
        error=error,
        source=Source(given.name, format, "", timing, (_ALONE, remark) if remark else (_ALONE,)),
    )
    return ExchangeDetail(told, {leg: message}, tuple(chunks))
