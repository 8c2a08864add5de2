"""What the screen takes on a capture of many exchanges: until it shows them, and from a key to a painted row.

    .venv/bin/python tests/bench/screen.py [--exchanges N] [--gigabyte [--pictures] | --capture FILE]

`--gigabyte` makes requests of 100 KB on average, as a session has them that grows: the packing makes a small
file of them. With `--pictures` nothing can be made smaller, and the file is of that size, too.

The app runs in a process of its own and without a terminal, its screen drawn and thrown away; a key is timed
from its being pressed until the app has drawn what came of it. Imports are not counted. In brackets is the
processor's time (of a key: of the screen's thread), which other programs do not lengthen.
The goals, with 10,000 exchanges: first rows drawn in 0.5 s, any key in the list in 50 ms, the last request of
the gigabyte, of 1 MB, chosen and then shown without keeping the app for 100 ms, memory below 300 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from many import PATIENCE, growing, pictures, record, small
from textual.events import Key
from textual.pilot import Pilot

from inspector.ui.app import InspectorApp

ROUNDS = 12
FIRST, KEY, LARGE = 0.5, 0.05, 0.1  # seconds: the goals
MEMORY = 300  # MB
BEAT = 0.002  # seconds


def main() -> None:
    """Make a capture, and measure on it in a process that has not made it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--exchanges", type=int, default=10_000)
    parser.add_argument("--gigabyte", action="store_true", help="exchanges of 100 KB")
    parser.add_argument("--pictures", action="store_true", help="that are no smaller when they are packed")
    parser.add_argument("--capture", type=Path, help="measure on this file instead of a made one")
    asked = parser.parse_args()
    if asked.capture is not None:
        gc.freeze()  # as `inspector` does
        asyncio.run(measure(asked.capture))
        return
    with tempfile.TemporaryDirectory(prefix="inspector-bench-") as folder:
        path = Path(folder) / "many.db"
        large = pictures if asked.pictures else growing
        begun = time.perf_counter()
        passed = record(path, asked.exchanges, large(asked.exchanges) if asked.gigabyte else small)
        took = time.perf_counter() - begun
        print(f"{'bodies':38}{passed / 1e6:7.1f} MB   {asked.exchanges:,} exchanges, made in {took:.0f} s")
        print(f"{'file':38}{path.stat().st_size / 1e6:7.1f} MB")
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--capture", path], check=True)


