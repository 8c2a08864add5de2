from __future__ import annotations

from pathlib import Path

import pytest
import zstandard

from inspector.capture.model import Damage
from inspector.formats.codex import lines
from inspector.formats.codex.lines import Line

LOG = b'{"a": 1}\n\n[2]\n{"b": 2}\n{"c": '


def test_lines_with_their_places_and_what_is_none(tmp_path: Path):
    path = tmp_path / "log"
    path.write_bytes(LOG)
    told: list[int] = []
    assert list(lines.read(path, told.append)) == [
        Line(1, 0, {"a": 1}),
        Damage(10, "Line 3 is no JSON object."),
        Line(4, 14, {"b": 2}),
        Damage(23, "Line 5 is no JSON object: the file ends in the middle of it."),
    ]
    assert told == [9, 10, 14, 23, len(LOG)]


def test_a_packed_file_reads_as_what_is_packed_in_it(tmp_path: Path):
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(LOG)
    packed.write_bytes(zstandard.compress(LOG[:9]) + zstandard.compress(LOG[9:]))
    assert list(lines.read(packed, lambda _: None)) == list(lines.read(plain, lambda _: None))
    assert lines.first(packed.read_bytes()) == {"a": 1}


def test_a_packed_file_that_turns_into_something_else_tells_from_where(tmp_path: Path):
    path = tmp_path / "packed"
    path.write_bytes(zstandard.compress(b'{"a": 1}\n' * 5000) + b"something else")
    *good, last = lines.read(path, lambda _: None)
    assert good[:2] == [Line(1, 0, {"a": 1}), Line(2, 9, {"a": 1})]
    assert isinstance(last, Damage)
    assert last.offset == 9 * len(good)
    assert last.text.startswith("From here on the file cannot be unpacked")


def test_a_line_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines, "LONGEST", 16)
    path = tmp_path / "log"
    path.write_bytes(b'{"a": "' + b"x" * 100 + b'"}\n{"b": 2}\n')
    assert list(lines.read(path, lambda _: None)) == [
        Damage(0, "Line 1 is longer than 16 bytes."),
        Line(2, 110, {"b": 2}),
    ]


def test_a_first_line_that_is_cut_off_is_passed_over():
    assert lines.first(b'"x"}}\n\n{"b"\n\xef\xbb\xbf{"b": 2}\r\n{"c": 3}\n{"d') == {"b": 2}


def test_progress_is_that_of_the_file_and_not_of_what_is_packed_in_it(tmp_path: Path):
    path, told = tmp_path / "packed", list[int]()
    path.write_bytes(zstandard.compress(b'{"a": 1}\n' * 5000))
    assert len(list(lines.read(path, told.append))) == 5000
    assert max(told) == path.stat().st_size


@pytest.mark.parametrize("head", [b"", b"\x28\xb5\x2f\xfdnonsense", b"[1]", b"\xff\xfe"])
def test_a_first_line_that_says_nothing(head: bytes):
    assert lines.first(head) == {}
