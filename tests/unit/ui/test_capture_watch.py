"""The thread that follows a capture: what it finds, what it says when there is none, and that it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.capture import connect
from inspector.capture.model import Outcome
from inspector.capture.schema import MIGRATIONS
from inspector.capture.writer import RecorderInfo, Writer
from inspector.proxy.registry import Running
from inspector.ui import capture_watch
from inspector.ui.capture_watch import CaptureWatch, News, join

PATIENCE = 20.0
RUNNING = Running(
    pid=1, listening="http://127.0.0.1:8080", base_url=None, capture=Path("x.db"), upstream=None,
    mode="observe", forward=False, started=0.0,
)  # fmt: skip


class Control:
    """A proxy's state as the test has it."""

    def __init__(self, running: Running | None) -> None:
        self.running = running
        self.ours = True

    def look(self) -> Running | None:
        return self.running

    def stop(self) -> bool:
        return True


class Watched:
    """What a watch has told so far."""

    def __init__(self, watch: CaptureWatch, bell: threading.Event) -> None:
        self.watch = watch
        self.news = News()
        self.letters = 0
        self._bell = bell

    def until(self, condition: Callable[[News], object]) -> News:
        deadline = time.monotonic() + PATIENCE
        while not condition(self.news):
            assert self._bell.wait(deadline - time.monotonic()), f"it did not become so: {self.news}"
            self._bell.clear()
            if (letter := self.watch.mailbox.take()) is not None:
                self.letters += 1
                self.news = join(self.news, letter)
        return self.news


@contextmanager
def watching(path: Path, control: Control | None = None, **how: bool) -> Iterator[Watched]:
    bell = threading.Event()
    watch = CaptureWatch(path, control, bell.set, **how)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        yield Watched(watch, bell)
    finally:
        watch.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_news_of_both_are_kept_and_the_newer_wins():
    older = News(titles={"a": "1", "b": "2"}, size=5, read=True, problem="gone by now")
    newer = News(titles={"b": "3"}, recorder=None)
    joined = join(older, newer)
    assert (joined.titles, joined.size, joined.read) == ({"a": "1", "b": "3"}, 5, True)
    assert joined.problem is None


def test_what_is_there_and_what_comes_later(stage: Any):
    asked = stage.ask(stage.request([stage.message("user", "one")]), after=0)
    stage.settle()
    with watching(stage.path) as watched:
        news = watched.until(lambda news: news.read)
        assert news.exchanges[1].outcome is Outcome.OPEN
        assert news.recorder is not None
        assert news.recorder.mode == "observe"
        assert news.size is not None
        assert 0 < news.size < 1_000_000
        stage.head(asked, after=0.1, status=429)
        stage.end(asked, after=0.2)
        stage.ask(stage.request([stage.message("user", "two")]), after=1)
        news = watched.until(lambda news: 2 in news.exchanges and news.exchanges[1].status)
        assert news.exchanges[1].status == 429


def test_what_is_sent_from_here_is_no_proxy(stage: Any):
    stage.ask(stage.request([stage.message("user", "one")]), after=0)
    stage.settle()
    writer = Writer(stage.path, RecorderInfo("1.0", "replay"), on_problem=lambda _: None)
    assert writer.flush()
    try:
        with watching(stage.path) as watched:
            recorder = watched.until(lambda news: news.read).recorder
            assert recorder is not None
            assert recorder.mode == "observe"
    finally:
        writer.close()


def test_titles_are_told_when_they_are_asked_for(turn: Path):
    with watching(turn) as watched:
        assert watched.until(lambda news: news.read).titles == {}
        watched.watch.want_titles({"the turn": 1, "no request": 99})
        news = watched.until(lambda news: news.titles)
        assert news.titles == {"the turn": "Why does tests/test_backoff.py fail now and then? Fix it."}


