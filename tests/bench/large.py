"""A flow file of more than a gigabyte, opened: when there is something to see, and when all of it.

    .venv/bin/python tests/bench/large.py [--flows N] [--megabytes N] [--folder DIR]

The file is made in DIR, if it is not there. Side by side, in one run: mitmproxy's own reader goes through it,
its imports not counted, and what `inspector open` does but for the screen, from the command on. Memory is the
most that the reading process had at once.

| goal | |
|---|---|
| first rows | within a second |
| all rows | no later than mitmproxy's reader has seen all flows |
| memory | under 300 MB |
| opened again | at once: within 0.1 s |
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

FIRST, MEMORY, AGAIN = 1.0, 300, 0.1
TURNS = 40  # requests of a session: each repeats what the one before had, and adds to it

READ_BY_MITMPROXY = """
import sys, time
from mitmproxy.io import FlowReader
begun = time.monotonic()
with open(sys.argv[1], "rb") as file:
    count = sum(1 for _ in FlowReader(file).stream())
print(count, time.monotonic() - begun)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def bodies(count: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Requests of sessions that grow, of `size` bytes on average, and streams that answer them."""
    dice = random.Random(1)
    words = ["".join(dice.choices("abcdefghijklmnop", k=dice.randint(2, 10))) for _ in range(5000)]
    each = size * 2 // TURNS
    history: list[object] = []
    for n in range(count):
        if n % TURNS == 0:
            history = []
        text = " ".join(dice.choices(words, k=max(1, each // 7)))
        history.append({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
        asked = {
            "model": "gpt-5.5",
            "stream": True,
            "prompt_cache_key": f"thread-{n // TURNS}",
            "input": history,
        }
        events = [
            {"type": "response.output_text.delta", "output_index": 0, "item_id": "msg_1", "delta": word}
            for word in dice.choices(words, k=150)
        ]
        usage = {"input_tokens": size // 4, "output_tokens": 150, "total_tokens": size // 4 + 150}
        response = {"id": f"resp_{n}", "status": "completed", "model": "gpt-5.5", "usage": usage}
        events.append({"type": "response.completed", "response": response})
        stream = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        yield json.dumps(asked).encode(), stream.encode()


def make(path: Path, count: int, size: int) -> None:
    """A file as mitmdump saves one."""
    from mitmproxy import http
    from mitmproxy.io import FlowWriter
    from mitmproxy.test.tflow import tflow

    at = 1_790_000_000.0
    url = "https://my-res.openai.azure.com/openai/v1/responses"
    told = {
        "content-type": "application/json",
        "user-agent": "codex_exec/0.169.0",
        "api-key": "0123456789abcdef",
    }
    with path.open("wb") as file:
        writer = FlowWriter(file)
        for asked, answered in bodies(count, size):
            flow = tflow(
                req=http.Request.make("POST", url, asked, told),
                resp=http.Response.make(200, answered, {"content-type": "text/event-stream"}),
            )
            assert flow.response is not None
            flow.request.timestamp_start, flow.request.timestamp_end = at, at + 0.1
            flow.response.timestamp_start, flow.response.timestamp_end = at + 0.5, at + 3
            writer.add(flow)
            at += 5


def theirs(path: Path) -> tuple[int, float, int]:
    """Flows, seconds and megabytes of mitmproxy's reader; its imports are not counted."""
    done = subprocess.run(
        [sys.executable, "-c", READ_BY_MITMPROXY, path], capture_output=True, text=True, check=True
    )
    count, seconds, memory = done.stdout.split()
    return int(count), float(seconds), int(memory) // 1024


def ours(path: Path, count: int) -> dict[str, float]:
    """Seconds until things are there, from the command on; megabytes of the process that reads."""
    from inspector.capture.reader import Reader
    from inspector.formats.choosing import choose
    from inspector.formats.converting import convert

    begun = time.monotonic()
    told: dict[str, float] = {}
    conversion = convert(choose([path]))
    capture = conversion.wait()
    with closing(Reader(capture)) as reader:
        while True:
            (imported,) = reader.imports() or (None,)
            if imported and imported.found:
                told.setdefault("first rows", time.monotonic() - begun)
            if imported and imported.found == count:
                told.setdefault("all rows", time.monotonic() - begun)
            told["memory"] = max(told.get("memory", 0), most_memory(conversion.pid))
            if imported and imported.ended is not None:
                told["all bodies"] = time.monotonic() - begun
                break
            time.sleep(0.01)
        whole = reader.exchanges()
        assert len(whole) == count
        assert not any(each.awaited for each in whole)
    return told


def most_memory(pid: int | None) -> int:
    """Megabytes that a process had at most so far; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0) // 1024


def main() -> int:
    """Both, and what they came to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flows", type=int, default=6000)
    parser.add_argument("--megabytes", type=int, default=1100)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = options.folder or Path(scratch)
        path = folder / f"large-{options.flows}-{options.megabytes}.mitm"
        if not path.exists():
            answers = 150 * 130
            make(path, options.flows, options.megabytes * 2**20 // options.flows - answers)
        size = path.stat().st_size / 2**20
        os.environ["INSPECTOR_HOME"] = str(Path(scratch) / "home")
        subprocess.run(
            ["cat", path], stdout=subprocess.DEVNULL, check=True
        )  # from memory from now on, for both
        count, seconds, memory = theirs(path)
        print(f"{count} flows, {size:.0f} MB")
        print(f"mitmproxy's reader  {seconds:6.2f} s  {size / seconds:6.0f} MB/s  {memory} MB of memory")
        told = ours(path, count)
        most = told.pop("memory")
        for what, at in told.items():
            print(f"{what:<19} {at:6.2f} s  {size / at:6.0f} MB/s")
        print(f"memory              {most:6.0f} MB")
        again = ours(path, count)["all bodies"]
        print(f"opened again        {again:6.2f} s")
    met = {
        "first rows": told["first rows"] <= FIRST,
        "all rows": told["all rows"] <= seconds,
        "memory": most <= MEMORY,
        "opened again": again <= AGAIN,
    }
    missed = [what for what, kept in met.items() if not kept]
    print(f"missed: {', '.join(missed)}" if missed else "all goals are met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
