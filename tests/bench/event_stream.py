"""What a long stream costs the screen: reading it, each key in it, the answer of a moment of it.

    .venv/bin/python tests/bench/event_stream.py [--events N] [--live [SECONDS]]

Keys go through a pilot, headless; times are of the processor, of the screen's thread alone, so that a busy
machine does not tell. The goals: a key is painted in less than 50 ms, a request of 1 MB in less than 100 ms.

With `--live` a process of its own writes 2,000 events a second more behind those events, as the proxy would,
while the app follows and keys are pressed. The time of a key is from its being pressed until its row is
drawn, by the clock on the wall and of the processor; the goal is less than 100 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from recorded import INPUT, Stage, beginning, completed, request, text_events, wire
from textual.events import Key

from inspector.ui.app import InspectorApp
from inspector.ui.widgets.row_list import RowList

RATE = 2_000  # events a second of a live stream
EVERY = 0.005  # seconds between two looks at what is due of it
LIVE_KEYS = ("k", "k", "j", "G", "left_square_bracket", "left_square_bracket", "right_square_bracket", "L")
PATIENCE = 30.0
KEYS = ("j", "k", "G", "left_square_bracket", "left_square_bracket", "right_square_bracket", "w", "T", "L")


def record(path: Path, count: int) -> Path:
    """A small exchange, one of a request of 1 MB, one of so many events."""
    stage = Stage(path)
    ends = [*beginning("resp_1"), completed("resp_1", 1, 0, 1, [])]
    outputs = [
        {"type": "function_call_output", "call_id": f"call_{n}", "output": "a line of output\n" * 200}
        for n in range(300)
    ]
    for n, items in enumerate((INPUT, [*INPUT, *outputs])):
        asked = stage.ask(request(items), after=n)
        stage.head(asked, after=0.1)
        stage.send(asked, ends, after=0.2)
        stage.end(asked, after=0.5)
    words = [word(n) for n in range(count)]
    events = [*beginning("resp_2"), *text_events(0, "msg_1", words), completed("resp_2", 1, 0, 1, [])]
    asked = stage.ask(request(INPUT), after=4)
    stage.head(asked, after=0.1)
    for start in range(0, len(events), 100):
        data = b"".join(wire(each, n) for n, each in enumerate(events[start : start + 100], start))
        stage.body(asked, data, after=0.3 + start / 1000)
    stage.end(asked, after=0.3 + len(events) / 1000)
    stage.settle()
    stage.writer.close()
    return path


async def measure(path: Path) -> None:
    """Print each time as it is known."""
    app = InspectorApp(path)
    async with app.run_test(size=(170, 45)) as pilot:

        def shows(number: int) -> Callable[[], bool]:
            return lambda: app.main.panes.view is not None and app.main.panes.view.exchange.id == number

        await until(shows(1))
        await pilot.pause()
        for number, what in ((2, "a request of 1 MB"), (3, "the stream")):
            began, used = time.monotonic(), time.thread_time()
            app.main.select(number, by_person=True)
            await until(shows(number))
            await pilot.pause()
            spent = 1000 * (time.thread_time() - used)
            print(f"{what}: on screen after {time.monotonic() - began:.2f} s, {spent:.0f} ms of the screen")
        await pilot.press("3")
        for key in KEYS:
            used = time.thread_time()
            await pilot.press(key)
            print(f"{key}: {1000 * (time.thread_time() - used):.0f} ms")


def write_live(path: Path, count: int, seconds: float) -> None:
    """So many events at once, then RATE a second, a chunk each, until the time is up."""
    stage = Stage(path)
    asked = stage.ask(request(INPUT), after=0)
    stage.head(asked, after=0.1)
    total = count + int(RATE * seconds)
    events = [*beginning("resp_1"), *text_events(0, "msg_1", [word(n) for n in range(total)])]
    pieces = [wire(each, n) for n, each in enumerate(events[:total])]
    for start in range(0, count, 100):
        stage.body(asked, b"".join(pieces[start : min(start + 100, count)]), after=0.2)
    stage.settle()
    print("ready", flush=True)
    sys.stdin.readline()
    began, sent = time.monotonic(), count
    while sent < total:
        time.sleep(EVERY)
        due = min(total, count + int(RATE * (time.monotonic() - began)))
        for piece in pieces[sent:due]:
            stage.body(asked, piece, after=0.3 + time.monotonic() - began)
        sent = due
    stage.end(asked, after=1.0 + seconds)
    stage.settle()
    stage.writer.close()


def word(n: int) -> str:
    """What a delta adds."""
    return f"word {n}" + ("\n" if n % 20 == 0 else " ")


async def measure_live(path: Path, writer: subprocess.Popen[str], count: int, seconds: float) -> None:
    """Follow the stream, its newest events unfolded, press keys, print how long each took to be drawn."""
    app = InspectorApp(path)
    async with app.run_test(size=(170, 45)) as pilot:
        panes = app.main.panes
        await until(lambda: panes.events.rows is not None and panes.events.rows.count >= count)
        panes.activate("events", focus=True)
        panes.events.reveal(count - 1, unfold=True)
        await pilot.press("G")
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
        start, used, all_used = time.monotonic(), time.thread_time(), time.process_time()
        late = asyncio.create_task(lateness(start + seconds))
        took: dict[str, list[tuple[float, float]]] = {key: [] for key in LIVE_KEYS}
        while time.monotonic() < start + seconds:
            for key in LIVE_KEYS:
                took[key].append(await drawn(app, panes.events.list, key))
                await asyncio.sleep(0.1)
        lasted = time.monotonic() - start
        for key, times in took.items():
            clock, mine = ([1000 * each for each in column] for column in zip(*times, strict=True))
            print(
                f"{key}: {median(clock):.0f} ms, longest {max(clock):.0f} ms; "
                f"of the screen {median(mine):.0f} ms, longest {max(mine):.0f} ms"
            )
        print(f"held up at the longest: {1000 * await late:.0f} ms")
        print(
            f"{count:,} to {len(panes.events.records):,} events; of one processor the screen took "
            f"{(time.thread_time() - used) / lasted:.0%}, with its threads "
            f"{(time.process_time() - all_used) / lasted:.0%}"
        )


async def lateness(until_then: float) -> float:
    """How long, at the longest, somebody who wanted to be next had to wait for the screen's thread."""
    longest = 0.0
    while (asked := time.monotonic()) < until_then:
        await asyncio.sleep(EVERY)
        longest = max(longest, time.monotonic() - asked - EVERY)
    return longest


