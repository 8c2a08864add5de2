"""The way into a capture: calls that return at once, and a thread that commits what they hand over.

(First form: the signatures only.)
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from inspector.capture.model import Headers, Leg, Outcome


@dataclass(frozen=True, slots=True)
class RecorderInfo:
    """Who writes: goes into the capture's list of recorders."""

    version: str
    mode: str
    upstream: str | None = None
    listening: str | None = None
    pid: int = field(default_factory=os.getpid)
    host: str = field(default_factory=platform.node)


class Handle:
    """An exchange being written. `id` is its number in the capture, None until its first commit."""

    id: int | None


class Writer:
    """Records exchanges into the capture at `path`; made if it is not there. No method raises or waits."""

    def __init__(
        self,
        path: Path,
        recorder: RecorderInfo,
        *,
        keep_secrets: bool = False,
        on_problem: Callable[[str | None], None],
    ) -> None:
        """`on_problem` is called from the writer's thread: with a sentence, and with None when well again."""
        raise NotImplementedError

    def begin(
        self,
        *,
        method: str,
        url: str,
        http_version: str,
        headers: Headers,
        operation: str,
        mode: str,
        connection: str,
        at: float,
        parent: int | None = None,
    ) -> Handle:
        """A request's head has arrived, at monotonic time `at`; its headers are those of Leg.REQUEST."""
        raise NotImplementedError

    def head(
        self, handle: Handle, leg: Leg, headers: Headers, *, status: int | None = None, at: float
    ) -> None:
        """The head of another leg."""
        raise NotImplementedError

    def chunk(self, handle: Handle, leg: Leg, data: bytes, at: float) -> None:
        """Bytes of a leg's body, as they arrived."""
        raise NotImplementedError

    def trailers(self, handle: Handle, leg: Leg, headers: Headers, at: float) -> None:
        """The trailers of a leg."""
        raise NotImplementedError

    def end_leg(self, handle: Handle, leg: Leg, at: float) -> None:
        """The last byte of a leg has passed."""
        raise NotImplementedError

    def finish(self, handle: Handle, outcome: Outcome, *, error: str | None = None, at: float) -> None:
        """Nothing more will come. CLIENT_GONE after a terminal event is stored as COMPLETE."""
        raise NotImplementedError

    def failure(self, handle: Handle | None, traceback_text: str) -> None:
        """An exception of ours while an exchange passed."""
        raise NotImplementedError

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until all that was handed over is in the file, summarised and packed; False when time is up."""
        raise NotImplementedError

    def close(self, timeout: float = 10.0) -> None:
        """Writes what is left and closes the file: one file, no `-wal`. Waits at most `timeout` seconds."""
        raise NotImplementedError
