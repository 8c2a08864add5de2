"""Flows with something wrong inside: what is left of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Damage, ExchangeDetail, Leg
from inspector.formats.mitm import tnetstring, walk
from inspector.formats.mitm.pieces import Pieces
from inspector.formats.mitm.states import flows
from inspector.formats.mitm.walk import SMALL

Make = Callable[..., Any]
Read = Callable[[Path], list[Any]]
URL = "https://my-res.openai.azure.com/openai/v1/responses"


@pytest.fixture
def three(flow: Make, tmp_path: Path) -> Callable[..., tuple[Path, list[bytes]]]:
    """A file of three flows, and the bytes of each; the second is changed by `damage`."""

    def write(damage: Callable[[bytes], bytes], body: bytes = b"second") -> tuple[Path, list[bytes]]:
        asked = (b"first", body, b"third")
        parts = [tnetstring.encode(flow(each, b"x" * len(body)).get_state()) for each in asked]
        parts[1] = damage(parts[1])
        path = tmp_path / "three"
        path.write_bytes(b"".join(parts))
        return path, parts

    return write


def told(items: list[Any]) -> tuple[list[ExchangeDetail], list[Damage]]:
    exchanges = [item for item in items if isinstance(item, ExchangeDetail)]
    return exchanges, [item for item in items if isinstance(item, Damage)]


def after(mark: bytes, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """What makes such a change in the bytes behind a mark."""

    def damage(data: bytes) -> bytes:
        at = data.index(mark) + len(mark)
        return data[:at] + change(data[at:])

    return damage


def too_many(rest: bytes) -> bytes:
    return b"?" + rest


def too_few(rest: bytes) -> bytes:
    return rest[1:]


def another(rest: bytes) -> bytes:
    return bytes([rest[0] ^ 64]) + rest[1:]


CHANGES = [too_many, too_few, another]


@pytest.mark.parametrize("body", [b"second", b"s" * 2 * SMALL], ids=["small", "large"])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "mark", [b"8:response;", b"6:reason;", b"11:status_code;", b"15:timestamp_start;", b"8:trailers;"]
)
def test_a_broken_answer_does_not_cost_the_request(
    three: Any, read: Read, mark: bytes, change: Any, body: bytes
) -> None:
    path, parts = three(after(mark, change), body)
    exchanges, (damage,) = told(read(path))
    assert [each.legs[Leg.REQUEST].body for each in exchanges] == [b"first", body, b"third"]
    assert [each.exchange.url for each in exchanges] == [URL] * 3
    assert Leg.RESPONSE in exchanges[1].legs or mark == b"8:response;"
    assert len(parts[0]) <= (damage.offset or 0) < len(parts[0]) + len(parts[1])


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("mark", "kept"), [(b"4:path;", True), (b"6:method;", True), (b"4:port;", True), (b"7:content;", False)]
)
def test_a_broken_request_keeps_what_is_behind_it(
    three: Any, read: Read, mark: bytes, kept: bool, change: Any
) -> None:
    def in_request(data: bytes) -> bytes:
        at = data.index(b"7:request;")
        return data[:at] + after(mark, change)(data[at:])

    (_, broken, _), (damage,) = told(read(three(in_request)[0]))
    request = broken.legs[Leg.REQUEST]
    assert request.headers == (("content-type", "application/json"), ("content-length", "6"))
    assert (request.body == b"second", request.absent) == (kept, not kept)
    assert broken.exchange.source is not None
    assert any("it is lost" in each for each in broken.exchange.source.remarks) is not kept
    assert broken.exchange.connection
    assert damage.offset is not None


def test_a_hole_in_a_body_costs_what_was_there(three: Any, read: Read) -> None:
    def hole(data: bytes) -> bytes:
        at = data.index(b"x" * 1000)
        return data[:at] + data[at + 90_000 :]

    (_, broken, _), (damage,) = told(read(three(hole, b"s" * 100_000)[0]))
    assert broken.legs[Leg.REQUEST].body == b"s" * 100_000
    answer = broken.legs[Leg.RESPONSE]
    assert (answer.status, answer.body) == (200, b"x" * 10_000)
    assert dict(answer.headers)["content-type"] == "text/event-stream"
    assert "does not end where it says: what is at byte" in damage.text


@pytest.mark.parametrize("tag", [b"?", b"}", b""])
def test_what_a_backup_holds_is_not_taken_for_the_flow(
    flow: Make, tmp_path: Path, read: Read, tag: bytes
) -> None:
    one = flow(b"before")
    one.backup()
    one.request.content = b"after"
    data = tnetstring.encode(one.get_state())
    assert data.index(b"7:request;") < data.index(b"6:backup;")
    path = tmp_path / "backup"
    path.write_bytes(data.replace(b"5:after,", b"5:after" + tag, 1))
    exchanges, damage = told(read(path))
    assert [each.legs[Leg.REQUEST].body for each in exchanges][:1] == [b"before"]
    assert exchanges[1].legs[Leg.REQUEST].body in (b"after", b"afte")
    assert exchanges[1].legs[Leg.REQUEST].headers
    assert len(damage) == 1


def test_a_name_that_is_damaged_is_told(three: Any, read: Read) -> None:
    path, parts = three(lambda data: data.replace(b"7:request;", b"7:bequest;"))
    exchanges, damage = told(read(path))
    assert len(exchanges) == 2
    assert damage == [Damage(len(parts[0]), "This flow has no request, and is left out.")]


@pytest.mark.parametrize("body", [b"m" * 50, b"m" * 2 * SMALL], ids=["small", "large"])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("where", [b":1:1#", b"5:fals", b"#5:false!", b"1.5", b"0009mm"])
def test_a_broken_message_costs_no_other(
    flow: Make, tmp_path: Path, read: Read, where: bytes, change: Any, body: bytes
) -> None:
    messages = [[1, False, b"%04d" % n + body, 1.5, False, False] for n in range(20)]
    data = tnetstring.encode(flow().get_state() | {"websocket": {"messages": messages}})
    at = data.index(b"%d:0009mm" % (len(body) + 4)) - 20
    path = tmp_path / "socket"
    path.write_bytes(data[:at] + after(where, change)(data[at:]))
    (handshake,), damage = told(read(path))
    came = [chunk.data[:4] for chunk in handshake.chunks]
    assert len(came) >= 18
    assert {b"%04d" % n for n in range(20) if n not in (8, 9)} <= set(came)
    assert handshake.exchange.url == URL
    assert len(damage) == (1 if len(came) < 20 else len(damage))


def test_messages_without_end_cost_no_more_than_themselves(
    flow: Make, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "_MOST_VALUES", 5000)
    messages = [[1, False, b"%d" % n, 1.0, False, False] for n in range(3000)]
    path = tmp_path / "many"
    path.write_bytes(tnetstring.encode(flow().get_state() | {"websocket": {"messages": messages}}))
    (handshake,), (damage,) = told(read(path))
    assert handshake.exchange.url == URL
    assert handshake.legs[Leg.REQUEST].headers
    assert 500 < len(handshake.chunks) < 3000
    assert "comes after 5,000 other values" in damage.text


def test_bytes_that_are_held_are_bounded(
    flow: Make, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "_MOST_HELD", 500_000)
    messages = [[1, False, b"x" * 1000, 1.0, False, False] for n in range(1000)]
    path = tmp_path / "much"
    path.write_bytes(tnetstring.encode(flow().get_state() | {"websocket": {"messages": messages}}))
    (handshake,), (damage,) = told(read(path))
    assert 100 < len(handshake.chunks) < 600
    assert handshake.legs[Leg.REQUEST].headers
    assert "comes after 500,000 bytes" in damage.text


def test_long_headers_and_urls_are_whole(
    flow: Make, written: Callable[..., Path], read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = flow(b"x" * SMALL * 2)
    one.request.headers["x-long"] = "h" * 70_000
    one.request.path = "/" + "p" * 70_000
    one.comment = "c" * 70_000
    path = written(one)
    (detail,), damage = told(read(path))
    assert not damage
    assert dict(detail.legs[Leg.REQUEST].headers)["x-long"] == "h" * 70_000
    assert detail.exchange.url.endswith("/" + "p" * 70_000)
    assert detail.exchange.note == "c" * 70_000
    monkeypatch.setattr(walk, "_LONGEST", 69_000)
    (detail,), (cut,) = told(read(path))
    assert len(detail.exchange.note) == 69_000
    assert "is cut: it has 70," in cut.text


def test_a_file_that_shrinks_while_it_is_read(flow: Make, tmp_path: Path) -> None:
    data = b"".join(tnetstring.encode(flow(b"x" * size).get_state()) for size in (10, 70_000, 10))
    path = tmp_path / "shrinking"
    for end in range(0, len(data), 1777):
        path.write_bytes(data[:end])
        with path.open("rb", buffering=0) as file:
            found = list(flows(Pieces(file, len(data))))
        assert any(each.damage for each in found)
        assert found[-1].end == len(data)
