"""What the screen takes on a capture of many exchanges: until it shows them, and from a key to a painted row.

    .venv/bin/python tests/bench/screen.py [--exchanges N] [--capture FILE]

The app runs without a terminal, its screen drawn and thrown away; a key is timed from its being pressed until
the app has drawn all that came of it. Imports are not counted. The goals it is judged by, with 10,000
exchanges: first rows in 0.5 s, any key in the list in 50 ms, memory below 300 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from textual.events import Key
from textual.pilot import Pilot

from inspector.capture.model import Leg, Outcome
from inspector.capture.writer import RecorderInfo, Writer
from inspector.ui.app import InspectorApp

A_TURN, A_SESSION = 8, 400  # exchanges
ROUNDS = 12
PATIENCE = 120.0
BASE = "https://my-res.openai.azure.com/openai/v1"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--exchanges", type=int, default=10_000)
    parser.add_argument("--capture", type=Path, help="measure on this file instead of a made one")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inspector-bench-") as folder:
        path = asked.capture or Path(folder) / "many.db"
        if asked.capture is None:
            record(path, asked.exchanges)
        asyncio.run(measure(path))


def record(path: Path, exchanges: int) -> None:
    """Sessions of turns of small exchanges; every tenth one is refused and asked again."""
    writer = Writer(path, RecorderInfo("1.0", "observe", BASE, "http://127.0.0.1:8080"), on_problem=print)
    clock = time.monotonic() - exchanges
    for n in range(exchanges):
        told = {"thread_id": f"thread-{n // A_SESSION}", "turn_id": f"turn-{n // A_TURN}"}
        headers = (
            ("user-agent", "codex_exec/0.169.0 (Linux; x86_64)"),
            ("x-codex-turn-metadata", json.dumps({**told, "request_kind": "turn"})),
        )
        handle = writer.begin(
            method="POST", url=f"{BASE}/responses", http_version="HTTP/1.1", headers=headers,
            operation="responses.create", mode="observe", connection="c", at=clock + n,
        )  # fmt: skip
        refused, again = n % 10 == 3, n % 10 == 4
        said = f"prompt {n - again}: " + f"word{n % 97} " * 40
        message = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": said}]}
        body = json.dumps({"model": f"gpt-5.{n % 3}", "stream": True, "input": [message]})
        writer.chunk(handle, Leg.REQUEST, body.encode(), clock + n)
        writer.end_leg(handle, Leg.REQUEST, clock + n)
        kind = (("content-type", "application/json" if refused else "text/event-stream"),)
        writer.head(handle, Leg.RESPONSE, kind, status=429 if refused else 200, at=clock + n + 0.1)
        usage = {"input_tokens": 100 + n, "output_tokens": n % 300}
        done = {
            "type": "response.completed",
            "response": {"id": f"r{n}", "status": "completed", "usage": usage},
        }
        answer = '{"error": {"message": "slow down"}}' if refused else f"data: {json.dumps(done)}\n\n"
        writer.chunk(handle, Leg.RESPONSE, answer.encode(), clock + n + 0.2)
        writer.end_leg(handle, Leg.RESPONSE, clock + n + 0.3)
        writer.finish(handle, Outcome.COMPLETE, error=None, at=clock + n + 0.3 + (n % 13) / 10)
        if n % 500 == 499:
            assert writer.flush(PATIENCE)
    writer.close()


async def measure(path: Path) -> None:
    """Start the app, press keys, print how long each took."""
    begun = time.perf_counter()
    app = InspectorApp(path)
    async with app.run_test(size=(160, 45)) as pilot:
        await until(pilot, lambda: len(app.main.list.outline) > 1)
        tell("first rows", [time.perf_counter() - begun])
        await until(pilot, lambda: app.main.panes.view is not None)
        await until(pilot, lambda: not app.main.untitled())
        for name, keys in (
            ("down", ["j"] * ROUNDS),
            ("page down", ["pagedown"] * ROUNDS),
            ("to the end and back", ["G", "g"] * (ROUNDS // 2)),
            ("exchange before", ["left_curly_bracket"] * ROUNDS),
            ("fold and unfold the first session", ["g", *["enter"] * ROUNDS]),
            ("another order", ["S"] * ROUNDS),
            ("a letter of a filter of rows", ["slash", *"model:gpt-5.1"]),
        ):
            tell(name, [await pressed(app, pilot, key) for key in keys])
        box = app.main.sessions_pane.filter_box
        start = time.perf_counter()
        box.put("word42")
        await pilot.pause()
        await until(pilot, lambda: "searching" in app.main.sessions_pane.state)
        tell(
            "a letter while bodies are searched", [await pressed(app, pilot, key) for key in ["g", "j", "k"]]
        )
        box.put("word42")
        await pilot.pause()
        await until(pilot, lambda: "searching" not in app.main.sessions_pane.state)
        tell("all bodies searched", [time.perf_counter() - start])
        print(f"{'found':40} {app.main.sessions_pane.counts}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{'memory at its highest':40} {peak / (1024 if sys.platform != 'darwin' else 1024**2):.0f} MB")


async def pressed(app: InspectorApp, pilot: Pilot[Any], key: str) -> float:
    """Seconds from a key until the first lines that came of it are drawn; then all else is waited for."""
    drawn: list[float] = []
    display = app._display

    def displayed(*what: Any) -> None:
        display(*what)
        drawn.append(time.perf_counter())

    start = time.perf_counter()
    app._display = displayed  # type: ignore[method-assign]  # nothing public tells when lines are drawn
    app.post_message(Key(key, key if len(key) == 1 else None))
    await until(pilot, lambda: drawn)
    app._display = display  # type: ignore[method-assign]  # as it was
    await pilot.pause(0.15)
    return drawn[0] - start


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Let the app go on until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not become so"
        await asyncio.sleep(0.002)


def tell(name: str, seconds: list[float]) -> None:
    """A line of the report."""
    in_ms = [1000 * each for each in seconds]
    more = f"   longest {max(in_ms):7.1f} ms" if len(in_ms) > 1 else ""
    print(f"{name:40} {median(in_ms):7.1f} ms{more}")


if __name__ == "__main__":
    main()
