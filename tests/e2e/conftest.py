"""Real proxies on loopback: ours, and the stock mitmdump with our addon; the real Codex; certificates."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from h2 import events as h2_events
from h2.config import H2Configuration
from h2.connection import H2Connection

from inspector.capture.model import Exchange, ExchangeDetail, Outcome
from inspector.capture.reader import Reader
from inspector.protocol.azure import parse_upstream
from inspector.proxy import registry
from inspector.proxy.process import spawn
from inspector.proxy.registry import Running
from inspector.proxy.settings import ProxySettings

PATIENCE = 45.0
ADDON = Path(__file__).resolve().parents[2] / "addons" / "recorder.py"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our folders are the test's own, and no proxy of this machine's stands in the way."""
    folder = tmp_path / "home"
    monkeypatch.setenv("INSPECTOR_HOME", str(folder))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return folder


@pytest.fixture
def wait_for() -> Callable[..., Any]:
    """Asks until the answer is true, and gives it; fails after PATIENCE seconds."""

    def wait(ask: Callable[[], Any], what: str = "the condition") -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (answer := ask()):
            assert time.monotonic() < deadline, f"{what}: not so after {PATIENCE} s"
            time.sleep(0.01)
        return answer

    return wait


class Tape:
    """A capture, read while it is written."""

    def __init__(self, path: Path, wait: Callable[..., Any]) -> None:
        self.path = path
        self._wait = wait

    def exchanges(self) -> list[Exchange]:
        if not self.path.exists():
            return []
        with closing(Reader(self.path)) as reader:
            return reader.exchanges()

    def detail(self, exchange_id: int) -> ExchangeDetail:
        with closing(Reader(self.path)) as reader:
            detail = reader.detail(exchange_id)
        assert detail is not None
        return detail

    def over(self, count: int = 1) -> list[ExchangeDetail]:
        """The first `count` exchanges, as soon as they have ended."""

        def ended() -> list[Exchange]:
            found = [each for each in self.exchanges() if each.outcome is not Outcome.OPEN]
            return found if len(found) >= count else []

        return [self.detail(each.id) for each in self._wait(ended, f"{count} ended exchanges")]


@pytest.fixture
def open_tape(wait_for: Callable[..., Any]) -> Callable[[Path], Tape]:
    """Reads a capture while somebody writes it."""
    return lambda path: Tape(path, wait_for)


