"""A scripted client that behaves like Codex 0.169 and plays scenes against any base URL, over and over.

It runs nothing: what its tools give back stands in the scenes. What it takes from Codex: the request's
form, the whole history in every request, items taken from `response.output_item.done` only (those of a
response that failed later stay in the history), and when it asks again:

    429 with Retry-After, 5xx, no connection     up to 5 times, after Retry-After or 0.2 s, 0.4 s, 0.8 s ...
    end without a terminal event, `failed`,
    `incomplete` by the content filter           up to 5 times, likewise
    anything else                                the session is given up

`python -m inspector.simulator.client --base-url URL` ends quietly on SIGTERM and SIGINT.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from inspector.protocol import sse
from inspector.simulator.codex_request import Thread
from inspector.simulator.stories.demo import SCENES
from inspector.simulator.stories.scenes import Beat, Patch, Scene, Shell

Json = dict[str, Any]

RETRIES = 5
TIMEOUT = 60.0  # seconds without a byte


class GivenUp(Exception):
    """A session that cannot go on; says why."""


@dataclass(slots=True)
class Reply:
    """What one attempt brought: the items that were done, and how it ended."""

    items: list[Json] = field(default_factory=list)
    completed: bool = False
    problem: str = ""
    retry_after: float | None = None
    final: bool = False  # asking again would not help
    filtered: bool = False  # the content filter stopped it


class Player:
    """Plays sessions. `speed` 1 is a person's, 0 as fast as possible; `stop` ends it between two bytes."""

    def __init__(
        self,
        base_url: str,
        *,
        model: str = "gpt-5.5",
        speed: float = 1.0,
        stop: threading.Event | None = None,
    ) -> None:
        split = urlsplit(base_url)
        kind = http.client.HTTPSConnection if split.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(split.hostname or "127.0.0.1", split.port, timeout=TIMEOUT)
        self._target = f"{split.path.rstrip('/')}/responses" + (f"?{split.query}" if split.query else "")
        self._model = model
        self._speed = speed
        self._stop = stop or threading.Event()
        self.requests = 0

    def session(self, scenes: Sequence[Scene] = SCENES) -> list[str]:
        """One session, a turn a scene; the last words of each turn. Raises GivenUp."""
        thread = Thread(self._model)
        words: list[str] = []
        try:
            for scene in scenes:
                self._pause(2.0)
                if self._stop.is_set():
                    break
                thread.prompt(scene.prompt)
                words.append(self._turn(thread, scene))
        finally:
            self._connection.close()
        return words

    def _turn(self, thread: Thread, scene: Scene) -> str:
        outputs = 0
        while True:
            items = self._ask(thread)
            calls = [item for item in items if item["type"] in ("function_call", "custom_tool_call")]
            for item in items:
                thread.add(item)
            if not calls or self._stop.is_set():
                return _words(items)
            beat = scene.beat(outputs)
            for call, output in zip(calls, _outputs(beat, len(calls)), strict=True):
                self._pause(0.4)
                thread.add_output(call, output)
            outputs += len(calls)

    def _ask(self, thread: Thread) -> list[Json]:
        for attempt in range(RETRIES + 1):
            reply = self._attempt(thread)
            if reply.completed:
                return reply.items
            for item in reply.items:
                if item["type"] in ("reasoning", "message"):
                    thread.add(item)
            if reply.filtered:
                thread.blocked()
            if reply.final or attempt == RETRIES or self._stop.is_set():
                break
            self._pause(0.2 * 2**attempt if reply.retry_after is None else reply.retry_after)
        raise GivenUp(reply.problem)

    def _attempt(self, thread: Thread) -> Reply:
        self.requests += 1
        try:
            self._connection.request("POST", self._target, body=thread.body(), headers=thread.headers())
            response = self._connection.getresponse()
            if response.status != 200:
                return _refused(response)
            return self._read(response)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return Reply(problem=f"no answer: {error!r}")

    def _read(self, response: http.client.HTTPResponse) -> Reply:
        reply = Reply(problem="stream disconnected before completion")
        decoder = sse.Decoder()
        while piece := response.read1(65536):
            for event in decoder.feed(piece):
                if event.has_data:
                    _take(json.loads(event.data), reply)
            if self._stop.is_set():
                self._connection.close()
                break
        return reply

    def _pause(self, seconds: float) -> None:
        if self._speed:
            self._stop.wait(seconds / self._speed)


def _refused(response: http.client.HTTPResponse) -> Reply:
    body = response.read()
    after = response.getheader("retry-after", "")
    waits = float(after) if after.isdecimal() else None
    again = waits is not None if response.status == 429 else response.status >= 500
    return Reply(
        problem=f"status {response.status}: {body[:300].decode(errors='replace')}",
        retry_after=waits,
        final=not again,
    )


def _take(event: Json, reply: Reply) -> None:
    match event.get("type"):
        case "response.output_item.done":
            reply.items.append(event["item"])
        case "response.completed":
            reply.completed = True
        case "response.incomplete" | "response.failed" as end:
            reply.problem = end
            reason = (event["response"].get("incomplete_details") or {}).get("reason")
            reply.final = reason == "max_output_tokens"
            reply.filtered = reason == "content_filter"


def _outputs(beat: Beat, calls: int) -> list[str]:
    """The outputs of a beat's calls; a call that is not in the script gets a word instead."""
    told = [_output(call) for call in beat.calls]
    return [*told, *["not in the script"] * (calls - len(told))][:calls]


def _output(call: Shell | Patch) -> str:
    if isinstance(call, Patch):
        return call.output
    return f"Wall time: 0.1000 seconds\nProcess exited with code {call.exit_code}\nOutput:\n{call.output}"


def _words(items: list[Json]) -> str:
    parts = (part for item in items if item["type"] == "message" for part in item["content"])
    return "".join(part.get("text", "") for part in parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo until told to end; problems go to stderr, a line each."""
    parser = argparse.ArgumentParser(
        prog="python -m inspector.simulator.client", description="Play the demo."
    )
    parser.add_argument("--base-url", required=True, help="what Codex would be given as base_url")
    parser.add_argument("--model", default="gpt-5.5")
    parser.add_argument("--speed", type=float, default=1.0, help="1 is a person's; 0 as fast as possible")
    parser.add_argument("--sessions", type=int, default=0, help="how many; 0 goes on until stopped")
    parser.add_argument("--with-parent", action="store_true", help="end when the starting process is gone")
    options = parser.parse_args(arguments)
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    played = 0
    while not (options.with_parent and os.getppid() != parent):
        player = Player(options.base_url, model=options.model, speed=options.speed, stop=stop)
        rest = 3.0 / options.speed if options.speed else 0.0
        try:
            player.session()
        except GivenUp as problem:
            sys.stderr.write(f"session given up: {problem}\n")
            rest += 1.0
        played += 1
        if played == options.sessions:
            break
        stop.wait(rest)
    return 0


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    raise SystemExit(main())
