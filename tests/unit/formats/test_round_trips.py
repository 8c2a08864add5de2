"""Out of a capture and in again, in the formats that carry everything."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import zstandard

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Leg, Made, Message, Outcome, Usage
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo
from inspector.formats.choosing import chosen
from inspector.formats.exporting import exporter
from inspector.formats.importing import HEAD, Input
from inspector.formats.pouring import pour
from inspector.formats.registry import importer

SAMPLES = Path(__file__).parents[3] / "sample_captures"
FORMATS = ["har", "jsonl"]
NOT_OF_FLOWS = {"boundaries", "made", "parent", "tracebacks", "options", "edited"}
Alike = Callable[..., None]
Through = Callable[[str, list[ExchangeDetail]], list[Any]]


@pytest.fixture
def through(tmp_path: Path) -> Through:
    """Written in a format and read again, by the importer that knows the file."""

    def go(name: str, details: list[ExchangeDetail]) -> list[Any]:
        out = io.BytesIO()
        exporter(name).write(details, out)
        path = tmp_path / "file"
        path.write_bytes(out.getvalue())
        reading = importer({"mitm": "mitmproxy"}.get(name, name))
        assert reading.recognises(out.getvalue()[:HEAD], path)
        return list(reading.read(Input("file", path, path.stat().st_size), lambda _: None))

    return go


@pytest.mark.parametrize("name", FORMATS)
def test_recordings_come_back_as_they_were(name: str, through: Through, alike: Alike) -> None:
    for sample in ("bridged", "dropped-connection", "retry-storm"):
        with closing(Reader(SAMPLES / f"{sample}.db")) as reader:
            details = [reader.detail(exchange.id) for exchange in reader.exchanges()]
        again = through(name, details)
        assert len(again) == len(details) > 0
        for one, other in zip(details, again, strict=True):
            alike(one, other)


@pytest.mark.parametrize("sample", ["code-mode", "dropped-connection", "retry-storm"])
def test_flows_come_back_with_all_that_a_flow_tells(sample: str, through: Through, alike: Alike) -> None:
    with closing(Reader(SAMPLES / f"{sample}.db")) as reader:
        details = [reader.detail(exchange.id) for exchange in reader.exchanges()]
    again = through("mitm", details)
    assert len(again) == len(details) > 0
    for one, other in zip(details, again, strict=True):
        alike(one, other, without=NOT_OF_FLOWS, derived=False)


def poured(file: Path, capture: Path) -> list[ExchangeDetail]:
    """What a file comes to in a capture, where everything is derived anew."""
    with closing(BulkWriter(capture, RecorderInfo("1.0", "import"))) as writer:
        (done,) = pour([chosen(file)], writer)
    assert done.damage == []
    with closing(Reader(capture)) as reader:
        return [reader.detail(exchange.id) for exchange in reader.exchanges()]


@pytest.mark.parametrize("name", FORMATS)
def test_from_one_capture_into_another(name: str, alike: Alike, tmp_path: Path) -> None:
    details = poured(SAMPLES / "bridged.db", tmp_path / "a.db")
    path = tmp_path / f"some.{name}"
    with path.open("wb") as out:
        exporter(name).write(details, out)
    again = poured(path, tmp_path / "b.db")
    assert len(again) == len(details) > 0
    for one, other in zip(details, again, strict=True):
        alike(one, other)


def made(number: int, legs: dict[Leg, Message], *cuts: int, **more: Any) -> ExchangeDetail:
    about = {"operation": "responses.create", "mode": "observe", "started": 1_790_000_000.1234567 + number}
    about |= {"outcome": Outcome.COMPLETE, "url": "https://r.openai.azure.com/openai/v1/responses?a=b&c"}
    exchange = Exchange(number, 0, **({"method": "POST"} | about | more))
    chunks = []
    for leg, message in legs.items():
        edges = sorted({0, *(cut for cut in cuts if cut < len(message.body)), len(message.body)})
        for n, (start, end) in enumerate(pairwise(edges)):
            chunks.append(Chunk(leg, n, 0.1 + n / 3, message.body[start:end]))
    return ExchangeDetail(exchange, legs, tuple(chunks))


ODD = (("Content-Type", "text/event-stream"), ("x", "caf\xe9"), ("x", ""), ("X", '"'))
PACKED = (("content-type", "application/json"), ("content-encoding", "zstd"))
EVERYTHING = [
    made(1, {Leg.REQUEST: Message((), b"")}, method="GET", error="refused", outcome=Outcome.UNREACHABLE),
    made(
        2,
        {
            Leg.REQUEST: Message(PACKED, zstandard.compress(b'{"model": "m"}')),
            Leg.RESPONSE: Message(ODD, "data: Ã© é 🙂\r\n\n".encode() * 3, 200, (("trailer", "x"),)),
        },
        1, 20, 21,
        http_version="HTTP/2.0", connection="c1", request_done=0.01, first_byte=0.1, ended=0.77, note="Look.",
        marked=True, usage=Usage(1, None, 3), made=Made("edit", edits=({"path": ["a", 1]},)), parent=1,
    ),
    made(3, {Leg.REQUEST: Message((), b"\xff\0"), Leg.RESPONSE: Message(PACKED, b"no zstd", 500)}),
    made(4, {Leg.RESPONSE: Message((), b"", 200, absent=True)}, url="/responses", response_size=77),
    made(
        5,
        {
            Leg.REQUEST: Message((), b'{"a":1}\xc3\xa9', binary_messages=frozenset()),
            Leg.RESPONSE: Message((("a", "b"),), b"12\xff345", None, binary_messages=frozenset({1})),
        },
        2, 3,
        method="WEBSOCKET", url="wss://r/openai/v1/responses", socket=1, status=None,
    ),
    replace(
        made(6, {Leg.REQUEST: Message((), b"a"), Leg.UPSTREAM_RESPONSE: Message(ODD, b"\xfe\xff", 201)}, 1),
        tracebacks=("Traceback",), options={"mode": "bridge", "n": [1]}, edited=b"\xff",
    ),
]  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("detail", EVERYTHING, ids=lambda detail: str(detail.exchange.id))
def test_whatever_an_exchange_holds(
    name: str, detail: ExchangeDetail, through: Through, alike: Alike
) -> None:
    (again,) = through(name, [detail])
    alike(detail, again)
    assert (again.exchange.id, again.exchange.parent) == (detail.exchange.id, detail.exchange.parent)


def test_an_archive_of_nothing(through: Through) -> None:
    assert through("har", []) == []
