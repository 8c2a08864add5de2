"""The thread of holding: what it tells, and that it beats only where a proxy listens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inspector.capture.holds import DROPPED, RELEASED, Holds, Point, State
from inspector.ui.hold_watch import HoldNews, HoldWatch

PATIENCE = 20.0


class Watched:
    """A watch that runs, and the last that it told."""

    def __init__(self, path: Path) -> None:
        self.watch = HoldWatch(path, lambda: None)
        self.news = HoldNews()

    def until(self, condition: Callable[[HoldNews], object]) -> HoldNews:
        deadline = time.monotonic() + PATIENCE
        while not condition(self.news):
            assert time.monotonic() < deadline, self.news
            self.news = self.watch.mailbox.take() or self.news
            threading.Event().wait(0.01)
        return self.news


@contextmanager
def watching(path: Path) -> Iterator[Watched]:
    made = Watched(path)
    thread = threading.Thread(target=made.watch.run)
    thread.start()
    try:
        yield made
    finally:
        made.watch.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_rules_and_held_things_are_told_with_what_there_is_to_see(held: Any):
    with watching(held.path) as watched:
        news = watched.until(lambda news: len(news.waits) == 3)
        assert [rule.filter for rule in news.rules] == ["model:my-gpt5", "session:thread-1"]
        assert [waits.held.point for waits in news.waits] == [Point.REQUEST, Point.RESPONSE, Point.EVENT]
        assert [waits.preview.split(" · ")[0] for waits in news.waits] == [
            "output exec_command 1 failed, 1 passed in 0.03s",
            "429 Too Many Requests",
            "I will add one.",
        ]
        held.hold(4, since=1)
        news = watched.until(lambda news: len(news.waits) == 4)
        assert [waits.held.id for waits in news.waits] == [1, 2, 3, 4]


def test_what_others_decide_is_told_with_who_it_was(held: Any):
    with watching(held.path) as watched:
        watched.until(lambda news: len(news.waits) == 3)
        assert held.other.decide(2, DROPPED)
        news = watched.until(lambda news: news.ended)
        assert [(one.id, one.state, one.decided_by) for one in news.ended] == [
            (2, State.DECIDED, held.other.me)
        ]
        assert not watched.watch.is_me(held.other.me)
        assert watched.watch.do(lambda holds: holds.decide(2, RELEASED)) is False
        assert watched.watch.do(lambda holds: holds.decide(1, RELEASED)) is True
        assert watched.watch.is_me(watched.until(lambda news: len(news.ended) == 2).ended[1].decided_by)


def test_rules_of_ours_are_alive_as_long_as_it_runs_and_gone_afterwards(held: Any):
    with watching(held.path) as watched:
        watched.until(lambda news: news.rules)
        beats: list[float] = []
        beat = Holds.beat
        watched.watch.do(lambda holds: setattr(holds, "beat", lambda: beats.append(1) or beat(holds)))
        watched.until(lambda news: news.rules)
        assert beats == []
        watched.watch.do(lambda holds: holds.add("", seconds=5))
        mine = watched.until(lambda news: len(news.rules) == 3).rules[-1]
        assert mine.mine
        watched.until(lambda _: len(beats) > 1)
        assert any(rule.id == mine.id for rule in held.other.rules())
    assert [rule.mine for rule in held.other.rules()] == [True, True]


def test_whether_anything_passes_is_found_out_when_asked(held: Any, stage: Any):
    with watching(held.path) as watched:
        assert watched.until(lambda news: news.rules).passes is None
        watched.watch.look_closely(True)
        watched.until(lambda news: news.passes is True)
        stage.writer.close()
        watched.until(lambda news: news.passes is False)
