"""Images inside traffic: found wherever they are, and nothing but images."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from inspector.ui.actions.pictures import MOST, pictures, write

PNG = b"\x89PNG\r\n\x1a\n and the rest"


def url(data: bytes = PNG, kind: str = "image/png", more: str = "") -> str:
    return f"data:{kind}{more};base64,{base64.b64encode(data).decode()}"


def test_they_are_found_in_both_apis_in_order():
    value = [
        {"type": "input_text", "text": "look"},
        {"type": "input_image", "image_url": url()},
        {"type": "image_url", "image_url": {"url": url(b"second", "IMAGE/JPEG", ";name=x")}},
        url(b"third", "image/webp"),
    ]
    assert pictures(value) == [(".png", PNG), (".jpg", b"second"), (".webp", b"third")]
    assert len(pictures([url()] * 50)) == MOST


@pytest.mark.parametrize(
    "text",
    ["https://a.b/c.png", "data:image/png,plain", "data:text/html;base64,PGI+", "data:image/png;base64,é",
     url(kind="image/svg+xml"), "data:image/png;base64,abc", "x" + url()],
)  # fmt: skip
def test_what_is_no_image_or_more_than_one_is_left(text: str):
    assert pictures({"image_url": text}) == []


def test_they_become_files_of_ones_own(tmp_path: Path):
    (path,) = write([(".png", PNG)], tmp_path)
    assert (path.suffix, path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (".png", PNG, 0o600)
