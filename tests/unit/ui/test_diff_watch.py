"""The thread that compares: at once, again when what ran has ended, and in one sentence when it cannot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from inspector.capture.compared import Comparison
from inspector.capture.model import Exchange, Outcome
from inspector.protocol.compare.requests import compare_requests
from inspector.protocol.compare.responses import compare_responses
from inspector.ui.diff_watch import Compared, DiffWatch, join
from inspector.ui.view.diff.content import Side, diff_content

PATIENCE = 20.0
END = Exchange(1, 1, "POST", "https://a.b", "responses.create", "observe", 1.0, Outcome.COMPLETE)


@contextmanager
def watching(
    path: Path, older: int, newer: int, *, at_once: bool = False
) -> Iterator[tuple[Queue[Compared], threading.Thread]]:
    """Runs it; what it finds comes out of the queue. `at_once`: it is told to stop at its first word."""
    found: Queue[Compared] = Queue()

    def take() -> None:
        letter = watch.mailbox.take()
        assert letter is not None
        found.put(letter)
        if at_once:
            watch.stop()

    watch = DiffWatch(path, older, newer, take)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        yield found, thread
    finally:
        watch.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_two_that_have_ended_are_compared_once(changed: Path) -> None:
    with watching(changed, 1, 2) as (found, thread):
        first = found.get(timeout=PATIENCE)
        assert first.content is not None
        assert first.content.changes[Side.REQUEST] == 10
        thread.join(PATIENCE)  # by itself
        assert not thread.is_alive()
    assert found.empty()


def test_one_that_still_runs_is_compared_again_when_it_has_ended(stage: Any) -> None:
    said = stage.request([stage.message("user", "a")])
    for after in (0, 10):
        asked = stage.ask(said, after=after)
        stage.head(asked, after=0.1)
        if after == 0:
            stage.end(asked, after=stage.send(asked, stage.text_events(0, "m", ["One."]), after=0.2))
    stage.settle()
    with watching(stage.path, 1, 2) as (found, _):
        first = found.get(timeout=PATIENCE).content
        assert first is not None
        assert first.comparison.new.outcome is Outcome.OPEN
        done = stage.completed("r", 1, 0, 1, [stage.message("assistant", "Two.")])
        stage.end(asked, after=stage.send(asked, [done], after=0.2))
        stage.settle()
        second = found.get(timeout=PATIENCE).content
        assert second is not None
        assert second.comparison.new.outcome is Outcome.COMPLETE
        assert second.changes[Side.RESPONSE] > 0


def test_while_one_runs_it_can_be_told_to_stop(stage: Any) -> None:
    stage.ask(stage.request([]), after=0)
    stage.settle()
    with watching(stage.path, 1, 1) as (found, _):
        assert found.get(timeout=PATIENCE).content is not None


def test_a_number_that_is_not_there(changed: Path) -> None:
    with watching(changed, 1, 99) as (found, _):
        letter = found.get(timeout=PATIENCE)
    assert letter == Compared(None, "The capture has no exchange 99 any more.")


def test_a_file_that_is_no_capture(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database, whatever its name says" * 100)
    with watching(tmp_path / "x.db", 1, 2) as (found, _):
        letter = found.get(timeout=PATIENCE)
    assert letter.content is None
    assert "x.db" in letter.problem


def test_it_tells_how_far_it_is(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.ui.diff_watch.AFTER", 0.0)
    monkeypatch.setattr("inspector.ui.diff_watch.EVERY", 0.0)
    with watching(changed, 1, 2) as (found, _):
        told = []
        while (letter := found.get(timeout=PATIENCE)).content is None:
            told.append(letter.progress)
    assert told == sorted(told)
    assert len({total for _, total in told}) == 1
    assert all(0 <= done <= total for done, total in told)


def test_while_it_compares_it_can_be_told_to_stop(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.ui.diff_watch.AFTER", 0.0)
    with watching(changed, 1, 2, at_once=True) as (found, thread):
        assert found.get(timeout=PATIENCE).progress is not None
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert found.empty()


def test_a_difference_is_not_lost_to_what_comes_after_it() -> None:
    made, progress = Compared(None, "?"), Compared(None, progress=(1, 2))
    assert join(progress, made) is made
    assert join(made, progress) is progress
    whole = Compared(diff_content(Comparison(END, END, compare_requests(1, 2), compare_responses(1, 2))))
    assert join(whole, progress) is whole
