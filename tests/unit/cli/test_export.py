"""Exchanges out of a capture, and out of any file that can be read."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from click.testing import Result

from inspector.capture.reader import Reader
from inspector.formats import outgoing
from inspector.formats.exporting import EXPORTERS, exporter
from inspector.formats.outgoing import Order, to_file

Call = Callable[..., Result]
Refused = Callable[..., str]
BODY = b'{"model": "m", "input": "Why?"}'
KEY = (("api-key", "a-key-nobody-may-see"),)


@pytest.fixture
def capture(tape: Any) -> Path:
    """Three exchanges, the second one refused."""
    tape.exchange(BODY, b'{"output": []}', headers=KEY)
    tape.exchange(BODY, b'{"error": {"message": "slow down"}}', status=429)
    tape.exchange(BODY.replace(b"Why", b"How"), b'{"output": []}')
    path: Path = tape.path
    return path


def test_the_suffix_says_the_format(call: Call, capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.sh"
    result = call("export", capture, "1", "-o", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"1 exchange written to {out} ({out.stat().st_size:,} bytes)" in result.stderr
    assert "read from AZURE_OPENAI_API_KEY" in result.stderr
    assert BODY in out.read_bytes()


def test_all_of_them_or_those_that_fit(call: Call, capture: Path) -> None:
    whole = call("export", capture, "-o", "-", "--format", "md").stdout
    assert whole.startswith("## 3 exchanges, 1 went wrong\n")
    failed = call("export", capture, "--filter", "has:error", "-o", "-", "--format", "md").stdout
    assert failed.startswith("## 1 exchange, 1 went wrong\n")
    both = call("export", capture, "3", "1", "--filter", "How?", "-o", "-", "--format", "md").stdout
    assert "#### Exchange 3\n" in both
    assert "#### Exchange 1\n" not in both


def test_a_file_an_exchange(call: Call, capture: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    result = call("export", capture, "-o", f"{folder}/", "--format", "curl", "--json")
    told = json.loads(result.stdout)
    assert sorted(file.name for file in folder.iterdir()) == ["0001.curl", "0002.curl", "0003.curl"]
    assert told["files"] == [str(folder / f"000{n}.curl") for n in (1, 2, 3)]
    assert (told["exchanges"], told["format"]) == (3, "curl")
    assert told["bytes"] == sum(file.stat().st_size for file in folder.iterdir())


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["-o", "x.nothing"], 2, "'x.nothing' does not say which format"),
        (["-o", "-"], 2, "'-' does not say which format"),
        (["-o", "-", "--format", "md", "--json"], 2, "both want stdout"),
        (["-o", "x.md", "--filter", "status:"], 2, "--filter 'status:': "),
        (["-o", "x.md", "--filter", "status:500"], 1, "no exchange of "),
        (["9", "-o", "x.md"], 1, "the capture has no exchange '9'; it holds 1 to 3"),
        (
            ["-o", "x.curl"],
            1,
            "A .curl file holds one exchange, and these are 3: name one, or write a folder",
        ),
        (["-o", "there.md"], 1, "there.md is there already"),
        (["-o", "none/x.md"], 1, "There is no folder none"),
        (["-o", "tape.db", "--format", "md", "--force"], 1, "tape.db is the capture itself."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    refused: Refused,
    capture: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.md").write_text("before")
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert said in refused(status, "export", capture, *arguments)
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before


def test_who_names_a_folder_is_not_told_to_name_one(refused: Refused, capture: Path, tmp_path: Path) -> None:
    said = refused(1, "export", capture, "-o", f"{tmp_path}/out/", "--format", "sse")
    assert said == "Exchange 3 was not answered by an event stream: write it as .har or .jsonl."


def test_a_full_disk_leaves_what_was_there(
    refused: Refused, capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.md"
    out.write_text("before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = refused(1, "export", capture, "-o", out, "--force")
    assert "cannot be written: No space left on device. What was there before is as it was." in said
    assert out.read_text() == "before"
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    ("out", "kept"),
    [
        ("x.md", "What was there before is as it was."),
        ("out/", "The files that were whole by then are there."),
    ],
)
def test_who_stops_it_is_told_what_there_is(
    refused: Refused, capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, kept: str
) -> None:
    def stopped(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)
    before = sorted(tmp_path.iterdir())
    said = refused(1, "export", capture, "-o", f"{tmp_path}/{out}", "--format", "md")
    assert said == f"It was stopped. {kept}"
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [
        file for file in before if file.is_file()
    ]


def test_secrets_that_a_capture_keeps_do_not_leave_it_unasked(
    call: Call, capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Headers:
        """Writes the heads of requests."""

        name, suffix, many = "heads", "heads", True

        def write(self, details: Any, out: BinaryIO) -> list[str]:
            for detail in details:
                out.write(repr([leg.headers for leg in detail.legs.values()]).encode())
            return ["The bodies are not in it."]

    monkeypatch.setattr(outgoing, "exporter", lambda _: Headers())
    out = tmp_path / "x.md"
    result = call("export", capture, "-o", out)
    assert b"[redacted " in out.read_bytes()
    assert "The bodies are not in it." in result.stderr
    assert "in their place stands [redacted ...]" in result.stderr


def test_what_is_read_is_never_replaced(refused: Refused, capture: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.jsonl"
    with closing(Reader(capture)) as reader:
        to_file(reader, Order([1], "jsonl"), given)
    before = given.read_bytes()
    said = refused(1, "export", given, "-o", given, "--force")
    assert said == f"{given} is what is read: it stays as it is. Name another file."
    assert given.read_bytes() == before


def test_other_files_are_read_first(call: Call, capture: Path, tmp_path: Path) -> None:
    folder = tmp_path / "several"
    folder.mkdir()
    for n in range(2):
        shutil.copy(capture, folder / f"{n}.db")
    first = call("export", folder, "-o", "-", "--format", "md")
    assert first.stdout.startswith("## 6 exchanges, 2 went wrong\n"), first.stderr
    piped = call("export", "-", "2", "-o", "-", "--format", "md", input=capture.read_bytes())
    assert piped.stdout.startswith("## 1 exchange, 1 went wrong\n"), piped.stderr


@pytest.mark.parametrize("suffix", EXPORTERS)
def test_every_format_is_what_it_is_called(suffix: str) -> None:
    made = exporter(suffix)
    assert made.suffix == suffix
    assert isinstance(made.many, bool)