async def drawn(app: InspectorApp, rows: RowList, key: str) -> tuple[float, float]:
    """Seconds from a key until its row is drawn: by the clock, and of the screen's thread."""
    done = False
    times: list[tuple[float, float]] = []
    display, render_line = app._display, rows.render_line

    def where() -> tuple[object, ...]:
        return rows.place, app.main.panes.events.playback.at

    before = where()

    def rendered(y: int) -> Any:
        nonlocal done
        strip = render_line(y)
        done = done or (where() != before and y + rows.scroll_offset.y == rows.cursor)
        return strip

    def displayed(*what: Any) -> None:
        display(*what)
        if done and not times:
            times.append((time.monotonic() - start, time.thread_time() - used))

    rows.render_line = rendered  # type: ignore[method-assign]  # nothing public tells when a line is drawn
    app._display = displayed  # type: ignore[method-assign]
    start, used = time.monotonic(), time.thread_time()
    app.post_message(Key(key, key if len(key) == 1 else None))
    await until(lambda: times)
    rows.render_line, app._display = render_line, display  # type: ignore[method-assign]
    return times[0]


async def until(condition: Callable[[], object]) -> None:
    """Let the app go on until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("It did not come on screen.")
        await asyncio.sleep(0.001)


def live(path: Path, count: int, seconds: float) -> None:
    """The two processes."""
    command = [sys.executable, __file__, "--write", str(path), "--events", str(count), "--live", str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        asyncio.run(measure_live(path, writer, count, seconds))


def main() -> None:
    """Record, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--live", type=float, nargs="?", const=10.0, metavar="SECONDS")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)  # the writer's part of --live
    told = parser.parse_args()
    count = told.events
    if told.write:
        write_live(told.write, count, told.live)
        return
    with tempfile.TemporaryDirectory() as folder:
        if told.live:
            live(Path(folder) / "live.db", count, told.live)
            return
        path = record(Path(folder) / "long.db", count)
        print(json.dumps({"events": count, "bytes": path.stat().st_size}))
        asyncio.run(measure(path))


if __name__ == "__main__":
    main()
