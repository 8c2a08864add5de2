"""Files read into a capture on the command line; `open` names its files in the same way."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Damage
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError
from inspector.capture.store import RecorderInfo
from inspector.formats import pouring
from inspector.formats.choosing import Chosen

Call = Callable[..., Result]
Refused = Callable[..., str]


@pytest.fixture
def source(tape: Any) -> Path:
    for n in range(3):
        tape.exchange(json.dumps({"model": f"m{n}"}).encode(), b"{}", headers=(("api-key", "hushhush"),))
    path: Path = tape.path
    return path


def models(path: Path) -> list[str | None]:
    with closing(Reader(path)) as reader:
        return [each.model for each in sorted(reader.exchanges(), key=lambda one: one.id)]


def test_files_folders_and_a_pipe_become_a_capture(call: Call, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.db"
    done = call("import", source, source.parent, "-o", out)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"6 exchanges read into {out}; see it with: inspector open {out}\n"
    again = call("import", "-", "-o", out, "--json", input=source.read_bytes())
    told = {"format": "capture", "size": source.stat().st_size, "read": source.stat().st_size}
    assert json.loads(again.stdout) == [{"file": "-", **told, "complete": True, "exchanges": 3, "damage": []}]
    assert models(out) == ["m0", "m1", "m2"] * 3


def test_what_cannot_be_read_is_a_sentence_and_changes_nothing(
    refused: Refused, source: Path, tmp_path: Path, home: Path
) -> None:
    text, out = tmp_path / "notes", tmp_path / "out.db"
    text.write_text("dear diary")
    assert "notes is in no format" in refused(1, "import", source, text, "-o", out)
    assert "Standard input is in no format" in refused(1, "import", "-", "-o", out, input="dear diary")
    assert "together with files" in refused(2, "import", "-", source, "-o", out, input="x")
    assert "does not exist" in refused(2, "import", tmp_path / "gone", "-o", out)
    assert not out.exists()
    assert "cannot be read into itself" in refused(2, "import", source, "-o", source)
    assert "is not a capture" in refused(1, "import", source, "-o", text)
    assert text.read_text() == "dear diary"
    assert not [*(home / "cache" / "imports").glob("*")]


def test_what_a_shell_makes_of_a_command_is_read_as_a_pipe(
    call: Call, refused: Refused, source: Path, tmp_path: Path, home: Path
) -> None:
    pipe, out = tmp_path / "pipe", tmp_path / "out.db"
    os.mkfifo(pipe)
    data = source.read_bytes()
    writer = threading.Thread(target=lambda: pipe.write_bytes(data))
    writer.start()
    assert call("import", pipe, "-o", out).exit_code == 0
    writer.join()
    assert models(out) == ["m0", "m1", "m2"]
    assert "a pipe: it cannot be read together with files" in refused(2, "import", pipe, source, "-o", out)
    assert "Standard input is empty" in refused(1, "import", "-", "-o", out, input="")
    assert "is no file on a disk" in refused(1, "import", source, "-o", pipe)
    assert pipe.is_fifo()
    assert not [*(home / "cache" / "imports").glob("*")]


def pour_two(inputs: Sequence[Chosen], writer: BulkWriter, end: BaseException) -> None:
    number = writer.begin_import("a", "capture", 10)
    for n, item in enumerate(inputs[0].importer.read(inputs[0].given, lambda _: None)):
        if n == 2:
            raise end
        assert not isinstance(item, Damage)
        writer.add(item, number)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (KeyboardInterrupt(), "It was stopped."),
        (SystemExit(143), "It was stopped."),
        (CaptureError("The disk is full."), "The disk is full."),
    ],
)
def test_what_ends_early_says_so_and_keeps_what_it_has(
    refused: Refused,
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    end: BaseException,
    words: str,
) -> None:
    monkeypatch.setattr(pouring, "pour", lambda inputs, writer, _: pour_two(inputs, writer, end))
    out = tmp_path / "out.db"
    said = f"{words} 2 exchanges had been read into {out}, to byte 0 of 10."
    assert refused(1, "import", source, "-o", out) == said
    assert models(out) == ["m0", "m1"]
    with closing(Reader(out)) as reader:
        (half,) = reader.imports()
        assert (half.found, half.ended) == (2, None)


def test_damage_is_named_with_its_place(
    call: Call, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pour(inputs: Sequence[Chosen], writer: BulkWriter, _: object) -> None:
        number = writer.begin_import("a.har", "har", 10)
        writer.damage(number, Damage(7, "Cut \x1b[31m off."))
        writer.end_import(number)

    monkeypatch.setattr(pouring, "pour", pour)
    done = call("import", source, "-o", tmp_path / "out.db")
    assert done.exit_code == 1  # there is nothing else in it
    assert done.stderr.startswith("a.har at byte 7: Cut \\x1b[31m off.\n0 exchanges read into")


@pytest.mark.parametrize(("options", "kept"), [(("--keep-secrets",), True), ((), False)])
def test_secrets_are_written_when_asked_for(
    call: Call, source: Path, tmp_path: Path, options: tuple[str, ...], kept: bool
) -> None:
    careless, out = tmp_path / "careless.db", tmp_path / "out.db"
    with (
        closing(Reader(source)) as reader,
        closing(BulkWriter(careless, RecorderInfo("1", "observe"), keep_secrets=True)) as writer,
    ):
        detail = reader.detail(1)
        writer.add(replace(detail, exchange=replace(detail.exchange, url="http://h/?api-key=hushhush")))
    assert call("import", careless, "-o", out, *options).exit_code == 0
    assert (b"hushhush" in out.read_bytes()) is kept


def test_opening_names_what_it_cannot_read(refused: Refused, source: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("dear diary")
    (tmp_path / "empty").mkdir()
    assert "notes is in no format" in refused(1, "open", tmp_path / "notes")
    assert "no file in" in refused(1, "open", tmp_path / "empty")
    assert "Standard input is in no format" in refused(1, "open", "-", input="dear diary")
    assert "needs a terminal" in refused(1, "open", source, source)
