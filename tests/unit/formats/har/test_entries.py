"""Entries of whole, broken and cut-off archives."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.capture.model import Damage
from inspector.formats.har import entries, scanning
from inspector.formats.har.entries import Entry


def archive(count: int, **more: Any) -> bytes:
    inner = [
        {"startedDateTime": str(n), "request": {"url": f'"{n}"', "headers": []}, "comment": "},{"}
        for n in range(count)
    ]
    log = {"version": "1.2", "creator": {"name": "some"}, "pages": [{}], **more, "entries": inner}
    return json.dumps({"log": log}, indent=1).encode()


def found(content: bytes) -> tuple[list[str], list[Damage]]:
    items = list(entries.read(io.BytesIO(content)))
    told = [item for item in items if isinstance(item, Entry)]
    for each in told:
        assert content[each.offset : each.offset + 1] == b"{"
    return [str(each.value.get("startedDateTime")) for each in told], [
        i for i in items if isinstance(i, Damage)
    ]


def test_all_of_a_whole_one() -> None:
    assert found(archive(3)) == (["0", "1", "2"], [])
    assert found(archive(0)) == ([], [])
    assert next(iter(entries.read(io.BytesIO(archive(1))))).creator == "some"  # type: ignore[union-attr]  # an entry


def test_one_that_ends_too_soon() -> None:
    content = archive(3)
    cut = content.index(b'"2"')
    begun = content.rindex(b"{", 0, content.rindex(b"{", 0, cut) + 1)
    names, (damage,) = found(content[:cut])
    assert names == ["0", "1"]
    assert damage.offset == begun
    assert damage.text == "Entry 3 cannot be read: it is cut off: the file ends in the middle of it."
    names, (damage,) = found(content[:begun].rstrip())
    assert (names, damage.text) == (["0", "1"], "The file ends after entry 2: there may have been more.")


@pytest.mark.parametrize("broken", ['"', "]", "\\", "{"])
def test_behind_a_broken_one_it_goes_on(broken: str) -> None:
    content = archive(4)
    at = content.index(b'"url"', content.index(b'"startedDateTime": "1"'))
    names, (damage,) = found(content[:at] + broken.encode() + content[at:])
    assert names == ["0", "2", "3"]
    assert damage.offset is not None
    assert damage.offset < at
    assert damage.text.startswith("Entry 2 cannot be read: it is ")
    assert "The next one begins at byte" in damage.text


def test_one_that_is_none_and_one_that_nests_too_deeply() -> None:
    odd = archive(2).replace(b'"comment": "},{"', b'"comment": ' + b"[" * 5000 + b"]" * 5000, 1)
    names, (damage,) = found(odd)
    assert (names, "levels deep" in damage.text) == (["1"], True)
    names, damages = found(b'{"log": {"entries": [1, null, {"request": {}, "startedDateTime": "x"}]}}')
    assert names == ["x"]
    assert "is no JSON object" in damages[0].text


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (b"]}}\n", []),
        (b'], "comment": "x", "_more": [1]}, "also": {}}', []),
        (b"]", ["The file ends too soon, but behind its entries."]),
        (b"]}", ["The file ends too soon, but behind its entries."]),
        (b'], "comment": "x', ["The file ends too soon, but behind its entries."]),
        (b'], "entries": [{}]}}', ["There is a second list of entries: it is not read."]),
        (b"]}} {}", ["What follows the entries from here on is not read."]),
        (b"]]", ["What follows the entries from here on is not read."]),
    ],
)
def test_what_follows_the_entries(end: bytes, told: list[str]) -> None:
    content = archive(2).rstrip(b"]} \n") + b"}" + end
    names, damage = found(content)
    assert (names, [each.text for each in damage]) == (["0", "1"], told)


def test_one_of_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MOST", 50)
    odd = archive(2).replace(b'"comment": "},{"', b'"comment": [' + b"[]," * 60 + b"1]", 1)
    names, (damage,) = found(odd)
    assert (names, "holds 50 objects and lists or more" in damage.text) == (["1"], True)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"log"', b'{"log": 1}', b'{"log": {}}', b'{"log": {"entries": 1}}', b'{"log": {"a" 1}}'],
)
def test_without_entries(content: bytes) -> None:
    assert [damage.text[:45] for damage in found(content)[1]] == [
        "The archive has no entries that can be read: "
    ]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_was_not_touched_is_found(data: st.DataObject) -> None:
    content = archive(4)
    at = data.draw(st.integers(0, len(content) - 1))
    odd = data.draw(st.binary(max_size=3))
    names, damage = found(content[:at] + odd + content[at + data.draw(st.integers(0, 40)) :])
    assert len(names) + len(damage) <= 12
    if not damage:
        assert len(names) >= 3


def test_a_file_made_to_be_looked_through_again_and_again_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(entries, "_PATIENCE", 2**21)
    content = b'{"log":{"entries":[' + b'{"time":' * 20_000
    names, damage = found(content)
    assert (names, len(damage)) == ([], 1)
