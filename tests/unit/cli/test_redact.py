"""`inspector redact`: what it tells, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from inspector.cli.redact import command
from inspector.sharing import redacting
from inspector.sharing.kinds import Kind
from inspector.sharing.proof import Leftover

SAMPLE = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))[0]


def test_it_tells_what_went_by_kind_and_place(tmp_path: Path):
    out = tmp_path / "out.db"
    done = CliRunner().invoke(
        command, [str(SAMPLE), "2", "-o", str(out), "--prompts", "--word", "greeting", "--json"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["exchanges"] == [{"was": 2, "is": 1}]
    assert {one["kind"] for one in told["removed"]} == {"prompts", "words"}
    assert "prompts, in request bodies" in done.stderr
    assert f"is left in {out}" in done.stderr
    assert out.exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--word", "ab"], "3 characters or more"),
        (["--word", "..."], "of letters or digits"),
        (["--word", "tool"], "a word of the protocols"),
        (["--keep", "paths"], "--keep goes with --all"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error(tmp_path: Path, options: list[str], why: str):
    done = CliRunner().invoke(command, [str(SAMPLE), "-o", str(tmp_path / "out.db"), *options])
    assert done.exit_code == 2
    assert why in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path):
    (tmp_path / "out.db").write_text("mine")
    done = CliRunner().invoke(command, [str(SAMPLE), "-o", str(tmp_path / "out.db")])
    assert done.exit_code == 2
    assert (tmp_path / "out.db").read_text() == "mine"


def test_what_is_left_is_told_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    left = [Leftover("exchange 1, request body", Kind.WORD, "contoso in words")]
    monkeypatch.setattr(redacting, "leftovers", lambda *_: left)
    done = CliRunner().invoke(command, [str(SAMPLE), "-o", str(tmp_path / "out.db")])
    assert done.exit_code == 1
    assert "exchange 1, request body: words: contoso in words" in done.stderr
    assert "nothing was written" in done.stderr
    assert list(tmp_path.iterdir()) == []
