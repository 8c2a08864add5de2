"""Captures with what a test wants in them, and the same redacted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Message, Outcome
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo
from inspector.sharing.kinds import BY_CHOICE, Choice, Kind
from inspector.sharing.redacting import Report, redact

JSON = (("content-type", "application/json"),)

Make = Callable[..., ExchangeDetail]
Redacted = Callable[..., tuple[Report, list[ExchangeDetail]]]


@pytest.fixture
def made() -> Make:
    """An exchange of these legs: headers, and the pieces in which the body came."""

    def make(
        request: object = None,
        response: Sequence[bytes] = (b'{"object": "response"}',),
        *,
        url: str = "https://contoso-eu.openai.azure.com/openai/v1/responses",
        headers: Mapping[str, str] | None = None,
        answered: Sequence[tuple[str, str]] = JSON,
        status: int = 200,
        number: int = 1,
        **more: object,
    ) -> ExchangeDetail:
        body = request if isinstance(request, bytes) else json.dumps(request or {"model": "gpt-5.5"}).encode()
        fields = (*JSON, ("content-length", str(len(body))), *(headers or {}).items())
        exchange = Exchange(
            number, 0, "POST", url, "responses.create", "observe", 1_795_000_000.0 + number,
            Outcome.COMPLETE, status=status, request_done=0.1, first_byte=0.2, ended=1.0, **more,
        )  # fmt: skip
        legs = {
            Leg.REQUEST: Message(fields, body),
            Leg.RESPONSE: Message(tuple(answered), b"".join(response), status),
        }
        chunks = [Chunk(Leg.REQUEST, 0, 0.1, body)] if body else []
        chunks += [Chunk(Leg.RESPONSE, n, 0.2 + n / 10, data) for n, data in enumerate(response)]
        return ExchangeDetail(exchange, legs, tuple(chunks))

    return make


@pytest.fixture
def capture(tmp_path: Path) -> Callable[..., Path]:
    """A capture of these exchanges, as a recording would keep them, or with their secrets."""
    numbers = count()

    def write(*details: ExchangeDetail, keep_secrets: bool = False) -> Path:
        path = tmp_path / f"recorded-{next(numbers)}.db"
        info = RecorderInfo(
            "0.1.0", "observe", "https://contoso-eu.openai.azure.com/openai/v1", "http://127.0.0.1:8080"
        )
        with closing(BulkWriter(path, info, keep_secrets=keep_secrets)) as writer:
            for detail in details:
                writer.add(detail)
        return path

    return write


@pytest.fixture
def redacted(tmp_path: Path, capture: Callable[..., Path]) -> Redacted:
    """The same exchanges redacted: what was told of it, and what is there then."""
    numbers = count()

    def run(
        *details: ExchangeDetail,
        kinds: Sequence[Kind] = BY_CHOICE,
        words: Sequence[str] = (),
        secrets: bool = False,
    ) -> tuple[Report, list[ExchangeDetail]]:
        out = tmp_path / f"shared-{next(numbers)}.db"
        source = capture(*details, keep_secrets=secrets)
        report = redact(source, out, Choice(frozenset(kinds), tuple(words)))
        with closing(Reader(out)) as reader:
            return report, [reader.detail(exchange.id) for exchange in reader.exchanges()]

    return run
