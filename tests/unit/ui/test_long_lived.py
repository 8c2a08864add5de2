"""Many events are kept from the garbage collector while they are shown, and given back when they are left."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

import pytest

from inspector.ui.long_lived import BIG, MANY, LongLived


@pytest.fixture
def long_lived() -> Iterator[LongLived]:
    gc.unfreeze()
    made = LongLived()
    yield made
    made.leave()


def test_many_events_are_frozen_until_they_are_left(long_lived: LongLived):
    long_lived.took(MANY - 1)
    assert gc.get_freeze_count() == 0
    long_lived.took(1)
    assert gc.get_freeze_count() > 0
    kept = [[] for _ in range(1000)]  # type: ignore[var-annotated]
    before = gc.get_freeze_count()
    long_lived.took(MANY)  # what came since is frozen as well
    assert gc.get_freeze_count() >= before + len(kept)
    long_lived.leave()
    assert gc.get_freeze_count() == 0


def test_another_exchange_begins_anew(long_lived: LongLived):
    long_lived.took(MANY)
    with long_lived.reading(1):
        assert gc.get_freeze_count() == 0
    long_lived.took(MANY - 1)
    assert gc.get_freeze_count() == 0


def test_nothing_is_collected_while_a_big_one_is_read(long_lived: LongLived):
    with long_lived.reading(BIG - 1):
        assert gc.isenabled()
    with long_lived.reading(BIG):
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_reading_that_fails_leaves_the_collector_on(long_lived: LongLived):
    with contextlib.suppress(KeyError), long_lived.reading(BIG):
        raise KeyError
    assert gc.isenabled()
