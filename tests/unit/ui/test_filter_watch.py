"""The thread that looks into bodies for what a filter wants."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspector.capture.filter.language import parse
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.ui.filter_watch import FilterWatch, Findings, join

PATIENCE = 20.0


@pytest.fixture
def watch(four: Path) -> Iterator[FilterWatch]:
    made = FilterWatch(four, lambda: None)
    thread = threading.Thread(target=made.run)
    thread.start()
    yield made
    made.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.fixture
def exchanges(four: Path) -> list[Exchange]:
    reader = Reader(four)
    found = reader.exchanges()
    reader.close()
    return found


def findings(watch: FilterWatch, enough: Callable[[Findings], bool]) -> Findings:
    """All that was found until that is enough."""
    deadline = time.monotonic() + PATIENCE
    found: Findings | None = None
    while found is None or not enough(found):
        assert time.monotonic() < deadline, found
        letter = watch.mailbox.take()
        if letter is None:
            time.sleep(0.01)
        else:
            found = letter if found is None else join(found, letter)
    return found


def test_what_fits_and_what_does_not(watch: FilterWatch, exchanges: list[Exchange]) -> None:
    watch.want(parse("main branch"), exchanges, Surroundings())
    found = findings(watch, lambda one: one.done == one.total)
    assert (found.found, found.missed, found.total) == ({3}, {1, 2, 4}, 4)


def test_only_what_is_wanted_last_is_looked_for(watch: FilterWatch, exchanges: list[Exchange]) -> None:
    watch.want(parse("nobody-wants-this"), exchanges, Surroundings())
    watch.want(parse("main branch"), exchanges[:2], Surroundings())
    found = findings(watch, lambda one: one.job == 2 and one.done == one.total)
    assert found.found == set()
    watch.more(exchanges[2:], Surroundings())
    found = findings(watch, lambda one: one.done == one.total)
    assert (found.job, found.found, found.missed) == (2, {3}, {4})


def test_later_findings_hold() -> None:
    one = Findings(1, frozenset({1, 2}), frozenset({3}), 3, 3, 1)
    two = Findings(1, frozenset({3}), frozenset({2}), 2, 2, 1)
    assert join(one, two) == Findings(1, frozenset({1, 3}), frozenset({2}), 2, 2, 2)
    assert join(one, Findings(2, frozenset(), frozenset(), 0, 5)).job == 2
