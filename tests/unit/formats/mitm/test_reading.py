"""Files as wholes: what is passed over, versions, and bytes of every kind."""

from __future__ import annotations

import resource
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mitmproxy.test.tflow import tdnsflow, ttcpflow, tudpflow

from inspector.capture.model import Damage, ExchangeDetail, Leg
from inspector.formats.importing import Input
from inspector.formats.mitm import tnetstring
from inspector.formats.mitm.reading import NEWEST, OLDEST, MitmImporter
from inspector.formats.registry import recognise

Make = Callable[..., Any]
Read = Callable[[Path], list[Any]]
Told = Callable[..., list[Any]]


def test_it_is_known_by_its_content(flow: Make, written: Callable[..., Path]) -> None:
    assert isinstance(recognise(written(flow())), MitmImporter)
    assert isinstance(recognise(written(ttcpflow())), MitmImporter)
    assert isinstance(recognise(written(tdnsflow())), MitmImporter)


def test_what_is_no_http_is_counted(flow: Make, told: Told) -> None:
    one, last = told(ttcpflow(), flow(), tudpflow(), ttcpflow(), tdnsflow())
    assert one.exchange.id == 1
    assert last == Damage(None, "Flows that are no HTTP were passed over: 2 TCP, 1 UDP, 1 DNS.")


def test_too_little_of_a_flow_is_no_exchange(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "cut"
    path.write_bytes(tnetstring.encode(tdnsflow().get_state())[:-200])
    (damage,) = read(path)
    assert damage.offset == 0


def test_a_flow_that_mitmproxy_wrote_twice_is_one(flow: Make, told: Told) -> None:
    one, other = flow(b"x" * 300_000), flow()
    details = told(one, one, other)
    assert [each.exchange.id for each in details] == [1, 2]
    other.comment = "saved again"
    assert len(told(other, flow(), other)) == 3


@pytest.mark.parametrize("version", [OLDEST, 13, 17, 18])
def test_older_versions(flow: Make, tmp_path: Path, read: Read, version: int) -> None:
    """What mitmproxy's own conversion of old files turns about, turned back."""
    state = flow().get_state()
    state["version"] = version
    if version < 19:
        state["client_conn"]["address"] = state["client_conn"].pop("peername")
        state["server_conn"]["ip_address"] = state["server_conn"].pop("peername")
    if version < 17:
        state["mode"] = "regular"
    if version < 16:
        del state["timestamp_created"]
    if version < 14:
        del state["comment"]
    if version < 13:
        state["marked"] = True
    path = tmp_path / "old"
    path.write_bytes(tnetstring.encode(state))
    (detail,) = read(path)
    assert detail.exchange.url == "https://my-res.openai.azure.com/openai/v1/responses"
    assert detail.exchange.marked is (version < 13)
    assert detail.exchange.source.remarks == ()


@pytest.mark.parametrize("version", [OLDEST - 1, [2, 0, 0], None])
def test_still_older_ones_are_converted_by_mitmproxy(
    flow: Make, tmp_path: Path, read: Read, version: Any
) -> None:
    path = tmp_path / "old"
    flows = [flow().get_state() | {"version": version} for _ in range(2)]
    path.write_bytes(b"".join(tnetstring.encode(each) for each in flows))
    (damage,) = read(path)
    assert "2 flows were written by a mitmproxy older than 7" in damage.text
    assert "mitmdump -nr OLD -w NEW" in damage.text


def test_newer_ones_are_read_with_a_remark(flow: Make, tmp_path: Path, read: Read) -> None:
    path = tmp_path / "new"
    path.write_bytes(tnetstring.encode(flow().get_state() | {"version": NEWEST + 1, "unheard": {"of": 1}}))
    (detail,) = read(path)
    assert "a newer mitmproxy" in detail.exchange.source.remarks[0]


def test_memory_does_not_grow_with_the_file(flow: Make, tmp_path: Path) -> None:
    path = tmp_path / "large"
    body = b"x" * 2**20
    with path.open("wb") as file:
        for _ in range(24):
            file.write(tnetstring.encode(flow(body, body).get_state()))
    given_ = Input("large", path, path.stat().st_size)
    tracemalloc.start()
    try:
        assert (
            sum(len(item.legs[Leg.REQUEST].body) for item in MitmImporter().read(given_, print)) == 24 * 2**20
        )
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_heads_are_read_without_bodies(flow: Make, tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    data = tnetstring.encode(flow(b"BODY", b"").get_state())
    start = data.index(b"4:BODY,")
    size = 2**32
    head, rest = data[:start], data[start + len(b"4:BODY,") :]
    grown = len(f"{size}:,") + size - len("4:BODY,")
    # Lengths of what the body is part of grow with it.
    flow_length, _, inside = head.partition(b":")
    request = inside.rindex(b"7:request;") + len(b"7:request;")
    length, _, within = inside[request:].partition(b":")
    longer = b"%d:" % (int(length) + grown)
    grown += len(longer) - len(length) - 1
    head = b"%d:" % (int(flow_length) + grown) + inside[:request] + longer + within + b"%d:" % size
    with path.open("wb") as file:
        file.write(head)
        file.seek(len(head) + size)
        file.write(b"," + rest)
    given_ = Input("sparse", path, path.stat().st_size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (outlined,) = MitmImporter().outline(given_, lambda _: None)
    (read,) = MitmImporter().read(given_, lambda _: None)
    assert isinstance(read, ExchangeDetail)
    assert outlined.exchange.request_size == read.exchange.request_size == size
    assert read.legs[Leg.REQUEST].absent
    assert "are more than is read in" in read.exchange.source.remarks[0]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


_PIECES = st.sampled_from([b":", b"}", b"]", b",", b"9", b"0:~", b"9:websocket;"]) | st.binary(max_size=9)
_NAMES = (
    "request", "response", "websocket", "messages", "error", "msg", "headers", "content", "host", "path",
    "port", "method", "scheme", "status_code", "timestamp_start", "client_conn", "metadata", "inspector",
    "outcome", "backup", "marked", "comment", "is_replay",
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_bytes_are_read(
    flow: Make, written: Callable[..., Path], read: Read, data: st.DataObject
) -> None:
    one = flow(b"q" * 70_000)
    one.backup()
    one.request.content = b"changed"
    path = written(flow(), one, ttcpflow())
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = int(data.draw(st.floats(0, 1)) * (len(whole) - 1))  # its length is not always the same
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(_PIECES)
    path.write_bytes(data.draw(st.sampled_from([bytes(whole), bytes(whole[len(whole) // 3 :])])))
    assert all(isinstance(item, Damage | ExchangeDetail) for item in read(path))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.text("0123456789:;,#^!~]}abwebsocket", max_size=200).map(str.encode))
def test_no_bytes_are_an_exception(tmp_path: Path, read: Read, data: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    assert all(isinstance(item, Damage) for item in read(path))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=5) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=6)
            | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=8)
        ),
        max_leaves=40,
    )
)  # fmt: skip
def test_no_state_is_an_exception(tmp_path: Path, read: Read, value: Any) -> None:
    path = tmp_path / "odd"
    fields = value if isinstance(value, dict) else {"websocket": value, "response": value}
    told = {"version": NEWEST, "type": "http", "request": {}, **fields}
    path.write_bytes(tnetstring.encode(told))
    assert all(isinstance(item, Damage | ExchangeDetail) for item in read(path))
