"""A piece of a stream is held: in this mitmproxy, over HTTP/1 and HTTP/2, whoever leaves while it waits."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from inspector.simulator.script import Answer, Close, HoldOpen, Send
from inspector.simulator.server import running

HERE = Path(__file__).parent
PIECES = (b"data: one\n\n", b"data: HOLD\n\n", b"data: three\n\n")
ENDS = {"end": (), "reset": (Close(),), "hold": (HoldOpen(),)}


@dataclass
class Holding:
    """mitmdump with a script that holds pieces."""

    url: str
    folder: Path

    @property
    def told(self) -> list[str]:
        """What has happened so far."""
        file = self.folder / "told"
        return file.read_text().splitlines() if file.exists() else []

    def release(self, piece: bytes) -> None:
        """What is held goes on, as `piece`."""
        draft = self.folder / "draft"
        draft.write_bytes(piece)
        draft.rename(self.folder / "release")

    @contextmanager
    def client(self, http2: bool) -> Iterator[httpx.Client]:
        """One that trusts it."""
        trusted = ssl.create_default_context(cafile=self.folder / "mitmproxy" / "mitmproxy-ca-cert.pem")
        with httpx.Client(http2=http2, proxy=self.url, verify=trusted, timeout=20) as client:
            yield client


@pytest.fixture
def holding(tmp_path: Path, authority: Any, wait_for: Callable[..., Any], starter: Any) -> Iterator[Holding]:
    shutil.copy(HERE / "waiting_addon.py", tmp_path)
    (tmp_path / "root").write_text(str(HERE.parents[1]))
    log = tmp_path / "log"
    with log.open("w") as output:
        process = starter.Popen(
            [
                *(Path(sys.executable).with_name("mitmdump"), "-s", tmp_path / "waiting_addon.py"),
                *("--listen-host=127.0.0.1", "--listen-port=0", f"--set=confdir={tmp_path / 'mitmproxy'}"),
                f"--set=ssl_verify_upstream_trusted_ca={authority.pem}",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: process.poll() is not None or "listening at" in log.read_text(), "it is ready")
        port = log.read_text().split("listening at ")[1].split()[0].rstrip(".").rpartition(":")[2]
        yield Holding(f"http://127.0.0.1:{port}", tmp_path)
        assert "Traceback" not in log.read_text()
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def serve(authority: Any, h2_server: Callable[..., Any]) -> Iterator[Callable[[str, bool], str]]:
    """Starts a server that sends PIECES and ends as told, over HTTP/2 or not; gives the URL to ask."""
    head = (("content-type", "text/event-stream"),)
    with ExitStack() as stack:

        def start(end: str, http2: bool) -> str:
            if http2:
                return f"{h2_server(*PIECES, end=end).base_url}/responses"
            answer = Answer(200, head, (*map(Send, PIECES), *ENDS[end]))
            server = stack.enter_context(running(lambda _: answer, tls=authority.server_context()))
            return f"{server.base_url}/responses".replace("127.0.0.1", "localhost")

        yield start


ALL_PAST = [f"past {piece.decode().strip()}" for piece in PIECES]


def _read_until_it_breaks(pieces: Iterator[bytes]) -> bytes:
    got = b""
    try:
        for piece in pieces:
            got += piece
    except httpx.RemoteProtocolError:
        return got
    raise AssertionError(f"an orderly end after {got!r}")


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1", "HTTP/2"])
class TestHeld:
    """The client has the first piece, the second is held, the third has arrived behind it."""

    def _until_held(self, pieces: Iterator[bytes], holding: Holding, wait_for: Callable[..., Any]) -> None:
        assert next(pieces) == PIECES[0]
        wait_for(lambda: holding.told[:3] == ALL_PAST, "everything has arrived")

    def test_until_released(
        self, holding: Holding, serve: Callable[..., str], wait_for: Callable[..., Any], http2: bool
    ) -> None:
        with holding.client(http2) as client, client.stream("POST", serve("end", http2), json={}) as response:
            assert response.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
            pieces = response.iter_raw()
            self._until_held(pieces, holding, wait_for)
            holding.release(b"data: two\n\n")
            assert b"".join(pieces) == b"data: two\n\n" + PIECES[2]
        assert holding.told[3:] == ["past ", "response"]

    def test_the_client_leaves(
        self, holding: Holding, serve: Callable[..., str], wait_for: Callable[..., Any], http2: bool
    ) -> None:
        with (
            holding.client(http2) as client,
            client.stream("POST", serve("hold", http2), json={}) as response,
        ):
            self._until_held(response.iter_raw(), holding, wait_for)
        wait_for(lambda: {"cancelled", "error"} <= set(holding.told), "the wait is over")
        assert "response" not in holding.told

    def test_upstream_leaves(
        self, holding: Holding, serve: Callable[..., str], wait_for: Callable[..., Any], http2: bool
    ) -> None:
        with (
            holding.client(http2) as client,
            client.stream("POST", serve("reset", http2), json={}) as response,
        ):
            pieces = response.iter_raw()
            self._until_held(pieces, holding, wait_for)
            wait_for(lambda: "upstream left" in holding.told, "upstream has left")
            assert "error" not in holding.told
            holding.release(PIECES[1])
            assert _read_until_it_breaks(pieces) == b"".join(PIECES[1:])
        wait_for(lambda: "error" in holding.told, "the end")
        assert "response" not in holding.told
