"""Recording as the proxy does it, in few words."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Headers, Leg, Outcome
from inspector.capture.writer import Handle, RecorderInfo, Writer

STREAM: Headers = (("content-type", "text/event-stream"),)


class Studio:
    """Writers that are closed at the end, whole exchanges in one call, and conditions to wait for."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "capture.db"
        self.problems: list[str | None] = []
        self._writers: list[Writer] = []

    def writer(
        self, path: Path | None = None, *, told: Mapping[str, Any] | None = None, **options: Any
    ) -> Writer:
        """`told`: the options of the recorder, `options` those of the Writer."""
        writer = Writer(
            path or self.path,
            RecorderInfo("1.0", "observe", "https://up.example", "here", told or {}),
            on_problem=self.problems.append,
            **options,
        )
        self._writers.append(writer)
        return writer

    def begin(
        self, writer: Writer, *, headers: Headers = (), operation: str = "responses.create", **more: Any
    ) -> Handle:
        told: dict[str, Any] = {
            "method": "POST",
            "url": "https://my-res.openai.azure.com/openai/v1/responses",
            "http_version": "HTTP/1.1",
            "mode": "observe",
            "connection": "line-1",
            "at": time.monotonic(),
        }
        return writer.begin(headers=headers, operation=operation, **{**told, **more})

    def exchange(
        self,
        writer: Writer,
        body: object = b"",
        answer: Sequence[bytes] = (),
        *,
        status: int = 200,
        outcome: Outcome = Outcome.COMPLETE,
        response_headers: Headers = STREAM,
        error: str | None = None,
        **told: Any,
    ) -> Handle:
        """A whole exchange; a body that is not bytes is sent as JSON."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        handle = self.begin(writer, **told)
        if sent:
            writer.chunk(handle, Leg.REQUEST, sent, time.monotonic())
        writer.end_leg(handle, Leg.REQUEST, time.monotonic())
        writer.head(handle, Leg.RESPONSE, response_headers, status=status, at=time.monotonic())
        for piece in answer:
            writer.chunk(handle, Leg.RESPONSE, piece, time.monotonic())
        writer.end_leg(handle, Leg.RESPONSE, time.monotonic())
        writer.finish(handle, outcome, error=error, at=time.monotonic())
        return handle

    @staticmethod
    def event(**data: Any) -> bytes:
        return f"data: {json.dumps(data)}\n\n".encode()

    def completed(self, response_id: str = "resp_1", **response: Any) -> bytes:
        return self.event(type="response.completed", response={"id": response_id, **response})

    @staticmethod
    def until(condition: Callable[[], Any], timeout: float = 20.0) -> Any:
        """Waits for a condition without a fixed time; gives what it gave."""
        deadline = time.monotonic() + timeout
        while not (found := condition()):
            assert time.monotonic() < deadline, "the condition did not come true"
            time.sleep(0.001)  # lets the other threads run
        return found

    @staticmethod
    def fill(disk: Path) -> Path:
        """A file that takes all the room there is."""
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        return ballast

    def close(self) -> None:
        for writer in self._writers:
            writer.close()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(tmp_path)
    yield studio
    studio.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can only be mounted by root")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", folder], check=False).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # a writer may still have its file open