@dataclass
class Proxy:
    """A proxy that runs, whoever started it."""

    base_url: str  # for clients, host in the path
    url: str  # of the proxy itself
    pid: int
    tape: Tape
    end: Callable[[], object]  # stops it and waits
    running: Running | None = None

    def recorded(self) -> list[ExchangeDetail]:
        """All exchanges, after a clean end of the proxy."""
        self.end()
        return [self.tape.detail(each.id) for each in self.tape.exchanges()]

    def connect(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        return HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)

    def ask(
        self, body: Any = None, path: str = "/responses", method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own: status, headers with lower-case names, body."""
        raw = body if isinstance(body, bytes) else json.dumps(body or {"model": "m", "input": "hi"}).encode()
        with closing(self.connect()) as connection:
            connection.request(
                method,
                urlsplit(self.base_url).path + path,
                body=None if method == "GET" else raw,
                headers={"content-type": "application/json", **headers},
            )
            response = connection.getresponse()
            got = {name.lower(): value for name, value in response.getheaders()}
            return response.status, got, response.read()


Start = Callable[..., Proxy]


@pytest.fixture
def start(
    tmp_path: Path, wait_for: Callable[..., Any], starter: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
    """Starts a proxy process of ours; all are stopped at the end."""
    monkeypatch.setattr("inspector.proxy.process.subprocess", starter)
    started: list[Running] = []

    def start_one(upstream: str | None, **settings: Any) -> Proxy:
        capture = settings.pop("capture", tmp_path / "capture.db")
        given = ProxySettings(
            capture=capture,
            upstream=parse_upstream(upstream) if upstream else None,
            port=settings.pop("port", 0),
            **settings,
        )
        running = spawn(given)
        started.append(running)
        tape = Tape(capture, wait_for)

        def end() -> None:
            assert registry.stop(running), f"the proxy {running.pid} does not end"

        return Proxy(running.base_url or "", running.listening, running.pid, tape, end, running)

    yield start_one
    for running in started:
        assert registry.stop(running), f"the proxy {running.pid} does not end"


@pytest.fixture
def start_mitmdump(tmp_path: Path, wait_for: Callable[..., Any], starter: Any) -> Iterator[Start]:
    """Starts the stock mitmdump with our addon as a script, in reverse mode."""
    started: list[Any] = []

    def start_one(upstream: str | None, **options: Any) -> Proxy:
        assert upstream is not None
        target = parse_upstream(upstream)
        capture = options.pop("capture", tmp_path / "capture.db")
        log = tmp_path / f"mitmdump-{len(started)}.log"
        arguments = [f"--set=inspector_{name}={value}" for name, value in options.items()]
        with log.open("wb") as output:
            process = starter.Popen(
                [
                    Path(sys.executable).with_name("mitmdump"),
                    f"--set=confdir={tmp_path / 'mitmproxy'}",
                    f"--script={ADDON}",
                    f"--mode=reverse:{target.scheme}://{target.authority}",
                    "--listen-host=127.0.0.1",
                    "--listen-port=0",
                    f"--set=inspector_capture={capture}",
                    *arguments,
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        started.append(process)

        def port() -> str | None:
            assert process.poll() is None, log.read_text()
            text = log.read_text()
            if "Recording to" not in text or "listening at " not in text:
                return None
            return text.split("listening at ")[1].split(".\n")[0].rpartition(":")[2].rstrip(".")

        url = f"http://127.0.0.1:{wait_for(port, 'mitmdump is ready')}"

        def end() -> None:
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0, log.read_text()

        base_url = f"{url}/{target.authority}{target.path}"
        return Proxy(base_url, url, process.pid, Tape(capture, wait_for), end)

    yield start_one
    for process in started:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


@pytest.fixture(params=["ours", "mitmdump"])
def start_either(request: pytest.FixtureRequest) -> Start:
    """Each of the two: what they record must be the same."""
    name = "start" if request.param == "ours" else "start_mitmdump"
    chosen: Start = request.getfixturevalue(name)
    return chosen


HOW_TO_INSTALL = "Codex is not on the PATH: npm install @openai/codex, and name it in INSPECTOR_CODEX"
KEY = "a-key-nobody-may-see-0123456789"
SETTINGS = """\
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false

[analytics]
enabled = false
"""


class Codex:
    """The real one, with a home and a working folder of its own."""

    key = KEY
    settings = SETTINGS

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.home = folder / "codex-home"
        self.work = folder / "work"
        self.last = folder / "last-words.txt"
        self.home.mkdir(parents=True)
        self.work.mkdir()
        self.configure()
        self.env = {"CODEX_HOME": str(self.home), "AZURE_OPENAI_API_KEY": KEY}

    def configure(self, before: str = "", after: str = "") -> None:
        """Writes config.toml: keys of the top level `before` our settings, tables `after` them."""
        (self.home / "config.toml").write_text(f"{before}\n{SETTINGS}\n{after}")

    def exec(self, model: str = "gpt-5.5", prompt: str = "Greet the world.") -> list[str]:
        """The command line of one turn without a screen."""
        return [
            *(self.program, "exec", "--skip-git-repo-check", "-m", model),
            *("-C", str(self.work), "-o", str(self.last), prompt),
        ]

    def run(self, arguments: Sequence[str], **env: str) -> subprocess.CompletedProcess[str]:
        """Any command of Codex's, to its end, without a proxy of ours."""
        return subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 3,
            env={**os.environ, **self.env, **env},
            check=False,
        )

    @property
    def last_words(self) -> str:
        """What was said at the end of the turn."""
        return self.last.read_text().strip()

    def files(self) -> dict[str, bytes]:
        """What lies in the working folder."""
        return {path.name: path.read_bytes() for path in self.work.iterdir()}


@pytest.fixture
def codex_at() -> Callable[[Path], Codex]:
    """Gives a Codex that lives in a folder."""
    named = os.environ.get("INSPECTOR_CODEX")
    program = named or shutil.which("codex")
    if program is None:
        pytest.skip(HOW_TO_INSTALL)
    assert Path(program).exists(), f"INSPECTOR_CODEX names {program}, which is not there"
    return lambda folder: Codex(program, folder)


