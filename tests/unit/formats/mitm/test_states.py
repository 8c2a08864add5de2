"""Files that are not whole: what is there is read, and the rest named with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Damage, ExchangeDetail, Leg
from inspector.formats.mitm import tnetstring
from inspector.formats.mitm.states import begins
from inspector.formats.mitm.walk import SMALL

Make = Callable[..., Any]
Read = Callable[[Path], list[Any]]
LARGE = b"x" * (3 * SMALL)


@pytest.fixture
def three(flow: Make, written: Callable[..., Path]) -> tuple[Path, list[bytes]]:
    """A file of three flows, a large one in the middle, and each one's bytes."""
    flows = [flow(b"first"), flow(LARGE, LARGE), flow(b"third")]
    return written(*flows), [tnetstring.encode(each.get_state()) for each in flows]


def asked(items: list[Any]) -> list[bytes]:
    return [item.legs[Leg.REQUEST].body for item in items if isinstance(item, ExchangeDetail)]


def damage(items: list[Any]) -> list[Damage]:
    return [item for item in items if isinstance(item, Damage)]


def test_a_whole_file(three: Any, read: Read) -> None:
    path, parts = three
    assert path.read_bytes() == b"".join(parts)
    items = read(path)
    assert asked(items) == [b"first", LARGE, b"third"]
    places = [item.exchange.source.place for item in items]
    assert places == ["byte 0", f"byte {len(parts[0])}", f"byte {len(parts[0]) + len(parts[1])}"]


@pytest.mark.parametrize("garbage", [b"?", b"\0" * 5000, b"99:", b"1234567890123456789?", b"{}\n", b"]"])
def test_what_is_between_flows_is_passed_over(three: Any, read: Read, garbage: bytes) -> None:
    path, (first, second, third) = three
    path.write_bytes(first + garbage + second + garbage + third)
    items = read(path)
    assert asked(items) == [b"first", LARGE, b"third"]
    assert [each.offset for each in damage(items)] == [
        len(first), len(first) + len(garbage) + len(second),
    ]  # fmt: skip


@pytest.mark.parametrize("digit", [b"9", b"1", b"0"])
def test_a_length_that_lies_costs_at_most_its_own_flow(three: Any, read: Read, digit: bytes) -> None:
    path, (first, second, third) = three
    path.write_bytes(first + digit + second[1:] + third)
    items = read(path)
    assert asked(items)[0] == b"first"
    assert asked(items)[-1] == b"third"
    assert damage(items)[0].offset == len(first)


def test_a_file_that_ends_in_the_middle(three: Any, read: Read) -> None:
    path, (first, second, _) = three
    path.write_bytes((first + second)[:-30_000])
    items = read(path)
    assert asked(items)[0] == b"first"
    cut = items[1]
    assert isinstance(cut, ExchangeDetail)
    assert cut.exchange.url.endswith("/openai/v1/responses")
    assert cut.legs[Leg.RESPONSE].body == LARGE
    assert 0 < len(cut.legs[Leg.REQUEST].body) < len(LARGE)
    assert "not all there" in cut.exchange.source.remarks[0]
    assert [(each.offset, each.text) for each in damage(items)] == [
        (len(first), "The file ends in the middle of this flow: 30,000 bytes are missing."),
    ]


def test_a_file_that_ends_anywhere(flow: Make, written: Callable[..., Path], read: Read) -> None:
    one, other = flow(b"first"), flow(b"second")
    path = written(one, other)
    data, size = path.read_bytes(), len(tnetstring.encode(one.get_state()))
    for end in range(size + 1, len(data), 37):
        path.write_bytes(data[:end])
        items = read(path)
        assert asked(items)[0] == b"first"
        assert [each.offset for each in damage(items)] == [size]


def test_what_breaks_inside_a_flow_leaves_what_was_before(three: Any, read: Read) -> None:
    path, (first, second, third) = three
    at = second.index(b"11:client_conn;") + len(b"11:client_conn;")
    path.write_bytes(first + second[:at] + b"x" + second[at + 1 :] + third)
    items = read(path)
    assert asked(items) == [b"first", LARGE, b"third"]
    (only,) = damage(items)
    assert only.offset is not None
    assert abs(only.offset - len(first) - at) < 30
    assert "is read as far as it can be" in only.text


def old(state: dict[str, Any], version: int) -> dict[str, Any]:
    """A flow's state in the order in which mitmproxy 7 to 9 wrote it; its last key is the file's first."""
    del state["version"]
    backup, kind = state.pop("backup"), state.pop("type")
    if version < 15:
        state = {"type": kind, **state, "mode": "regular", "version": version}
    else:
        state |= {"version": version, "type": kind}
    return state | ({"backup": old(backup, version)} if backup else {})


@pytest.mark.parametrize("version", [12, 14, 15, 18])
@pytest.mark.parametrize("garbage", [b"?", b"999"])
def test_files_of_older_versions_are_read_on_too(
    flow: Make, tmp_path: Path, read: Read, version: int, garbage: bytes
) -> None:
    changed = flow(b"before")
    changed.backup()
    changed.request.content = b"after"
    one, other, last = (
        tnetstring.encode(old(each.get_state(), version)) for each in (flow(b"first"), changed, flow(b"last"))
    )
    path = tmp_path / "old"
    path.write_bytes(garbage + one + garbage + other + garbage + last)
    items = read(path)
    found = asked(items)
    assert found[-1] == b"last"
    assert {b"before", b"after"} <= set(found) or garbage == b"999"
    assert [each.offset for each in damage(items)][:1] == [0]


def test_a_flow_without_its_beginning_is_not_taken_for_its_backup(
    flow: Make, written: Callable[..., Path], read: Read
) -> None:
    changed = flow(b"before")
    changed.backup()
    changed.request.content = b"after"
    path = written(changed)
    path.write_bytes(b"?" * 20 + path.read_bytes()[20:])
    items = read(path)
    assert asked(items) == [b"before", b"after"]
    assert damage(items) == [Damage(0, "A flow has lost its beginning here.")]


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (b"4242:9:websocket;0:~8:response;", True),
        (b"4242:8:messages;0:]", True),
        (b"99:7:version,1:9#", True),
        (b"\0\0\0 lost }4242:9:websocket;0:~8:", True),
        (b'{"log": "}4242:9:websocket;0:~8:"}', False),
        (b"x902:9:websocket;0:~8:response;654:6:reason;2:OK,", True),
        (b"\0 lost }1963:4:type;4:http;7:version;2:18#9:", True),
        (b"\0 lost }1890:7:version;2:14#4:mode;7:", True),
        (b"1890:7:version;2:14#4:mode;7:regular;", True),
        (b"4242:7:unheard;0:~9:websocket;0:~", True),
        (b"5:1:a;9:", False),
        (b"50:2:a;9:", False),
        (b"", False),
        (b"12:hello world!,", False),
    ],
)
def test_a_file_is_known_by_its_first_key(head: bytes, ours: bool) -> None:
    assert begins(head) is ours
