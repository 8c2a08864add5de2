"""Captures of a few exchanges, put together by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo

URL = "http://res.openai.azure.com/openai/v1/responses"


@pytest.fixture
def exchange() -> Callable[..., ExchangeDetail]:
    """An exchange: asked at 0.1 s, its head at 0.2 s, a chunk every 0.1 s after that."""

    def make(
        asked: Any = None,
        answer: Sequence[bytes] | Any = (b"data: 1\n\n", b"data: 2\n\n"),
        *,
        status: int = 200,
        headers: tuple[tuple[str, str], ...] = (("content-type", "text/event-stream"),),
        asked_with: tuple[tuple[str, str], ...] = (),
        operation: str = "responses.create",
        **known: Any,
    ) -> ExchangeDetail:
        body = b"" if asked is None else json.dumps(asked).encode()
        pieces = answer if isinstance(answer, tuple | list) else [json.dumps(answer).encode()]
        chunks = [Chunk(Leg.REQUEST, 0, 0.1, body)] if body else []
        chunks += [Chunk(Leg.RESPONSE, n, 0.3 + 0.1 * n, piece) for n, piece in enumerate(pieces)]
        told = Exchange(
            1, 0, known.pop("method", "POST"), known.pop("url", URL), operation, known.pop("mode", "observe"),
            1.7e9, known.pop("outcome", Outcome.COMPLETE), request_done=0.1, first_byte=0.2,
            ended=0.3 + 0.1 * len(pieces), status=status,
        )  # fmt: skip
        legs = {
            Leg.REQUEST: Message(asked_with, body),
            Leg.RESPONSE: Message(headers, b"".join(pieces), status),
        }
        return ExchangeDetail(replace(told, **known), legs, tuple(chunks))

    return make


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Callable[..., Reader]]:
    """Reads a capture that holds these exchanges, numbered from 1."""
    with ExitStack() as stack:

        def write(*details: ExchangeDetail) -> Reader:
            path = tmp_path / f"{len(list(tmp_path.glob('*.db')))}.db"
            with closing(BulkWriter(path, RecorderInfo("1", "import"))) as writer:
                for n, detail in enumerate(details, 1):
                    writer.add(replace(detail, exchange=replace(detail.exchange, id=n, started=1.7e9 + n)))
            return stack.enter_context(closing(Reader(path)))

        yield write
