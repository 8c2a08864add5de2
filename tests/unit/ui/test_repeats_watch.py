"""The thread that tells what is repeated: against the request before, and of the last one that was wanted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from inspector.ui.repeats_watch import Repeats, RepeatsWatch

PATIENCE = 20.0


@contextmanager
def watching(path: Path) -> Iterator[tuple[RepeatsWatch, Queue[Repeats]]]:
    """Runs it; what it finds comes out of the queue."""
    found: Queue[Repeats] = Queue()

    def take() -> None:
        letter = watch.mailbox.take()
        assert letter is not None
        found.put(letter)

    watch = RepeatsWatch(path, take)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        yield watch, found
    finally:
        watch.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_the_first_of_a_session_repeats_nothing_and_a_later_one_its_history(turn: Path) -> None:
    with watching(turn) as (watch, found):
        watch.want(1)
        assert found.get(timeout=PATIENCE) == Repeats(1, frozenset())
        watch.want(3)
        later = found.get(timeout=PATIENCE)
    assert later.exchange_id == 3
    assert {"/input/0", "/input/1", "/input/2", "/tools", "settings"} <= later.pointers
    assert later.pointers.isdisjoint({"/input/3", "/input/4", "/input/5"})  # what came of the answer before


def test_one_that_is_not_there_leaves_the_thread_at_work(turn: Path) -> None:
    with watching(turn) as (watch, found):
        watch.want(99)
        watch.want(3)
        assert found.get(timeout=PATIENCE).exchange_id == 3
