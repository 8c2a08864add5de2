from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from inspector.cli.printing import print_json, print_line, print_text


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


def test_a_line_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_line("model\nwith\ttricks\r\x1b[2J")
    assert capsys.readouterr().out == "model\\nwith\\ttricks\\r\\x1b[2J\n"


def other_locale(code: str) -> bytes:
    """What the code prints where the terminal is not of UTF-8."""
    code = f"from inspector.cli.printing import *\n{code}"
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    ).stdout


def test_json_is_utf_8_in_any_locale() -> None:
    assert json.loads(other_locale("print_json({'a': 'ü→😀'})")) == {"a": "ü→😀"}


def test_text_is_what_the_locale_can_say() -> None:
    assert other_locale("print_text('ü→')").decode("latin-1") == "ü\\u2192\n"
