"""The ways that stream.py measures: processes in front of one upstream, all running at once, each idle until
it is asked.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from inspector.protocol.azure import parse_upstream
from inspector.proxy import registry
from inspector.proxy.process import spawn
from inspector.proxy.settings import Mode, ProxySettings

HERE = Path(__file__).parent
START = 30.0  # seconds that a process may take to listen
QUIET = 0.05  # seconds without work after which a process has settled
LIFE = 600.0  # seconds without a connection after which our proxies end even if nobody is left to stop them

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Way:
    """A port to ask, and the process behind it (None: the upstream itself)."""

    name: str
    port: int
    pid: int | None = None
    path: str = "/openai/v1/responses"

    def worked(self) -> float:
        """Seconds of processor time so far."""
        if self.pid is None:
            return 0.0
        # Fields 14 and 15 of proc(5) stat; the name in field 2 may hold blanks and brackets.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def settle(self) -> float:
        """Waits until what goes on behind a stream (commits, packing) is over; the time worked by then."""
        deadline = time.monotonic() + START
        before, now = -1.0, self.worked()
        while now != before and time.monotonic() < deadline:
            time.sleep(QUIET)
            before, now = now, self.worked()
        return now


@contextmanager
def running(folder: Path) -> Iterator[list[Way]]:
    """All ways, listening; every process is ended afterwards. Files go below `folder`."""
    with ExitStack() as stack:
        upstream = stack.enter_context(_upstream())
        yield [
            Way("nothing between", upstream),
            stack.enter_context(_mitmdump(upstream, folder)),
            stack.enter_context(_ours("recorder (observe)", Mode.OBSERVE, upstream, folder)),
            stack.enter_context(_ours("bridge (chat)", Mode.BRIDGE, upstream, folder)),
        ]


@contextmanager
def _process(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(START)


@contextmanager
def _upstream() -> Iterator[int]:
    with _process(sys.executable, HERE / "upstream.py") as child:
        assert child.stdout is not None
        yield int(child.stdout.readline())


@contextmanager
def _mitmdump(upstream: int, folder: Path) -> Iterator[Way]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("mitmdump"), "-q", "-s", HERE / "only_streaming.py"]
    options = ["--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"confdir={folder}"]
    mode = ["--mode", f"reverse:http://127.0.0.1:{upstream}"]
    with _process(*command, *options, *mode) as child:
        deadline = time.monotonic() + START
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if child.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("mitmdump does not listen") from None
                time.sleep(0.05)
        yield Way("mitmdump, streaming", port, child.pid)


@contextmanager
def _ours(name: str, mode: Mode, upstream: int, folder: Path) -> Iterator[Way]:
    settings = ProxySettings(
        capture=folder / f"{mode.value}.db",
        upstream=parse_upstream(f"http://127.0.0.1:{upstream}/openai/v1"),
        port=0,
        mode=mode,
        idle_shutdown=LIFE,
    )
    proxy = spawn(settings)
    try:
        yield Way(name, int(proxy.listening.rpartition(":")[2]), proxy.pid)
    finally:
        registry.stop(proxy)
