"""Files as PowerShell writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Damage, ExchangeDetail
from inspector.formats import utf16
from inspector.formats.choosing import chosen
from inspector.formats.importing import Item

ASKED = {"model": "é — 🙂", "input": "x" * 70_000}
LINE = {"timestamp": "2026-11-21T10:00:00Z", "type": "response_item", "payload": {"role": "assistant"}}
OURS = {
    "id": 1,
    "method": "GET",
    "url": "/",
    "operation": "",
    "mode": "observe",
    "started": 1,
    "outcome": "complete",
}


def read(path: Path) -> list[Item]:
    found = chosen(path)
    return list(found.importer.read(found.given, lambda _: None))


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(
            {"log": {"entries": [{"request": {"postData": {"text": "é — 🙂" * 9000}}}]}}, ensure_ascii=False
        ),
        json.dumps(ASKED, ensure_ascii=False),
        'data: {"type": "response.created"}\r\n\r\n',
        json.dumps({**LINE, "payload": {"type": "message", "role": "assistant", "content": "é"}}) + "\r\n",
        json.dumps({"inspector": 1, "exchange": OURS, "legs": {"request": {"text": "é"}}}) + "\r\n",
    ],
    ids=["har", "json", "sse", "rollout", "jsonl"],
)
def test_every_format_is_read_as_its_utf_8_is(
    text: str, code: str, alike: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "plain").write_bytes(text.encode())
    (tmp_path / "wide").write_bytes(("\ufeff" + text).encode(code))
    (plain,), (wide,) = (read(tmp_path / name) for name in ("plain", "wide"))
    assert isinstance(plain, ExchangeDetail)
    assert plain.legs
    alike(plain, wide, without={"started"})


def test_one_that_is_cut_off_in_a_character(tmp_path: Path) -> None:
    path = tmp_path / "wide"
    path.write_bytes(f"{json.dumps(LINE)}\n{json.dumps(LINE)}".encode("utf-16")[:-3])
    (damage,) = read(path)
    assert damage == Damage(
        len(json.dumps(LINE)) + 1, "Line 2 is no JSON object: the file ends in the middle of it."
    )


def test_a_mark_of_utf_8_or_none_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    for content in (b"", b"\xff", b"\xef\xbb\xbfx", b"\xfe\xfe"):
        path.write_bytes(content)
        with path.open("rb") as file:
            assert utf16.recoded(file) is file
            assert file.read() == content
