"""Identifiers: new each time, the same again for the same seed."""

from __future__ import annotations

import uuid

from inspector.simulator.ids import Ids


def test_a_seed_fixes_the_sequence() -> None:
    one, same, other = Ids(b"a"), Ids(b"a"), Ids(b"b")
    first = [one.new("resp_"), one.new("resp_"), one.uuid()]
    assert [same.new("resp_"), same.new("resp_"), same.uuid()] == first
    assert other.new("resp_") not in first
    assert len(set(first)) == 3
    assert first[0].startswith("resp_")
    assert len(one.hex(128)) == 128
    assert str(uuid.UUID(first[2])) == first[2]
