"""The thread that reads the exchange on screen: whole at first, then what grew, until another is wanted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.holds import RELEASED, Act, Decision
from inspector.capture.model import Outcome
from inspector.ui.exchange_watch import ExchangeWatch, Letter, Opening, join
from inspector.ui.view.pane_content import PaneContent
from inspector.ui.view.reading import ExchangeView, Growth
from inspector.ui.view.streams import Stream

PATIENCE = 20.0


class Watched:
    """The view that the screen would have by now, and what grew since."""

    def __init__(self, watch: ExchangeWatch, bell: threading.Event) -> None:
        self.watch = watch
        self.view: ExchangeView | None = None
        self.growths: list[Growth] = []
        self._bell = bell

    def until(self, condition: Callable[[Watched], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition(self):
            assert self._bell.wait(deadline - time.monotonic()), f"it did not become so: {self.view}"
            self._bell.clear()
            if (letter := self.watch.mailbox.take()) is not None:
                if letter.view is not None:
                    self.view, self.growths = letter.view, []
                self.growths += letter.growths

    def shows(self, number: int) -> None:
        self.watch.want(number)
        self.until(lambda it: it.view is not None and it.view.exchange.id == number)


@contextmanager
def watching(path: Path) -> Iterator[Watched]:
    bell = threading.Event()
    watch = ExchangeWatch(path, bell.set)
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        yield Watched(watch, bell)
    finally:
        watch.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_newer_view_makes_what_was_before_it_void(turn: Path):
    with watching(turn) as watched:
        watched.shows(1)
    view, growth = watched.view, object()
    assert view is not None
    grown = join(Letter(view), Letter(None, (growth,)))  # type: ignore[arg-type]
    assert (grown.view, grown.growths) == (view, (growth,))
    assert join(grown, Letter(view)) == Letter(view)


def test_one_after_the_other(turn: Path):
    with watching(turn) as watched:
        for number in (1, 3, 2):
            watched.shows(number)
            assert watched.view is not None
            assert watched.view.request.count > 0


def test_an_open_exchange_grows_to_its_end(streaming: Any):
    with watching(streaming.path) as watched:
        watched.shows(4)
        assert watched.view is not None
        before = watched.view.streams[Stream.SENT].count
        handle = streaming.ask({"model": "other", "input": "x"}, after=30)
        streaming.settle()
        assert handle is not None
        watched.shows(5)
        streaming.head(handle, after=0.1)
        watched.until(lambda it: it.view is not None and Stream.SENT in it.view.bodies)
        events = [*streaming.beginning("resp_9"), *streaming.text_events(0, "msg_9", ["Hi"])]
        streaming.end(handle, after=streaming.send(handle, events, after=0.2))
        watched.until(
            lambda it: (it.growths[-1] if it.growths else it.view).exchange.outcome is Outcome.COMPLETE
        )
        told = [record.type for growth in watched.growths for record in growth.records[Stream.SENT]]
        assert told[-1] == "response.output_item.done"
        watched.shows(4)
        assert watched.view.streams[Stream.SENT].count == before


def first_line(content: PaneContent | None) -> str:
    return content.nodes[0].head(200, False).text if content is not None and content.nodes else ""


def test_what_is_held_of_it_and_what_was_decided(held: Any):
    with watching(held.path) as watched:
        watched.shows(2)  # it has ended, but for what is held of it
        assert watched.view is not None
        assert first_line(watched.view.request) == "⏸ held now  H shows it"
        assert held.other.decide(1, Decision(Act.EDIT, body=b'{"model": "other"}'))
        watched.until(lambda it: it.growths and it.growths[-1].request is not None)
        edited = watched.growths[-1].request
        assert "edited and released by inspector hold" in first_line(edited)
        assert edited is not None
        below = [node.head(200, False).text for node in edited.nodes[0].below()]
        assert "≠ model  my-gpt5 → other" in below

        watched.shows(4)
        assert first_line(watched.view.answer) == "⏸ output_text.done held now  H shows it"
        held.hold(4, since=1)
        watched.until(lambda it: it.growths and it.growths[-1].request is not None)
        assert first_line(watched.growths[-1].request) == "⏸ held now  H shows it"
        assert held.other.decide(3, RELEASED)
        watched.until(
            lambda it: (
                "held" in first_line(it.growths[-1].answer) and "now" not in first_line(it.growths[-1].answer)
            )
        )
        assert "released by inspector hold" in first_line(watched.growths[-1].answer)


def test_one_that_is_not_there_is_let_go_of(turn: Path):
    with watching(turn) as watched:
        watched.watch.want(99)
        watched.shows(1)


def test_a_file_that_comes_later(stage: Any, tmp_path: Path):
    path = tmp_path / "later.db"
    with watching(path) as watched:
        watched.watch.want(1)
        stage.ask(stage.request([stage.message("user", "one")]), after=0)
        stage.settle()
        stage.writer.close()
        stage.path.rename(path)
        watched.shows(1)


def test_history_that_the_capture_holds_is_in_the_payload(stage: Any):
    first = stage.ask({"model": "m", "input": "Hi."}, after=0)
    stage.head(first, after=0.1, kind="application/json")
    said = stage.message("assistant", "Hello.")
    done = {"id": "resp_1", "object": "response", "status": "completed", "output": [said]}
    stage.body(first, json.dumps(done).encode(), after=0.2)
    stage.end(first, after=0.2)
    stage.ask({"model": "m", "input": "Go on.", "previous_response_id": "resp_1"}, after=1)
    with watching(stage.settle()) as watched:
        watched.shows(2)
        assert watched.view is not None
        payload = watched.view.payload.value
        assert [each["content"] for each in payload["messages"]] == ["Hi.", "Hello.", "Go on."]


def test_how_far_a_long_one_is_and_that_another_is_not_kept_waiting(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.ui.exchange_watch.EVERY", 0.0)
    monkeypatch.setattr("inspector.ui.view.reading.AT_ONCE", 1)
    for _ in range(2):
        asked = stage.ask(stage.request([stage.message("user", "a")]), after=0)
        stage.head(asked, after=0.1)
        for after in (0.2, 0.3, 0.4):
            stage.send(asked, stage.text_events(0, "m", ["One."]), after=after)
        stage.end(asked, after=0.5)
    stage.settle()
    told: list[Opening] = []

    def listen() -> None:
        if (opening := watch.openings.take()) is not None:
            told.append(opening)
            watch.want(2)  # instead of the first, as soon as there is a word of it
        if watch.mailbox.take() is not None:
            watch.stop()

    watch = ExchangeWatch(stage.path, listen)
    watch.want(1)
    thread = threading.Thread(target=watch.run)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert [each.exchange_id for each in told][:2] == [1, 2]
    assert told[1:] == sorted(told[1:], key=lambda each: each.done)
    assert all(0 <= each.done < each.total for each in told)


def test_a_body_that_was_not_read_in_yet_comes_by_itself(read_in: Any):
    with watching(read_in.path) as watched:
        watched.shows(2)
        assert watched.view is not None
        assert watched.view.exchange.awaited
        assert watched.view.request.count == 0
        read_in.go_on()
        watched.until(lambda it: it.view is not None and it.view.request.count > 0)
        assert not watched.view.exchange.awaited
