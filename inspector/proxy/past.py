"""What a `previous_response_id` stands for, asked of the capture that this very proxy writes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from inspector.capture.schema import CaptureError
from inspector.capture.stored_history import history_of
from inspector.capture.writer import Writer

FLUSH = 2.0
"""Seconds that the writer gets to put what it has into the file."""


class Past:
    """Answers off the event loop: a long conversation takes a while to read."""

    def __init__(self, writer: Writer, capture: Path) -> None:
        self._writer = writer
        self._capture = capture

    async def items(self, response_id: object) -> list[dict[str, Any]] | None:
        """The items of the conversation up to that response; None when the capture does not hold it all."""
        if not isinstance(response_id, str):
            return None
        return await asyncio.to_thread(self._read, response_id)

    def _read(self, response_id: str) -> list[dict[str, Any]] | None:
        self._writer.flush(FLUSH)
        try:
            return history_of(self._capture, response_id)
        except CaptureError:
            return None  # the recorder has told that its file cannot be used
