"""The command line as a program, and a machine without anything of its owner's."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Pong,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.extensions import Extension, PerMessageDeflate

from inspector.capture.reader import Reader
from inspector.cli.exchange_json import detail_json
from inspector.proxy import registry

_spec = importlib.util.spec_from_file_location("warm", Path(__file__).with_name("warm.py"))
assert _spec is not None
assert _spec.loader is not None
_warm = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_warm)

PATIENCE = 30.0
"""Seconds after which a program that says nothing has failed."""

INSPECTOR = (sys.executable, "-m", "inspector")

OWNERS = (
    *("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
    *("AZURE_OPENAI_AD_TOKEN", "AZURE_RESOURCE_NAME"),
    *("CODEX_HOME", "CODEX_API_KEY", "CODEX_CA_CERTIFICATE", "OPENAI_API_VERSION"),
    *("COLUMNS", "LINES"),  # readline sets them behind our back, and programs believe them
    *(f"{scheme}_PROXY" for scheme in ("HTTP", "HTTPS", "ALL", "NO")),
    *(f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")),
)
"""Settings of whoever runs the tests, which must not have a say in them."""


# A third of the time of a test with a screen went into looking again and again through all that was imported.
gc.disable()


def pytest_collection_finish() -> None:
    """What there is by now stays: the garbage collector looks at what tests make, and not at every turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_unconfigure() -> None:
    """One look at the end: pytest itself looks five times, for what nobody told that it failed."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="session")
def starter() -> Iterator[Any]:
    """What starts programs, as the module subprocess does: its `Popen`, without the imports."""
    if sys.platform != "linux":  # forks of a process that has loaded this much are not safe everywhere
        yield subprocess
        return
    made = _warm.Starter()
    yield made
    made.close()


Inspector = Callable[..., Finished]


@pytest.fixture
def inspector(starter: Any) -> Inspector:
    """Runs `inspector ARGUMENTS` to its end, with what is in `env` besides; `cwd` as given."""

    def run(
        *arguments: object, input: bytes = b"", cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> Finished:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = starter.Popen(
                [*INSPECTOR, *map(str, arguments)],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                cwd=cwd,
                env={**os.environ, **(env or {})},
            )
            giving = Thread(target=_give, args=(process.stdin, input))
            giving.start()
            try:
                status = process.wait(PATIENCE * 2)
            finally:
                process.kill()
                giving.join()
            out.seek(0)
            err.seek(0)
            return Finished(status, out.read(), err.read().decode())

    return run


def _give(stdin: Any, data: bytes) -> None:
    with suppress(BrokenPipeError), stdin:  # not every command reads it
        stdin.write(data)


@pytest.fixture
def details() -> Callable[[Path], list[dict[str, Any]]]:
    """All exchanges of a capture, as `inspector show FILE ID --json` prints each."""

    def read(capture: Path) -> list[dict[str, Any]]:
        with closing(Reader(capture)) as reader:
            found = [reader.detail(each.id) for each in reader.exchanges()]
        return [detail_json(detail).model_dump(mode="json") for detail in found]

    return read


@dataclass(slots=True)
class Recording:
    """`inspector record` while it runs: what it announced, and where its stderr goes."""

    process: Any  # as subprocess has it
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
def record(tmp_path: Path, starter: Any) -> Iterator[Record]:
    """Starts `inspector record` on a free port, and waits for its line; all are ended with the test.

    Options as on the command line; `upstream` None leaves `--upstream` out.
    """
    started: list[Any] = []

    def start(
        upstream: str | None, *options: object, listen: str = "127.0.0.1:0", env: dict[str, str] | None = None
    ) -> Recording:
        out, log = (tmp_path / f"record-{len(started)}.{end}" for end in ("out", "err"))
        asked: Sequence[object] = () if upstream is None else ("--upstream", upstream)
        with out.open("wb") as stdout, log.open("wb") as stderr:
            process = starter.Popen(
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


class Terminal:
    """A terminal with one program in it, which can be looked at and typed into. The screen is tmux's.

    A shell around the program keeps its number and its exit status in `folder`: tmux may miss them.
    """

    def __init__(self, command: Sequence[str], folder: Path, columns: int, rows: int) -> None:
        self._pid, self._status = folder / "pid", folder / "status"
        begin = f"""sh -c 'echo $$ >"$0"; exec "$@"' '{self._pid}' "$@\""""
        script = f"trap : INT HUP; {begin}; echo $? >'{self._status}'"
        self._server = f"inspector-tests-{uuid.uuid4().hex[:12]}"
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows),
                   "sh", "-c", script, "sh", *command,
                   ";", "set-option", "remain-on-exit", "on",
                   ";", "set-option", "-s", "set-clipboard", "on")  # fmt: skip

    @property
    def screen(self) -> str:
        """What can be read just now, and what has gone out at the top."""
        return self._tmux("capture-pane", "-p", "-S", "-")

    @property
    def pid(self) -> int:
        """The program's."""
        return int(self._pid.read_text())

    @property
    def copied(self) -> str:
        """What the program put into the clipboard last, "" before."""
        return self._tmux("show-buffer", check=False)

    def type(self, *keys: str) -> None:
        """Presses keys, named as tmux does: `q`, `Enter`, `C-c`."""
        self._tmux("send-keys", *keys)

    def shows(self, *words: str) -> str:
        """Waits until all of them are on the screen; the screen."""
        return self.until(lambda screen: all(word in screen for word in words), f"{words} on the screen")

    def until(self, condition: Callable[[str], object], what: str) -> str:
        """Waits until the screen is so; the screen."""
        deadline = time.monotonic() + PATIENCE
        while not condition(screen := self.screen):
            assert time.monotonic() < deadline, f"not so after {PATIENCE} s: {what}\n{screen}"
            time.sleep(0.03)
        return screen

    def ended(self) -> int:
        """Waits for the program's end; its exit status as a shell tells it, 128 + N after signal N."""
        deadline = time.monotonic() + PATIENCE
        while not (self._status.exists() and self._status.read_text()):
            assert time.monotonic() < deadline, f"{self._pid.read_text()} does not end"
            time.sleep(0.03)
        return int(self._status.read_text())

    def close(self) -> None:
        """Hangs up, of which the shell around the program keeps it from hearing."""
        self._tmux("kill-server", check=False)
        if self._pid.exists() and not self._status.exists():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGHUP)

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, *arguments],
            capture_output=True,
            timeout=PATIENCE,
            env=dict(os.environ),  # as we know it: see COLUMNS above
            check=False,
        )
        assert done.returncode == 0 or not check, done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts `inspector ARGUMENTS` at a terminal of that many columns and rows."""
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux to be the terminal: install it (apt-get install tmux)")
    opened: list[Terminal] = []

    def start(*arguments: object, columns: int = 140, rows: int = 40) -> Terminal:
        folder = tmp_path / f"terminal-{len(opened)}"
        folder.mkdir()
        opened.append(Terminal([*INSPECTOR, *map(str, arguments)], folder, columns, rows))
        return opened[-1]

    yield start
    for each in opened:
        each.close()
    for proxy in registry.running():  # they go on when their app is gone
        assert registry.stop(proxy)


class SocketClient:
    """A WebSocket's client, as plain as it gets. `refused` is the status of a handshake that failed."""

    def __init__(
        self,
        url: str,
        *,
        deflate: bool = False,
        headers: Sequence[tuple[str, str]] = (),
        proxy: str | None = None,
        trusted: Path | None = None,
    ) -> None:
        """`proxy`: through a tunnel of it, over TLS; `trusted` is the certificate that it shows."""
        parts = urlsplit(url)
        first_hop = urlsplit(proxy or url)
        assert first_hop.hostname is not None
        self._socket = socket.create_connection((first_hop.hostname, first_hop.port), timeout=PATIENCE)
        if proxy is not None:
            self._socket.sendall(f"CONNECT {parts.netloc} HTTP/1.1\r\nhost: {parts.netloc}\r\n\r\n".encode())
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += self._socket.recv(1)
            assert b" 200 " in head, head
            context = ssl.create_default_context(cafile=trusted)
            self._socket = context.wrap_socket(self._socket, server_hostname=parts.hostname)
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._events: deque[Any] = deque()
        extensions: list[Extension] = [PerMessageDeflate()] if deflate else []
        raw = [(name.encode(), value.encode()) for name, value in headers]
        asked = Request(host=parts.netloc, target=parts.path, extensions=extensions, extra_headers=raw)
        self._socket.sendall(self._protocol.send(asked))
        first = self._event()
        self.refused = first.status_code if isinstance(first, RejectConnection) else None
        self.headers = [] if self.refused else list(first.extra_headers)
        self.extensions = [] if self.refused else [each.name for each in first.extensions]
        assert self.refused or isinstance(first, AcceptConnection)

    def say(self, value: Any) -> bytes:
        """Sends a text message, JSON where it is no text, binary where it is bytes; what was sent."""
        if isinstance(value, bytes):
            self._socket.sendall(self._protocol.send(BytesMessage(data=value)))
            return value
        text = value if isinstance(value, str) else json.dumps(value)
        self._socket.sendall(self._protocol.send(TextMessage(data=text)))
        return text.encode()

    def ping(self, payload: bytes) -> bytes:
        """What comes back."""
        self._socket.sendall(self._protocol.send(Ping(payload)))
        answer = self._event()
        assert isinstance(answer, Pong)
        return bytes(answer.payload)

    def hear(self) -> bytes:
        """The next message."""
        pieces = []
        while True:
            event = self._event()
            assert isinstance(event, TextMessage | BytesMessage), event
            pieces.append(event.data.encode() if isinstance(event.data, str) else bytes(event.data))
            if event.message_finished:
                return b"".join(pieces)

    def answer(self) -> list[bytes]:
        """The messages up to the terminal event, or an error."""
        heard = []
        while True:
            heard.append(self.hear())
            kind = json.loads(heard[-1])["type"]
            if kind in ("response.completed", "response.failed", "response.incomplete", "error"):
                return heard

    def closed(self) -> int:
        """The code with which the other side closes, after what it has to say."""
        while True:
            event = self._event()
            if isinstance(event, CloseConnection):
                return int(event.code)

    def close(self, code: int, reason: str = "") -> None:
        """Closes in good order."""
        self._socket.sendall(self._protocol.send(CloseConnection(code, reason)))

    def drop(self) -> None:
        """Goes away without a word."""
        self._socket.close()

    def _event(self) -> Any:
        while not self._events:
            self._protocol.receive_data(self._socket.recv(65536) or None)
            self._events.extend(self._protocol.events())
        return self._events.popleft()


@pytest.fixture
def web_socket() -> Iterator[Callable[..., SocketClient]]:
    """Opens WebSockets."""
    with ExitStack() as stack:

        def connect(url: str, **options: Any) -> SocketClient:
            client = SocketClient(url, **options)
            stack.callback(client.drop)
            return client

        yield connect