def test_of_a_long_capture_the_first_are_told_and_the_rest_once_they_are_drawn(
    stage: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(capture_watch, "FIRST", 2)
    monkeypatch.setattr(capture_watch, "FIRST_SEEN", PATIENCE)
    for n in range(5):
        stage.ask(stage.request([stage.message("user", str(n))]), after=n)
    stage.settle()
    with watching(stage.path, earliest_first=True) as watched:
        news = watched.until(lambda news: news.exchanges)
        assert (sorted(news.exchanges), news.read) == ([1, 2], False)
        assert news.recorder is not None
        watched.watch.go_on()
        assert sorted(watched.until(lambda news: news.read).exchanges) == [1, 2, 3, 4, 5]


def test_the_rest_does_not_wait_for_ever_for_a_screen(stage: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture_watch, "FIRST", 1)
    monkeypatch.setattr(capture_watch, "FIRST_SEEN", 0.01)
    for n in range(2):
        stage.ask(stage.request([stage.message("user", str(n))]), after=n)
    stage.settle()
    with watching(stage.path, earliest_first=True) as watched:
        assert sorted(watched.until(lambda news: news.read).exchanges) == [1, 2]


def test_titles_come_some_at_a_time_and_all_in_the_end(turn: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture_watch, "TITLES_FOR", 0.0)
    with watching(turn) as watched:
        watched.until(lambda news: news.read)
        watched.watch.want_titles({"a": 1, "b": 1, "c": 1})
        assert watched.until(lambda news: news.titles).titles.keys() != {"c"}
        assert watched.until(lambda news: "c" in news.titles).titles.keys() == {"a", "b", "c"}


def test_a_capture_that_stands_still_is_told_once(turn: Path):
    with watching(turn) as watched:
        watched.until(lambda news: news.read)
        watched.watch.want_titles({"again": 1})  # the thread goes round at least once more
        watched.until(lambda news: "again" in news.titles)
        assert watched.letters == 2


def test_a_file_that_is_not_there_and_then_is(stage: Any, tmp_path: Path):
    path = tmp_path / "later.db"
    with watching(path) as watched:
        assert "later.db" in (watched.until(lambda news: news.problem).problem or "")
        stage.ask(stage.request([stage.message("user", "one")]), after=0)
        stage.settle()
        stage.writer.close()
        stage.path.rename(path)
        news = watched.until(lambda news: news.exchanges)
        assert news.problem is None


def test_what_the_proxy_says_of_itself_counts_more(tmp_path: Path):
    control = Control(RUNNING)
    with watching(tmp_path / "none.db", control) as watched:
        news = watched.until(lambda news: news.read)
        assert (news.proxy, news.problem) == (RUNNING, None)  # it has yet to make the file
        control.running = replace(RUNNING, problem="The disk is full.")
        assert watched.until(lambda news: news.problem).problem == "The disk is full."
        control.running = None
        assert watched.until(lambda news: news.proxy is None).problem != "The disk is full."


def test_a_capture_that_is_deleted_while_it_is_open_is_told(stage: Any):
    stage.ask(stage.request([stage.message("user", "one")]), after=0)
    stage.settle()
    with watching(stage.path) as watched:
        assert watched.until(lambda news: news.read).problem is None
        stage.path.rename(stage.path.with_name("elsewhere.db"))
        said = watched.until(lambda news: news.problem).problem
        assert said is not None
        assert said.startswith(f"{stage.path.name} was deleted or moved: what is shown is what was read")
        assert 1 in watched.news.exchanges
        stage.path.with_name("elsewhere.db").rename(stage.path)
        watched.until(lambda news: news.problem is None)


def test_an_older_format_is_remarked_on_with_what_to_do(tmp_path: Path, turn: Path):
    older = tmp_path / "older one.db"
    connect.create(older, MIGRATIONS[:-1])
    with watching(older) as watched:
        news = watched.until(lambda news: news.read)
        assert news.remark is not None
        assert news.remark.endswith(f"inspector captures migrate '{older}'")
    with watching(turn) as watched:
        assert watched.until(lambda news: news.read).remark is None


def test_how_far_the_reading_of_many_is(turn: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capture_watch, "EVERY", 0.0)
    with watching(turn) as watched:
        watched.until(lambda news: news.read)
        done, total = watched.watch.shares.take() or (0, 0)
        assert done == total == len(watched.news.exchanges) > 1


def test_it_tells_how_far_a_file_is_and_what_could_not_be_read(read_in: Any):
    with watching(read_in.path) as watched:
        news = watched.until(lambda news: news.read and news.files.imports)
        assert news.files.share == (read_in.SIZE * 46 // 100, read_in.SIZE)
        assert [each.awaited for each in news.exchanges.values()] == [False, True, True]
        read_in.end()
        news = watched.until(lambda news: news.files.remark("I"))
        assert news.files.share is None
        assert news.files.unread == 2
        assert not any(each.awaited for each in news.exchanges.values())


def test_a_file_whose_reading_was_stopped_is_told(read_in: Any):
    read_in.stop()
    with watching(read_in.path) as watched:
        news = watched.until(lambda news: news.read and news.files.remark("I"))
    assert "session.mitm was not read to its end." in (news.files.remark("I") or "")


def test_what_is_told_first_names_the_files_too(read_in: Any):
    with watching(read_in.path, earliest_first=True) as watched:
        assert watched.until(lambda news: news.exchanges).files.name == "session.mitm"
