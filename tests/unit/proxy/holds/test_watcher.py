"""The thread between the capture and what is held."""

from __future__ import annotations

import asyncio
import sqlite3
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.held.desk import Desk
from inspector.capture.holds import Act, Decision, Held, Holds, Point, State
from inspector.capture.writer import RecorderInfo, Writer
from inspector.proxy.holds.waiting import Ended, Waiting
from inspector.proxy.holds.watcher import Rules, Watcher

PATIENCE = 20.0


class Scene:
    """A capture with one exchange, a watcher, and an app."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer = Writer(path, RecorderInfo("1", "observe"), on_problem=lambda _: None)
        self.handle = self.writer.begin(
            method="POST", url="https://up.example/openai/v1/responses", http_version="HTTP/1.1",
            headers=(), operation="responses.create", mode="observe", connection="c", at=0.0,
        )  # fmt: skip
        assert self.writer.flush()
        self.holds = Holds(path)
        self.rules: asyncio.Queue[Rules] = asyncio.Queue()
        self.failures: list[str] = []
        self.watcher = Watcher(
            partial(Desk, path), self.writer, self.rules.put_nowait,
            lambda: self.failures.append(traceback.format_exc()),
        )  # fmt: skip
        self.watcher.start(asyncio.get_running_loop())

    async def told(self) -> Rules:
        """The rules, when they have changed."""
        async with asyncio.timeout(PATIENCE):
            return await self.rules.get()

    async def hold(self, **more: Any) -> Waiting:
        """Holds by a new rule."""
        self.holds.add("", Point.RESPONSE, **more)
        rule, app = (await self.told())[-1]
        loop = asyncio.get_running_loop()
        headers = (("x-token", "abcdefgh"),)
        waiting = Waiting(self.handle, rule, app, loop, loop.create_future(), status=200, headers=headers)
        self.watcher.hold(waiting)
        return waiting

    async def held(self) -> int:
        """What is held, when it is."""
        found: list[Held] = await self.until(self.holds.held)
        return found[0].id

    @staticmethod
    async def until(ask: Callable[[], Any]) -> Any:
        """Asks until the answer is true."""
        async with asyncio.timeout(PATIENCE):
            while not (answer := ask()):  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.01)
            return answer

    @staticmethod
    async def ended(waiting: Waiting) -> Ended:
        async with asyncio.timeout(PATIENCE):
            return await waiting.future


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = Scene(tmp_path / "capture.db")
    yield scene
    scene.watcher.stop()
    scene.holds.close()
    scene.writer.close()


async def test_a_decision_ends_it(scene: Scene):
    waiting = await scene.hold()
    number = await scene.held()
    [(name, shown)] = scene.holds.get(number).headers
    assert "abcdefgh" not in shown
    edited = Decision(Act.EDIT, 201, ((name, shown), ("x-own", "1")))
    assert scene.holds.decide(number, edited)
    ended = await scene.ended(waiting)
    assert (ended.state, ended.by) == (State.DECIDED, scene.holds.me)
    assert ended.decision.headers == (("x-token", "abcdefgh"), ("x-own", "1"))
    scene.watcher.carried_out(waiting)
    assert await scene.until(lambda: scene.holds.get(number).done)


async def test_its_time_is_up(scene: Scene):
    waiting = await scene.hold(seconds=1)
    ended = await scene.ended(waiting)
    assert (ended.state, ended.act) == (State.TIME_UP, Act.RELEASE)


async def test_its_app_goes(scene: Scene):
    waiting = await scene.hold()
    await scene.held()
    scene.holds.close()
    assert (await scene.ended(waiting)).state is State.APP_GONE
    assert await scene.told() == []


async def test_it_is_not_wanted_any_more(scene: Scene):
    waiting = await scene.hold()
    number = await scene.held()
    scene.watcher.let_go(waiting, State.CLIENT_GONE)
    assert (await scene.ended(waiting)).state is State.CLIENT_GONE
    assert scene.holds.get(number).state is State.CLIENT_GONE


async def test_the_capture_goes(scene: Scene):
    waiting = await scene.hold()
    await scene.held()
    scene.path.rename(scene.path.with_name("elsewhere.db"))
    assert (await scene.ended(waiting)).state is State.CAPTURE_GONE
    assert await scene.told() == ()
    again = Waiting(scene.handle, waiting.rule, waiting.app, waiting.loop, waiting.loop.create_future())
    scene.watcher.hold(again)
    assert (await scene.ended(again)).state is State.CAPTURE_GONE


async def test_the_proxy_ends(scene: Scene):
    waiting = await scene.hold()
    number = await scene.held()
    await asyncio.to_thread(scene.watcher.stop)
    ended = await scene.ended(waiting)
    assert (ended.state, ended.act) == (State.PROXY_GONE, Act.DROP)
    assert scene.holds.get(number).state is State.PROXY_GONE


async def test_an_exchange_that_is_in_no_file(scene: Scene):
    waiting = await scene.hold()
    await scene.held()
    other = Waiting(
        type(scene.handle)(0.0), waiting.rule, waiting.app, waiting.loop, waiting.loop.create_future()
    )
    scene.watcher.hold(other)
    assert (await scene.ended(other)).state is State.CAPTURE_GONE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock on the wall forward, as a machine that wakes up does."""
    real = time.time

    def jump(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return jump


async def test_the_machine_sleeps(
    scene: Scene, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
):
    """Its app could not say that it is there, and gets time to."""
    waiting = await scene.hold()
    number = await scene.held()
    looks: list[frozenset[int]] = []
    living = Desk.living

    def look(desk: Desk, *given: Any) -> frozenset[int]:
        looks.append(living(desk, *given))
        return looks[-1]

    monkeypatch.setattr(Desk, "living", look)
    clock(60.0)
    await scene.until(lambda: len(looks) >= 2)
    assert all(looks)
    assert scene.rules.empty()
    assert scene.holds.decide(number, Decision(Act.DROP))
    assert (await scene.ended(waiting)).act is Act.DROP


async def test_the_machine_sleeps_for_longer_than_it_was_to_be_held(
    scene: Scene, clock: Callable[[float], None]
):
    waiting = await scene.hold(seconds=120)
    await scene.held()
    clock(200.0)
    assert (await scene.ended(waiting)).state is State.TIME_UP


async def test_a_failure_of_ours_holds_nothing_any_more(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    waiting = await scene.hold()
    await scene.held()
    monkeypatch.setattr(Desk, "changed", lambda _: 1 // 0)
    assert (await scene.ended(waiting)).state is State.CAPTURE_GONE
    assert await scene.told() == ()
    await scene.until(lambda: not scene.watcher.runs)
    [trace] = scene.failures
    assert "ZeroDivisionError" in trace
    later = Waiting(scene.handle, waiting.rule, waiting.app, waiting.loop, waiting.loop.create_future())
    scene.watcher.hold(later)
    assert (await scene.ended(later)).state is State.CAPTURE_GONE


async def test_a_capture_that_somebody_has_locked(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """What comes passes, and does not queue for a file that takes nothing."""
    waiting = await scene.hold(seconds=1)
    number = await scene.held()
    tries: list[object] = []
    enter = Desk.enter
    monkeypatch.setattr(Desk, "enter", lambda desk, entry: (tries.append(entry), enter(desk, entry))[1])
    with closing(sqlite3.connect(scene.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        more = [
            Waiting(scene.handle, waiting.rule, waiting.app, waiting.loop, waiting.loop.create_future())
            for _ in range(50)
        ]
        for one in more:
            scene.watcher.hold(one)
        assert {(await scene.ended(one)).state for one in more} == {State.CAPTURE_GONE}
        assert len(tries) < 10
        assert (await scene.ended(waiting)).state is State.TIME_UP
        assert scene.holds.get(number).state is State.HELD  # as far as the file knows
        other.execute("ROLLBACK")
    assert await scene.until(lambda: scene.holds.get(number).state is State.TIME_UP)
