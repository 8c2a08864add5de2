"""`python -m inspector.simulator`: the imitation as a process, for the demo and for trying by hand.

When it listens it prints one JSON line, `{"base_url": ..., "url": ..., "pid": ...}`; SIGTERM and SIGINT end
it, exit 0.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

from inspector.simulator.pace import HUMAN
from inspector.simulator.server import Simulator
from inspector.simulator.service import Service, Story
from inspector.simulator.stories.demo import SCENES
from inspector.simulator.stories.scenes import Played
from inspector.simulator.stories.tool_session import ToolSession

STORIES: dict[str, Story] = {"demo": Played(SCENES), "tools": ToolSession()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m inspector.simulator", description="Azure on loopback.")
    parser.add_argument("--story", choices=sorted(STORIES), default="demo", help="what the model says")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--speed", type=float, default=1.0, help="1 is a person's; 0 as fast as possible")
    parser.add_argument("--show-reasoning", action="store_true", help="reasoning_content in chat chunks")
    parser.add_argument(
        "--websockets", action="store_true", help="agree to a WebSocket where one is asked for"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when the starting process is gone")
    options = parser.parse_args(arguments)
    pace = HUMAN.at(options.speed)
    service = Service(
        STORIES[options.story],
        pace=pace,
        show_reasoning=options.show_reasoning,
        websockets=options.websockets,
    )
    return asyncio.run(_serve(Simulator(service, port=options.port), with_parent=options.with_parent))


async def _serve(simulator: Simulator, *, with_parent: bool) -> int:
    parent = os.getppid()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
    try:
        await simulator.start()
    except OSError as error:
        sys.stderr.write(f"cannot listen on port {simulator.port}: {error.strerror}\n")
        return 1
    ready = {"base_url": simulator.base_url, "url": simulator.url, "pid": os.getpid()}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    while not ended.is_set() and not (with_parent and os.getppid() != parent):
        try:
            await asyncio.wait_for(ended.wait(), 1.0 if with_parent else None)
        except TimeoutError:
            continue  # look again whether the parent lives
    await simulator.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
