"""The command line as a program, and a machine without anything of its owner's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 30.0
"""Seconds after which a program that says nothing has failed."""

INSPECTOR = (sys.executable, "-m", "inspector")

OWNERS = (
    *("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
    *("CODEX_HOME", "CODEX_API_KEY", "CODEX_CA_CERTIFICATE", "OPENAI_API_VERSION"),
    *(f"{scheme}_PROXY" for scheme in ("HTTP", "HTTPS", "ALL", "NO")),
    *(f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")),
)
"""Settings of whoever runs the tests, which must not have a say in them."""


@pytest.fixture(scope="session", autouse=True)
def _nobodys_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the person's own counts, and no file of theirs is touched."""
    with pytest.MonkeyPatch.context() as environment:
        for name in OWNERS:
            environment.delenv(name, raising=False)
        environment.setenv("INSPECTOR_HOME", str(tmp_path_factory.mktemp("inspector-home")))
        yield


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ran to its end; `err` is text, `out` are bytes, because bodies may be any."""

    status: int
    out: bytes
    err: str

    def json(self) -> Any:
        """What it printed, with the reason at hand when it is none."""
        assert self.status == 0, self.err
        return json.loads(self.out)


Inspector = Callable[..., Finished]


@pytest.fixture
def inspector() -> Inspector:
    """Runs `inspector ARGUMENTS` to its end, with what is in `env` besides; `cwd` as given."""

    def run(
        *arguments: object, input: bytes = b"", cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> Finished:
        done = subprocess.run(
            [*INSPECTOR, *map(str, arguments)],
            input=input,
            capture_output=True,
            timeout=PATIENCE * 2,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr.decode())

    return run


@dataclass(slots=True)
class Recording:
    """`inspector record` while it runs: what it announced, and where its stderr goes."""

    process: subprocess.Popen[bytes]
    announcement: dict[str, Any]
    out: Path
    log: Path

    @property
    def base_url(self) -> str:
        """For a client."""
        return str(self.announcement["base_url"])

    @property
    def capture(self) -> Path:
        """Where it records to."""
        return Path(self.announcement["capture"])

    @property
    def said(self) -> str:
        """Its stderr so far."""
        return self.log.read_text()

    def end(self, number: int = signal.SIGINT) -> int:
        """Ends it by a signal; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


Record = Callable[..., Recording]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Starts `inspector record` on a free port, and waits for its line; all are ended with the test.

    Options as on the command line; `upstream` None leaves `--upstream` out.
    """
    started: list[subprocess.Popen[bytes]] = []

    def start(
        upstream: str | None, *options: object, listen: str = "127.0.0.1:0", env: dict[str, str] | None = None
    ) -> Recording:
        out, log = (tmp_path / f"record-{len(started)}.{end}" for end in ("out", "err"))
        asked: Sequence[object] = () if upstream is None else ("--upstream", upstream)
        with out.open("wb") as stdout, log.open("wb") as stderr:
            process = subprocess.Popen(
                [*INSPECTOR, "record", "--listen", listen, *map(str, (*asked, *options))],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env={**os.environ, **(env or {})},
            )
        started.append(process)
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in out.read_bytes():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, f"record is not ready: {log.read_text()}"
            time.sleep(0.01)
        return Recording(process, json.loads(out.read_bytes()), out, log)

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE)