async def measure(path: Path) -> None:
    """Start the app, press keys, print how long each took."""
    busy = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(f"Python {sys.version.split()[0]}, Textual {version('textual')}; {busy}")
    begun = Watch()
    app = InspectorApp(path, when_read=gc.freeze)
    drawn = Drawn(app, begun)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: drawn.rows)
        tell("first rows", [drawn.rows or begun.span()], FIRST)
        await until(pilot, lambda: app.main.was_read)
        tell("the whole list", [begun.span()])
        await until(pilot, lambda: app.main.panes.view is not None)
        tell("the first exchange", [begun.span()])
        tell("a key while titles are read", [await pressed(app, pilot, key) for key in "jk" * 3], KEY)
        await until(pilot, lambda: not app.main.untitled())
        tell("all titles", [begun.span()])
        last = max(app.main.sessions.exchanges)
        async with Pulse() as pulse:
            start = Watch()
            tell("to the last exchange", [await pressed(app, pilot, "G")], LARGE)
            await until(pilot, lambda: shown(app) == last)
            await pilot.pause()
            tell("the last exchange shown", [start.span()])
        tell("the app kept by it for at most", [Span(pulse.longest, pulse.worked)], LARGE)
        for name, keys in (
            ("down", ["g", *["j"] * ROUNDS]),
            ("page down", ["pagedown"] * ROUNDS),
            ("to the end and back", ["G", "g"] * (ROUNDS // 2)),
            ("exchange before", ["left_curly_bracket"] * ROUNDS),
            ("fold and unfold the first session", ["g", *["enter"] * ROUNDS]),
            ("another order", ["S"] * ROUNDS),
            ("a letter of a filter of rows", ["slash", *"model:gpt-5.1"]),
        ):
            tell(name, [await pressed(app, pilot, key) for key in keys], KEY)
        await searched(app, pilot)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    in_mb = peak / (1024 if sys.platform != "darwin" else 1024**2)
    print(f"{'memory at its highest':38}{in_mb:7.1f} MB   goal {MEMORY} MB{missed(in_mb, MEMORY)}")


async def searched(app: InspectorApp, pilot: Pilot[Any]) -> None:
    """A filter that has to look into every body."""
    box = app.main.sessions_pane.filter_box
    start = Watch()
    box.put("word42")
    await pilot.pause()
    await until(pilot, lambda: "searching" in app.main.sessions_pane.state)
    tell(
        "a letter while bodies are searched", [await pressed(app, pilot, key) for key in ["g", "j", "k"]], KEY
    )
    box.put("word42")
    await pilot.pause()
    await until(pilot, lambda: "searching" not in app.main.sessions_pane.state)
    tell("all bodies searched", [start.span()])
    print(f"{'found':38} {app.main.sessions_pane.counts}")


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds that something took: on the clock, and of the processor."""

    clock: float
    worked: float


class Watch:
    """Measures from now on, with the processor's time of the process or of the thread."""

    def __init__(self, worked: Callable[[], float] = time.process_time) -> None:
        self._worked = worked
        self._begun = (time.perf_counter(), worked())

    def span(self) -> Span:
        """Since then."""
        return Span(time.perf_counter() - self._begun[0], self._worked() - self._begun[1])


class Drawn:
    """When the app first drew rows of the list."""

    def __init__(self, app: InspectorApp, watch: Watch) -> None:
        self.rows: Span | None = None
        self._app, self._watch = app, watch
        self._display = app._display
        app._display = self._displayed  # type: ignore[method-assign]  # nothing public tells when it draws

    def _displayed(self, *what: Any) -> None:
        self._display(*what)
        if self._app.main.sessions.exchanges:
            self.rows = self._watch.span()
            self._app._display = self._display  # type: ignore[method-assign]


class Pulse:
    """The longest time for which the app could do nothing else."""

    def __init__(self) -> None:
        self.longest = self.worked = 0.0

    async def __aenter__(self) -> Pulse:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        while True:
            watch = Watch(time.thread_time)
            await asyncio.sleep(BEAT)
            took = watch.span()
            self.longest, self.worked = max(self.longest, took.clock - BEAT), max(self.worked, took.worked)


def shown(app: InspectorApp) -> int | None:
    """The exchange in the panes."""
    return app.main.panes.view.exchange.id if app.main.panes.view else None


async def pressed(app: InspectorApp, pilot: Pilot[Any], key: str) -> Span:
    """From a key until the first lines that came of it are drawn; then all else is waited for."""
    drawn: list[Span] = []
    display = app._display

    def displayed(*what: Any) -> None:
        display(*what)
        drawn.append(watch.span())

    watch = Watch(time.thread_time)
    app._display = displayed  # type: ignore[method-assign]  # nothing public tells when lines are drawn
    app.post_message(Key(key, key if len(key) == 1 else None))
    await until(pilot, lambda: drawn)
    app._display = display  # type: ignore[method-assign]  # as it was
    await pilot.pause(0.15)
    return drawn[0]


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Let the app go on until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not become so"
        await asyncio.sleep(0.002)


def tell(name: str, spans: list[Span], goal: float | None = None) -> None:
    """A line of the report."""
    worst = max(spans, key=lambda span: span.clock)
    middle = Span(median(span.clock for span in spans), median(span.worked for span in spans))
    words = [f"{name:38}{_ms(middle)}", f"longest {_ms(worst)}" if len(spans) > 1 else " " * 28]
    if goal is not None:
        words.append(f"goal {1000 * goal:.0f} ms{missed(worst.clock, goal)}")
    print("   ".join(words).rstrip(), flush=True)


def _ms(span: Span) -> str:
    return f"{1000 * span.clock:7.1f} ({1000 * span.worked:5.0f}) ms"


def missed(found: float, goal: float) -> str:
    """Said of what is over its goal."""
    return "" if found <= goal else ": MISSED"


if __name__ == "__main__":
    main()
