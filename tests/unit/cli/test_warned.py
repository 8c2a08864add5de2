"""Warnings are told, and asked about where somebody is there to answer."""

from __future__ import annotations

import sys
from typing import Any

import click
import pytest

from inspector.cli import warned
from inspector.cli.warned import warn
from inspector.replay.warnings import Risk, Warning

RISKY = Warning(Risk.ORPHAN, "input[0] is an orphan.")
COST = Warning(Risk.COST, "It will cost about 0.01.")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked at a terminal; the answer is no."""
    questions: list[str] = []

    def confirm(text: str, **_: Any) -> None:
        questions.append(text)
        raise click.Abort

    monkeypatch.setattr(warned.click, "confirm", confirm)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    return questions


def test_a_no_ends_it(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.Abort):
        warn([RISKY, COST], yes=False)
    assert asked == ["Send it nevertheless?"]
    assert capsys.readouterr().err == "warning: input[0] is an orphan.\nIt will cost about 0.01.\n"


def test_nothing_is_asked_about_a_cost_or_if_not_wanted(asked: list[str]) -> None:
    warn([COST], yes=False)
    warn([RISKY], yes=True)
    warn([], yes=False)
    assert asked == []


def test_nothing_is_asked_where_nobody_sits(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    warn([RISKY], yes=False)
    assert asked == []
