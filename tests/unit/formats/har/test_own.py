"""What stands beside an entry of ours is believed as far as the entry is what we wrote."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import zstandard

from inspector.capture.model import Chunk, Damage, Exchange, ExchangeDetail, Leg, Message, Outcome, Timing
from inspector.formats.har.writing import HarExporter

Read = Callable[..., list[Any]]
BODY = b"data: 1\n\ndata: 2\n\n"
HEADERS = (("content-type", "text/event-stream"), ("content-encoding", "zstd"))
URL = "https://r.openai.azure.com/openai/v1/responses"


@pytest.fixture
def ours() -> dict[str, Any]:
    """An archive of one exchange whose answer passed packed."""
    packed = zstandard.compress(BODY)
    exchange = Exchange(4, 0, "POST", URL, "responses.create", "repair", 1.25, Outcome.COMPLETE, status=200)
    legs = {Leg.REQUEST: Message((), b"{}"), Leg.RESPONSE: Message(HEADERS, packed, 200)}
    cuts = (packed[:5], packed[5:])
    chunks = (
        Chunk(Leg.REQUEST, 0, 0.1, b"{}"),
        *(Chunk(Leg.RESPONSE, n, n + 0.5, cut) for n, cut in enumerate(cuts)),
    )
    out = io.BytesIO()
    HarExporter().write([ExchangeDetail(exchange, legs, chunks)], out)
    told = json.loads(out.getvalue())
    assert isinstance(told, dict)
    return told


def test_it_says_nothing_twice(ours: dict[str, Any]) -> None:
    (entry,) = ours["log"]["entries"]
    told = entry["_inspector"]
    assert set(told["exchange"]) == {"id", "operation", "mode", "outcome", "status"}
    assert set(told["legs"]["response"]) == {"status", "times", "sizes", "base64"}
    assert set(told["legs"]["request"]) == {"times", "sizes"}


def test_the_packed_body_comes_back(ours: dict[str, Any], read: Read) -> None:
    (detail,) = read(content=json.dumps(ours).encode())
    assert detail.legs[Leg.RESPONSE] == Message(HEADERS, zstandard.compress(BODY), 200)
    assert [chunk.at for chunk in detail.chunks] == [0.1, 0.5, 1.5]
    assert detail.exchange.source.timing is Timing.RECORDED


def test_what_somebody_changed_is_believed(ours: dict[str, Any], read: Read) -> None:
    (entry,) = ours["log"]["entries"]
    entry["request"]["url"] = "https://elsewhere/"
    entry["request"]["postData"]["text"] = "[]"
    entry["response"]["content"]["text"] = "data: x\n\n"
    (detail,) = read(content=json.dumps(ours).encode())
    assert detail.exchange.url == "https://elsewhere/"
    assert detail.legs[Leg.REQUEST].body == b"[]"
    assert detail.legs[Leg.RESPONSE].body == b"data: x\n\n"
    assert detail.legs[Leg.RESPONSE].headers == HEADERS[:1]
    assert detail.exchange.source.timing is Timing.WHOLE


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ([], "is no object"),
        ({}, "is not as it should be at inspector"),
        ({"inspector": 99, "exchange": {}}, "was written by a newer inspector"),
        ({"inspector": 1, "exchange": {"id": "x"}}, "is not as it should be at exchange."),
        ({"inspector": 1, "exchange": {}, "legs": {"request": {"base64": "?"}}}, "is not as it should be at"),
    ],
)
def test_without_it_the_entry_is_read_as_anybodys(
    ours: dict[str, Any], read: Read, odd: Any, words: str
) -> None:
    ours["log"]["entries"][0]["_inspector"] = odd
    detail, damage = read(content=json.dumps(ours).encode())
    assert detail.legs[Leg.RESPONSE].body == BODY
    assert isinstance(damage, Damage)
    assert words in damage.text


def test_a_body_that_is_no_base64_any_more(ours: dict[str, Any], read: Read) -> None:
    (entry,) = ours["log"]["entries"]
    entry["response"]["content"] |= {"text": "a", "encoding": "base64"}
    detail, damage = read(content=json.dumps(ours).encode())
    assert detail.legs[Leg.RESPONSE].body == b"a"
    assert "no base64" in damage.text
