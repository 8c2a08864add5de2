"""An exchange kept in another capture: whole, with its times, or without an answer where there was none."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from inspector.capture.model import Leg, Made, Outcome
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation
from inspector.replay.call import Call
from inspector.replay.keeping import keep
from inspector.replay.record import open_record
from inspector.replay.sending import Sender

MADE = Made("minimise", "captured", ({"op": "remove", "path": "/good"},), "a.db 1")


async def test_one_that_was_never_answered(tmp_path: Path) -> None:
    call = Call("POST", "http://127.0.0.1:1/v1/responses", (), b'{"model": "m"}', Operation.CREATE)
    with closing(open_record(tmp_path / "tries.db", {}, lambda _: None)) as writer:
        async with Sender(writer) as sender:
            await sender.send(call, None, parent=None, made=Made("minimise"))
    with closing(Reader(tmp_path / "tries.db")) as reader:
        tried = reader.detail(1)
    assert tried.exchange.outcome is Outcome.UNREACHABLE
    with closing(open_record(tmp_path / "a.db", {}, lambda _: None)) as writer:
        assert await keep(tried, writer, None, MADE) == 1
    with closing(Reader(tmp_path / "a.db")) as reader:
        kept = reader.detail(1)
    assert kept.legs == tried.legs
    assert Leg.RESPONSE not in kept.legs
    assert kept.exchange.made == MADE
    assert (kept.exchange.outcome, kept.exchange.error) == (tried.exchange.outcome, tried.exchange.error)
    assert abs(kept.exchange.started - tried.exchange.started) < 0.05
