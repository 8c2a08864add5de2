"""Archives packed as a whole."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Damage
from inspector.formats.har.reading import HarImporter
from inspector.formats.har.unpacked import Unpacked, head
from inspector.formats.importing import HEAD, Input


@pytest.fixture
def archive(entry: Callable[..., dict[str, Any]]) -> bytes:
    entries = [entry({"url": f"https://h/{n}"}, _padding=str(n**n)) for n in range(300)]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress, bytes])
def test_it_is_read_whichever_way(pack: Callable[[bytes], bytes], archive: bytes, tmp_path: Path) -> None:
    path, done = tmp_path / "some.zhar", list[int]()
    path.write_bytes(packed := pack(archive))
    assert HarImporter().recognises(packed[:HEAD], path)
    found = list(HarImporter().read(Input("some.zhar", path, len(packed)), done.append))
    assert len(found) == 300
    assert done == sorted(done)
    assert done[-1] == len(packed)


def test_one_that_is_cut_off_or_damaged(archive: bytes, tmp_path: Path) -> None:
    path = tmp_path / "some.zhar"
    packed = zlib.compress(archive)
    half = len(packed) // 2
    for content in (packed[:half], packed[:half] + b"\xff" * 64 + packed[half:]):
        path.write_bytes(content)
        *found, damage = HarImporter().read(Input("some.zhar", path, len(content)), lambda _: None)
        assert len(found) > 50
        assert isinstance(damage, Damage)


def test_a_bomb_is_read_a_piece_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(zlib.compress(bytes(2**24)))
    with Unpacked(path) as text:
        assert len(text.read(1000)) == 1000
        assert len(text.read(1000)) == 1000


def test_what_only_looks_packed() -> None:
    assert head(b"\x1f\x8bno gzip") == b""
    assert head(b"x: y") == b"x: y"
