"""Commands called in this process, on a home of the test's own, and a small capture to call them on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from inspector.capture.model import Headers, Leg, Outcome
from inspector.capture.writer import RecorderInfo, Writer
from inspector.cli import main

BASE = "https://my-res.openai.azure.com/openai/v1"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all files of ours go."""
    folder = tmp_path / "home"
    monkeypatch.setenv("INSPECTOR_HOME", str(folder))
    return folder


@pytest.fixture
def call() -> Callable[..., Result]:
    """`inspector ARGUMENTS` with `input` on stdin: `.exit_code`, `.stdout`, `.stderr`."""

    def run(*arguments: object, input: bytes | str | None = None) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def refused(call: Callable[..., Result]) -> Callable[..., str]:
    """A call that must fail with `status`: its one sentence, stdout being empty."""

    def run(status: int, *arguments: object, input: bytes | str | None = None) -> str:
        result = call(*arguments, input=input)
        assert (result.exit_code, result.stdout) == (status, ""), result.output
        *usage, sentence = result.stderr.strip().split("Error: ")
        assert len(usage) == 1, result.stderr
        assert "Traceback" not in result.stderr
        return sentence

    return run


class Tape:
    """Exchanges written as a proxy writes them; the file is closed when `path` is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = Writer(path, RecorderInfo("1.0", "observe", BASE), on_problem=self._problem)

    @property
    def path(self) -> Path:
        self._writer.close()
        return self._path

    def exchange(
        self,
        request: bytes,
        *response: bytes,
        status: int = 200,
        kind: str = "application/json",
        mode: str = "observe",
        upstream: tuple[bytes, bytes] | None = None,
        headers: Headers = (),
        operation: str = "responses.create",
    ) -> None:
        """One that went well; `upstream` are the bodies of a bridge's other side."""
        now = time.monotonic
        handle = self._writer.begin(
            method="POST",
            url=f"{BASE}/responses",
            http_version="HTTP/1.1",
            headers=headers,
            operation=operation,
            mode=mode,
            connection="one",
            at=now(),
        )
        bodies = [(Leg.REQUEST, (request,)), (Leg.RESPONSE, response)]
        if upstream is not None:
            bodies[1:1] = [(Leg.UPSTREAM_REQUEST, upstream[:1]), (Leg.UPSTREAM_RESPONSE, upstream[1:])]
        for leg, pieces in bodies:
            if leg is not Leg.REQUEST:
                answered = status if "response" in leg else None
                self._writer.head(handle, leg, (("content-type", kind),), status=answered, at=now())
            for piece in pieces:
                self._writer.chunk(handle, leg, piece, now())
            self._writer.end_leg(handle, leg, now())
        self._writer.finish(handle, Outcome.COMPLETE, at=now())

    @staticmethod
    def event(type: str, **more: Any) -> bytes:
        return f"event: {type}\ndata: {json.dumps({'type': type, **more})}\n\n".encode()

    @staticmethod
    def _problem(text: str | None) -> None:
        assert text is None, text


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Tape]:
    made = Tape(tmp_path / "tape.db")
    yield made
    assert made.path.exists()
