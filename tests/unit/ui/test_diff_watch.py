"""The thread that compares: at once, again when what ran has ended, and in one sentence when it cannot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

from inspector.capture.model import Outcome
from inspector.ui.diff_watch import Compared, DiffWatch
from inspector.ui.view.diff.content import Side

PATIENCE = 20.0


@contextmanager
def watching(path: Path, older: int, newer: int) -> Iterator[tuple[Queue[Compared], threading.Thread]]:
    """Runs it; what it finds comes out of the queue."""
    found: Queue[Compared] = Queue()

    def take() -> None:
        letter = watch.mailbox.take()
        assert letter is not None
        found.put(letter)

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
