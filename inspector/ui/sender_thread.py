"""The thread that sends what a person asks for: an event loop of its own, and the writers of what comes back.

Neither waits for the other: a screen that is drawn does not delay the times of what arrives, and a stream
does not delay the keys. It begins with the first work; `stop` cancels what is under way, which is recorded
as far as it came, and closes the captures.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

from inspector.capture.writer import Writer
from inspector.replay.record import open_record

T = TypeVar("T")

PATIENCE = 15.0  # seconds for what is cancelled to end, and for captures to be closed


class SenderThread:
    """`on_problem` is told, in any thread, when what is sent cannot be recorded; None: it can again."""

    def __init__(self, on_problem: Callable[[str | None], None]) -> None:
        self._on_problem = on_problem
        self._writers: dict[tuple[Path, str], Writer] = {}
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = Event()
        self._ending: asyncio.Event | None = None

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> Future[T]:
        """Begin some work over there; the future can be cancelled."""
        if self._thread is None:
            self._thread = Thread(target=self._live, name="sender", daemon=True)
            self._thread.start()
            self._ready.wait()
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work(), self._loop)

    async def writer(self, capture: Path, options: Mapping[str, Any]) -> Writer:
        """The writer of a capture, for work of ours: one for all that was recorded with the same `options`.

        Raises CaptureError.
        """
        key = (capture, json.dumps(options, sort_keys=True, default=str))
        if key not in self._writers:
            opened = await asyncio.to_thread(open_record, capture, options, self._on_problem)
            if key in self._writers:  # other work was as fast
                await asyncio.to_thread(opened.close)
            else:
                self._writers[key] = opened
        return self._writers[key]

    async def close(self, capture: Path) -> None:
        """Close a capture that nothing more goes into."""
        for key in [key for key in self._writers if key[0] == capture]:
            await asyncio.to_thread(self._writers.pop(key).close)

    def stop(self) -> None:
        """Cancel all, close the captures, end the thread; waits for that."""
        if self._thread is None or self._loop is None or self._ending is None:
            return
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(PATIENCE)
        self._thread = None

    def _live(self) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._ending = asyncio.Event()
        self._ready.set()
        await self._ending.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in self._writers.values():
            await asyncio.to_thread(writer.close)
        self._writers.clear()
