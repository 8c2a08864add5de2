from __future__ import annotations

import json

import pytest

from inspector.cli.printing import print_json, print_text


def test_json_stays_readable(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": "naïve ✓"})
    said = capsys.readouterr().out
    assert "naïve ✓" in said
    assert json.loads(said) == {"text": "naïve ✓"}


def test_half_an_emoji_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": "\ud83d", "other": "é"})
    said = capsys.readouterr().out
    assert said.isascii()
    assert json.loads(said) == {"text": "\ud83d", "other": "é"}


def test_nothing_printed_moves_a_cursor_or_hides(capsys: pytest.CaptureFixture[str]) -> None:
    print_text("a\x1b[2Jb\x07\x9b1m\u202ec\u200b\ud83d\r\n\tend")
    assert capsys.readouterr().out == "a\\x1b[2Jb\\x07\\x9b1m\\u202ec\\u200b\\ud83d\\r\n\tend\n"
