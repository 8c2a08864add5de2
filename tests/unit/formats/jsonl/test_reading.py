"""Lines of our own, whole and broken."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Damage, Exchange, ExchangeDetail, Leg, Message, Outcome, Source
from inspector.formats.importing import Input
from inspector.formats.jsonl.reading import JsonlImporter
from inspector.formats.jsonl.writing import JsonlExporter

ONE = Exchange(1, 0, "GET", "https://h/", "", "observe", 1.5, Outcome.COMPLETE)
FROM_ELSEWHERE = replace(ONE, id=2, source=Source("a.mitm", "mitmproxy", "byte 7"))


@pytest.fixture
def lines() -> list[bytes]:
    out = io.BytesIO()
    details = [ExchangeDetail(each, {Leg.REQUEST: Message((), b"{}")}, ()) for each in (ONE, FROM_ELSEWHERE)]
    assert JsonlExporter().write(details, out) == []
    return out.getvalue().splitlines(keepends=True)


def read(path: Path, content: bytes) -> list[Any]:
    path.write_bytes(content)
    return list(JsonlImporter().read(Input(path.name, path, len(content)), lambda _: None))


def test_where_an_exchange_is_from(tmp_path: Path, lines: list[bytes]) -> None:
    first, second = read(tmp_path / "a.jsonl", b"".join(lines))
    assert first.exchange.source == Source("a.jsonl", "jsonl", "line 1")
    assert second.exchange.source == FROM_ELSEWHERE.source


def test_a_broken_line_costs_no_other(tmp_path: Path, lines: list[bytes]) -> None:
    odd = b'{"inspector": 1, "exchange": {}}\n'
    first, none, empty, last, cut = read(tmp_path / "a", lines[0] + b"x\n" + odd + lines[1] + lines[0][:40])
    assert (first.exchange.id, last.exchange.id) == (1, 2)
    assert none == Damage(len(lines[0]), "Line 2 is no JSON object.")
    assert empty.offset == len(lines[0]) + 2
    assert empty.text.startswith("Line 3 is no exchange: it is not as it should be at exchange.")
    assert cut.text == "Line 5 is no JSON object: the file ends in the middle of it."


def test_it_is_known_by_how_it_begins(lines: list[bytes]) -> None:
    reading = JsonlImporter()
    assert reading.recognises(lines[0][:30], Path("x"))
    for begun in (b"\xef\xbb\xbf", b'cut": 1}\n', b"\n\n"):
        assert reading.recognises(begun + lines[0][:30], Path("x"))
    for other in (b"", b"{}", b'{"inspector": "x"', b'{"timestamp": 1}', b"\xff"):
        assert not reading.recognises(other, Path("x"))


def test_nesting_without_end_is_damage(tmp_path: Path) -> None:
    deep = b'{"inspector":1,"exchange":{"id":' + b"[" * 5000 + b"]" * 5000 + b"}}\n"
    (damage,) = read(tmp_path / "a", deep)
    assert isinstance(damage, Damage)
