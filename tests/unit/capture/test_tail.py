from __future__ import annotations

import time
from contextlib import closing

import pytest

from inspector.capture import liveness, reader
from inspector.capture.model import Leg, Outcome
from inspector.capture.reader import Reader
from inspector.capture.tail import Tail


def test_a_tail_gives_what_changed(studio):
    writer = studio.writer()
    studio.exchange(writer, b"1")
    assert writer.flush()
    with closing(Reader(studio.path)) as reading:
        tail = Tail(reading)
        assert [exchange.id for exchange in tail.poll()] == [1]
        assert tail.poll() == []
        running = studio.begin(writer)
        studio.exchange(writer, b"3")
        assert writer.flush()
        assert [exchange.id for exchange in tail.poll()] == [2, 3]
        writer.chunk(running, Leg.REQUEST, b"{}", time.monotonic())
        writer.finish(running, Outcome.COMPLETE, at=time.monotonic())
        assert writer.flush()
        (ended,) = tail.poll()
        assert (ended.id, ended.outcome) == (2, Outcome.COMPLETE)
        assert tail.poll() == []


def test_a_glance_gives_the_first_of_many_and_the_poll_all(studio):
    writer = studio.writer()
    for body in (b"1", b"2", b"3", b"4"):
        studio.exchange(writer, body)
    writer.close()
    with closing(Reader(studio.path)) as reading:
        tail = Tail(reading)
        assert [exchange.id for exchange in tail.glance(2)] == [1, 2]
        assert tail.glance(3) == []  # nearly all there are
        assert [exchange.id for exchange in tail.poll()] == [1, 2, 3, 4]


def test_another_file_in_its_place_is_told_from_its_beginning(studio):
    first = studio.writer()
    for body in (b"1", b"2", b"3"):
        studio.exchange(first, body)
    first.close()
    with closing(Reader(studio.path)) as reading:
        tail = Tail(reading)
        assert len(tail.poll()) == 3
        studio.path.unlink()
        assert tail.poll() == []
        second = studio.writer()
        studio.exchange(second, b"new")
        assert second.flush()
        (found,) = tail.poll()
        assert found.id == 1
        assert reading.generation == 1
        assert tail.poll() == []
        studio.exchange(second, b"newer")
        assert second.flush()
        assert [exchange.id for exchange in tail.poll()] == [2]


def test_a_recorder_that_dies_is_seen_though_it_writes_nothing(studio, monkeypatch: pytest.MonkeyPatch):
    writer = studio.writer()
    studio.begin(writer)
    studio.exchange(writer, b"whole")
    assert writer.flush()
    with closing(Reader(studio.path)) as reading:
        tail = Tail(reading)
        assert [exchange.outcome for exchange in tail.poll()] == [Outcome.OPEN, Outcome.COMPLETE]
        monkeypatch.setattr(reader, "alive", lambda pid, host, process: False)
        (orphan,) = tail.poll()
        assert (orphan.id, orphan.outcome) == (1, Outcome.INTERRUPTED)
        assert tail.poll() == []
        monkeypatch.setattr(reader, "alive", liveness.alive)