@pytest.fixture
def codex(codex_at: Callable[[Path], Codex], tmp_path: Path) -> Codex:
    return codex_at(tmp_path)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the tests'; `pem` is its certificate."""

    pem: Path
    server_pem: Path

    def server_context(self, *protocols: str) -> ssl.SSLContext:
        """For a server that calls itself localhost and 127.0.0.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_pem)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    now = datetime.datetime.now(datetime.UTC)

    def certificate(
        name: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: str,
        issuer_key: ec.EllipticCurvePrivateKey,
        ca: bool,
    ) -> bytes:
        alternatives: list[x509.GeneralName] = [x509.DNSName("localhost")]
        alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
            )
        )
        if ca:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        else:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_path, server_path = folder / "ca.pem", folder / "server.pem"
    ca_path.write_bytes(certificate("tests", ca_key, "tests", ca_key, True))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    server_path.write_bytes(private + certificate("server", key, "tests", ca_key, False))
    return Authority(ca_path, server_path)


@dataclass
class H2Answer:
    """What the HTTP/2 server says to a request: pieces, and how the stream ends."""

    pieces: tuple[bytes, ...]
    end: str = "end"  # "end", "trailers", "reset", "hold", or "head": with the head, before any body
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/event-stream"),)


@dataclass
class H2Server:
    """An HTTP/2 server on loopback that says the same to everybody."""

    port: int
    received: list[tuple[dict[str, str], bytes]]  # headers, body
    resets: list[int]  # error codes with which clients ended streams

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}/openai/v1"


def _serve_h2(connection: ssl.SSLSocket, answer: H2Answer, server: H2Server) -> None:
    h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
    h2.initiate_connection()
    connection.sendall(h2.data_to_send())
    heads: dict[int, dict[str, str]] = {}
    bodies: dict[int, bytes] = {}
    while data := connection.recv(65536):
        for event in h2.receive_data(data):
            if isinstance(event, h2_events.RequestReceived):
                heads[event.stream_id] = dict(event.headers)
                bodies[event.stream_id] = b""
            elif isinstance(event, h2_events.DataReceived):
                bodies[event.stream_id] += event.data
                h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2_events.StreamReset):
                server.resets.append(event.error_code)
            elif isinstance(event, h2_events.StreamEnded):
                server.received.append((heads[event.stream_id], bodies[event.stream_id]))
                head, bodiless = [(":status", "200"), *answer.headers], answer.end == "head"
                h2.send_headers(event.stream_id, head, end_stream=bodiless)
                for piece in answer.pieces:
                    h2.send_data(event.stream_id, piece)
                    connection.sendall(h2.data_to_send())
                if answer.end == "end":
                    h2.end_stream(event.stream_id)
                elif answer.end == "trailers":
                    h2.send_headers(event.stream_id, [("x-last", "1")], end_stream=True)
                elif answer.end == "reset":
                    h2.reset_stream(event.stream_id, 2)
        connection.sendall(h2.data_to_send())


@pytest.fixture
def h2_server(authority: Authority) -> Iterator[Callable[..., H2Server]]:
    """Starts servers that speak HTTP/2 over TLS."""
    with ExitStack() as stack:

        def serve(*pieces: bytes, end: str = "end") -> H2Server:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            server = H2Server(listener.getsockname()[1], [], [])
            context = authority.server_context("h2")

            def accept() -> None:
                while True:
                    try:
                        plain, _ = listener.accept()
                    except OSError:
                        return  # the test is over
                    Thread(target=serve_one, args=(plain,), daemon=True).start()

            def serve_one(plain: socket.socket) -> None:
                with suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                    _serve_h2(connection, H2Answer(pieces, end), server)

            Thread(target=accept, daemon=True).start()
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return server

        yield serve


@dataclass
class Tunnels:
    """A company proxy: it takes CONNECT and keeps the heads of what it was asked."""

    url: str
    heads: list[str]


@pytest.fixture
def company_proxy() -> Iterator[Callable[..., Tunnels]]:
    """Starts a proxy that tunnels, or that answers every request with `refuse`."""
    with ExitStack() as stack:

        def serve(refuse: bytes | None = None) -> Tunnels:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            tunnels = Tunnels(f"http://127.0.0.1:{listener.getsockname()[1]}", [])

            def accept() -> None:
                while True:
                    try:
                        client, _ = listener.accept()
                    except OSError:
                        return
                    Thread(target=tunnel, args=(client,), daemon=True).start()

            def tunnel(client: socket.socket) -> None:
                with suppress(OSError), client:
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        head += client.recv(1)
                    tunnels.heads.append(head.decode())
                    if refuse is not None:
                        client.sendall(refuse)
                        return
                    host, _, port = head.split()[1].decode().rpartition(":")
                    with socket.create_connection((host, int(port))) as server:
                        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                        back = Thread(target=pump, args=(server, client), daemon=True)
                        back.start()
                        pump(client, server)
                        back.join()

            def pump(source: socket.socket, sink: socket.socket) -> None:
                with suppress(OSError):
                    while data := source.recv(65536):
                        sink.sendall(data)
                    sink.shutdown(socket.SHUT_WR)

            Thread(target=accept, daemon=True).start()
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return tunnels

        yield serve
