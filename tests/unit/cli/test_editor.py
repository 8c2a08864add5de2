"""A request in the person's editor, which is a program that changes a file here."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from inspector.cli import editor
from inspector.cli.editor import edited_by_hand, typed_is_kept

BODY = {"model": "m", "input": "hi"}


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets an editor that types the next of these texts each time; None leaves the file as it is.

    What it found each time is in the list that is given back.
    """
    program = tmp_path / "editor.py"
    texts, seen = tmp_path / "texts", tmp_path / "seen"
    program.write_text(
        "import pathlib, sys\n"
        f"texts, seen = pathlib.Path({str(texts)!r}), pathlib.Path({str(seen)!r})\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "seen.open('a').write(file.read_text() + '\\0')\n"
        "head, _, rest = texts.read_text().partition('\\0')\n"
        "texts.write_text(rest)\n"
        "if head: file.write_text(head)\n"
    )
    monkeypatch.setenv("VISUAL", f"{sys.executable} {program}")

    def set_up(*wanted: str | None) -> Path:
        texts.write_text("\0".join(text or "" for text in wanted))
        return seen

    return set_up


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the person answers to `Edit it again?`; an end of the list is nobody there."""
    given: list[bool] = []

    def confirm(text: str, **_: Any) -> bool:
        assert text == "Edit it again?"
        if not given:
            raise click.Abort
        return given.pop(0)

    monkeypatch.setattr(editor.click, "confirm", confirm)
    return given


def test_what_was_typed_comes_back(types: Any) -> None:
    seen = types('{"model": "x"}')
    assert edited_by_hand(BODY) == {"model": "x"}
    assert seen.read_text() == '{\n  "model": "m",\n  "input": "hi"\n}\n\0'


@pytest.mark.parametrize("text", [None, '{"input": "hi", "model": "m"}'])
def test_what_stays_as_it_was_is_not_sent(types: Any, text: str | None) -> None:
    types(text)
    with pytest.raises(click.ClickException, match="left as it was, so nothing was sent"):
        edited_by_hand(BODY)


def test_wrong_json_is_told_and_edited_again(
    types: Any, answers: list[bool], capsys: pytest.CaptureFixture[str]
) -> None:
    seen = types('{"model": "x",\n}', '{"model": "y"}')
    answers.append(True)
    assert edited_by_hand(BODY) == {"model": "y"}
    assert capsys.readouterr().err == "line 1, column 14: this comma is one too many: nothing follows it.\n"
    assert seen.read_text().split("\0")[1] == '{"model": "x",\n}\n'  # it is opened as it was left


@pytest.mark.parametrize("given", [[False], []])
def test_wrong_json_that_is_given_up_is_kept(types: Any, answers: list[bool], given: list[bool]) -> None:
    types("{wrong")
    answers += given
    with pytest.raises(click.ClickException, match="what was typed is in ") as gave_up:
        edited_by_hand(BODY)
    kept = Path(gave_up.value.message.rpartition(" ")[2])
    assert kept.read_text() == "{wrong"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.unlink()


def test_remarks_are_told_by_line_and_it_can_be_edited_again(
    types: Any, answers: list[bool], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    types('{"model": "m",\n "stream": 1}', '{"model": "m",\n "stream": 2}')
    answers += [True, False]
    assert edited_by_hand({"model": "m"}) == {"model": "m", "stream": 2}  # it is sent as it is wanted
    assert capsys.readouterr().err == "line 2, column 12: stream must be a boolean.\n" * 2


def test_remarks_keep_nothing_from_being_sent_where_nobody_sits(
    types: Any, answers: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    types('{"model": "m", "stream": 1}')
    assert edited_by_hand({"model": "m"}) == {"model": "m", "stream": 1}


def test_what_was_typed_is_kept_where_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.Abort), typed_is_kept({"model": "x"}):
        raise click.Abort
    said = capsys.readouterr().err
    assert said.startswith("nothing was sent; what was typed is in ")
    kept = Path(said.split()[-1])
    assert json.loads(kept.read_text()) == {"model": "x"}
    kept.unlink()
    with pytest.raises(click.ClickException), typed_is_kept(None):
        raise click.ClickException("no key")
    assert capsys.readouterr().err == ""
