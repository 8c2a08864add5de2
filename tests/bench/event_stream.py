"""What a long stream costs the screen: reading it, each key in it, the answer of a moment of it.

    .venv/bin/python tests/bench/event_stream.py [--events N]

Keys go through a pilot, headless; times are of the processor, of the screen's thread alone, so that a busy
machine does not tell. The goals: a key is painted in less than 50 ms, a request of 1 MB in less than 100 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from recorded import INPUT, Stage, beginning, completed, request, text_events, wire

from inspector.ui.app import InspectorApp

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
    words = [f"word {n}" + ("\n" if n % 20 == 0 else " ") for n in range(count)]
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

        async def until(condition: Callable[[], object]) -> None:
            deadline = time.monotonic() + 120
            while not condition():
                if time.monotonic() > deadline:
                    raise SystemExit("It did not come on screen.")
                await asyncio.sleep(0.001)

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


def main() -> None:
    """Record, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    count = parser.parse_args().events
    with tempfile.TemporaryDirectory() as folder:
        path = record(Path(folder) / "long.db", count)
        print(json.dumps({"events": count, "bytes": path.stat().st_size}))
        asyncio.run(measure(path))


if __name__ == "__main__":
    main()
