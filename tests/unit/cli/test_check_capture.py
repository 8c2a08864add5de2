"""`inspector check-capture`: captures and files of others, whole and not."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from inspector.capture.model import Damage, Exchange, ExchangeDetail, Outcome
from inspector.cli import check_capture
from inspector.formats.choosing import Chosen
from inspector.formats.importing import Input

SAMPLE = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))[0]


class Foreign:
    """A format of which the second exchange is damaged."""

    name = "foreign"

    def read(self, given, at):
        exchange = Exchange(1, 0, "GET", "http://a/", "", "observe", 0.0, Outcome.COMPLETE)
        yield ExchangeDetail(exchange, {}, ())
        yield Damage(1234, "It ends in the middle.")


def test_a_whole_capture(tmp_path: Path):
    done = CliRunner().invoke(check_capture.command, [str(SAMPLE)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "is whole: " in done.stderr


def test_a_damaged_capture(tmp_path: Path):
    path = tmp_path / "cut.db"
    path.write_bytes(SAMPLE.read_bytes()[:30_000])
    done = CliRunner().invoke(check_capture.command, [str(path), "--json"])
    assert done.exit_code == 1
    (told,) = json.loads(done.stdout)
    assert (told["whole"], told["format"]) == (False, "capture")
    assert "ends at byte 30000" in told["faults"][0]["text"]


def test_a_capture_of_a_newer_inspector_is_not_called_damaged(tmp_path: Path):
    path = Path(shutil.copy(SAMPLE, tmp_path / "newer.db"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    done = CliRunner().invoke(check_capture.command, [str(path), "--json"])
    assert (done.exit_code, json.loads(done.stdout)[0]["whole"]) == (1, None)
    assert "newer.db (capture) may be whole or not: " in done.stderr
    assert "was written by a newer inspector (format 99" in done.stderr


def test_a_file_of_another_program_with_the_place_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "x").write_bytes(b"x" * 2000)
    given = Chosen(Input("x", tmp_path / "x", 2000), Foreign())
    monkeypatch.setattr(
        check_capture, "named", lambda files: type("Named", (), {"inputs": [given], "spooled": None})
    )
    done = CliRunner().invoke(check_capture.command, [str(tmp_path / "x")])
    assert done.exit_code == 1
    assert done.stdout == "x: byte 1,234: It ends in the middle.\n"
    assert done.stderr == "x (foreign) is damaged in 1 place: 1 exchange\n"


@pytest.mark.parametrize("content", [b"", b"\0nothing known"])
def test_a_file_that_nobody_knows_is_one_sentence(tmp_path: Path, content: bytes):
    (tmp_path / "x").write_bytes(content)
    done = CliRunner().invoke(check_capture.command, [str(tmp_path / "x")])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path):
    assert CliRunner().invoke(check_capture.command, [str(tmp_path / "none")]).exit_code == 2
