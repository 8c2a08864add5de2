"""What a command tells of the calls that it sends: line by line, behind a bar, and in sum."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.capture.model import Made, Outcome, Usage
from inspector.capture.reader import Reader
from inspector.capture.summary import Summary
from inspector.cli import sent as told_module
from inspector.cli.sent import Told, send_and_tell
from inspector.replay.record import open_record
from inspector.replay.sending import Sender, Sent


def came(
    number: int | None = 1, status: int | None = 200, *, error: str | None = None, seconds: float = 1.0
) -> Sent:
    outcome = Outcome.COMPLETE if status else Outcome.UNREACHABLE
    summary = Summary(usage=Usage(1200, 0, 34, 0))
    return Sent(number, status, outcome, error, summary, (), b"", seconds)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A capture in which exchange 1 was sent from here."""
    path = tmp_path / "x.db"
    writer = open_record(path, {}, lambda _: None)
    writer.begin(
        method="POST", url="https://h/responses", http_version="HTTP/1.1", headers=(),
        operation="responses.create", mode="replay", connection="c", at=0.0, made=Made("replay"),
    )  # fmt: skip
    writer.close()
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Says which of the two streams are a terminal."""

    def say(*names: str) -> None:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            monkeypatch.setattr(stream, "isatty", lambda is_one=name in names: is_one)

    return say


def test_one_is_a_line_on_each_side(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capture, 1, as_json=False, advise=lambda _: "do this")
    told.tell(came(error="no."))
    told.sum_up()
    out, err = capsys.readouterr()
    assert "responses.create" in out
    assert err == "exchange 1: no: do this; 1.00 s; 1,200 tokens in, 34 out\n"


def test_what_was_not_recorded_is_said(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capture, 1, as_json=True)
    told.tell(came(None))
    told.tell(came(99))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("not recorded: 200; 1.00 s")


@pytest.mark.parametrize(("number", "status"), [(1, 0), (None, 1)])
def test_what_was_not_recorded_is_not_done(capture: Path, number: int | None, status: int) -> None:
    async def send(_sender: Sender) -> Sent:
        return came(number)

    told = Told(capture, 2, as_json=True)
    ended = send_and_tell(
        capture, send, told, times=2, concurrency=2, options={}, named_hosts=frozenset(), timeout=1, retries=0
    )
    assert (ended, len(told.sent)) == (status, 2)


@pytest.mark.parametrize("concurrency", [1, 2])
def test_many_at_once_are_told_beside_their_loop(capture: Path, concurrency: int) -> None:
    class Watched(Told):
        told_by = 0

        def tell(self, sent: Sent) -> None:
            self.told_by = threading.get_ident()

    async def send(_sender: Sender) -> Sent:
        return came()

    told = Watched(capture, 2, as_json=True)
    send_and_tell(
        capture, send, told, times=2, concurrency=concurrency,
        options={}, named_hosts=frozenset(), timeout=1, retries=0,
    )  # fmt: skip
    assert (told.told_by == threading.get_ident()) is (concurrency == 1)


def test_no_body_is_kept_of_many(capture: Path) -> None:
    told = Told(capture, 2, as_json=True, advise=lambda sent: f"{len(sent.body)} bytes")
    told.tell(replace(came(error="no"), body=b"four"))
    assert [one.body for one in told.sent] == [b""]


def test_a_wait_before_it_is_tried_again_is_told(
    capture: Path, capsys: pytest.CaptureFixture[str], terminal: Callable[..., None]
) -> None:
    told = Told(capture, 2, as_json=True, advise=lambda _: "wait")
    told.waits(came(error="429 busy."), 2.5)
    assert capsys.readouterr().err == "exchange 1: 429 busy; again in 2.5 s\n"
    terminal("stderr")
    with ExitStack() as ending:
        told.bar(ending)
        capsys.readouterr()
        told.waits(came(error="429 busy."), 2.5)
        assert capsys.readouterr().err == ""


def test_many_are_summed_up(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capture, 6, as_json=False)
    for one in (came(seconds=3.0), came(seconds=1.0), came(seconds=1.5), came(status=429, error="429"),
                came(status=None, error="gone"), came(error="failed in its stream")):  # fmt: skip
        told.tell(one)
    told.sum_up()
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == (
        "6 of 6 sent: 3 fine, 1 429, 1 unreachable, 1 failed; "
        "1.00 s, 1.50 s, 3.00 s (fastest, median, slowest)"
    )


@pytest.mark.parametrize("stdout_too", [True, False])
def test_a_bar_and_what_stands_behind_it(
    capture: Path, capsys: pytest.CaptureFixture[str], terminal: Callable[..., None], stdout_too: bool
) -> None:
    terminal("stderr", *(["stdout"] if stdout_too else []))
    told = Told(capture, 2, as_json=True)
    with ExitStack() as ending:
        told.bar(ending)
        told.tell(came(error="no"))
        while_it_runs = capsys.readouterr()
        told.tell(came())
    told.sum_up()
    rest = capsys.readouterr()
    assert "sending" in while_it_runs.err
    assert len(while_it_runs.out.splitlines()) == (0 if stdout_too else 1)
    assert [json.loads(line)["id"] for line in (while_it_runs.out + rest.out).splitlines()] == ["1", "1"]
    assert rest.err.splitlines()[-2:] == [
        "2 of 2 sent: 1 failed, 1 fine; 1.00 s, 1.00 s, 1.00 s (fastest, median, slowest)",
        "no",
    ]


def test_how_often_which_difference(
    capture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    same, other = "the same answer as exchange 1", "unlike exchange 1: 1 item new"
    words = iter([same, other, same])
    monkeypatch.setattr(told_module, "difference", lambda _old, _new: next(words))
    with closing(Reader(capture)) as reader:
        original = reader.detail(1)
    told = Told(capture, 3, as_json=False, original=original)
    for _ in range(3):
        told.tell(came())
    told.sum_up()
    assert capsys.readouterr().err.splitlines()[-2:] == [f"2 times {same}", f"once {other}"]
