"""The app at a real terminal: what a person sees, and what survives when the terminal does not."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from inspector.protocol.codex import config_block
from inspector.proxy import registry
from inspector.proxy.registry import Running
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer, Gate, Send, WaitFor
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

ROW = re.compile(r"[✓✗▶] +\d{3} ")
"""An exchange in the list: its state and its status."""

GRACE = 30.0
SAMPLE = Path(__file__).resolve().parents[2] / "sample_captures" / "rate-limited.db"


def the_proxy(wait_for: Callable[..., Any]) -> Running:
    """The one that runs, as soon as it does."""
    [found] = wait_for(registry.running, "a proxy is in the registry")
    assert isinstance(found, Running)
    return found


class Slow:
    """An upstream that stops in the middle of an answer until it is told to go on."""

    def __init__(self) -> None:
        self.gate = Gate()

    def __call__(self, ask: Ask) -> Answer:
        answer = ask.say(Text("One word, and then for a long time nothing, and then the rest of it."))
        sends = [step for step in answer.steps if isinstance(step, Send)]
        half = len(sends) // 2
        return Answer(answer.status, answer.headers, (*sends[:half], WaitFor(self.gate), *sends[half:]))


class Listener:
    """A client on a thread of its own that takes what comes until the stream ends."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        assert parts.hostname
        self._connection = HTTPConnection(parts.hostname, parts.port, timeout=GRACE)
        self._path = f"{parts.path}/responses"
        self.heard = b""
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def whole(self) -> bytes:
        """The body, when it has ended as it should."""
        self._thread.join(GRACE)
        assert not self._thread.is_alive(), "the stream does not end"
        return self.heard

    def _listen(self) -> None:
        body = json.dumps({"model": "gpt-5.5", "input": "Tell me.", "stream": True})
        with closing(self._connection):
            self._connection.request("POST", self._path, body, {"content-type": "application/json"})
            response = self._connection.getresponse()
            while piece := response.read1(65536):
                self.heard += piece


def is_refused(address: str) -> bool:
    """Whether nobody listens at HOST:PORT any more."""
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def column(screen: str, number: int) -> str:
    """One of the columns that panes are in, from the left; of a wide screen."""
    rows = [line.split("│") for line in screen.splitlines()]
    return "\n".join(row[number] for row in rows if len(row) > number)


def statuses(rows: str) -> set[str]:
    """Of the exchanges that are listed."""
    return {row.split()[1] for row in ROW.findall(rows)}


class Streams:
    """What has been seen of the streams that came in while one looked: how many events each had."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], set[int]] = {}

    def grew(self, screen: str) -> bool:
        """Whether one of them has more events than when it was looked at before."""
        pane = column(screen, -1)
        count = re.search(r"Events +(\d+)", pane)
        begun = re.search(r"(\d\.\d{3}) 200 OK[^\n]*\n[^\n]*(\d\.\d{3}) created", pane)
        if count and begun and "▶ streaming" in pane:
            self._counts.setdefault((begun[1], begun[2]), set()).add(int(count[1]))
        return any(len(counts) > 1 for counts in self._counts.values())


def test_a_live_session_is_watched_walked_compared_filtered_and_left(
    terminal: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    demo = terminal("demo", "--speed", "6")
    seen = demo.shows("● live", "tests/test_backoff.py")
    [(listening, upstream)] = re.findall(r"(127\.0\.0\.1:\d+) → (127\.0\.0\.1:\d+)", seen)
    first = len(ROW.findall(demo.until(ROW.search, "an exchange is listed")))
    demo.until(lambda screen: len(ROW.findall(screen)) > first + 1, "more exchanges are listed")
    demo.until(Streams().grew, "a stream grows")
    demo.shows("429", "2 Good.")  # one of the moods of the network, and the second turn
    assert not is_refused(listening)

    # Select: the third exchange, which brings what the tools said; the session goes on, the screen stays.
    demo.type("g", "j", "j", "}", "}")
    demo.until(
        lambda screen: (
            "follow" not in screen
            and "9 items" in column(screen, 1)
            and "✓ completed" in column(screen, 3)
            and "exec_command" in column(screen, 2)
        ),
        "the third request and its answer are shown, and stay",
    )

    # Align: the call at the end of the chat payload, its event, its item of the answer and its tool.
    demo.type("2", "G", "k", "k")
    demo.until(
        lambda screen: (
            "▎▸ tools 6" in column(screen, 1)
            and re.search(r"▎▸ +\d\.\d{3} call exec_", column(screen, 3))
            and "▎▾ call exec_command" in column(screen, 3)
        ),
        "the tool, the event and the answer's call are lit",
    )
    demo.type("Tab", "z")  # to the next counterpart, and only that pane
    demo.until(
        lambda screen: (
            all(title not in screen for title in ("1 Request", "2 Chat payload", "4 Answer"))
            and re.search(r"\d\.\d{3} call exec_command", screen)
        ),
        "only the events are left",
    )
    demo.type("z")
    demo.shows("2 Chat payload", "4 Answer")

    demo.type("d")
    demo.until(re.compile(r"diff +#1 .*→ +#3 ").search, "compared with the request before")
    demo.shows("items added: ", "function_call_output")
    demo.type("Escape")
    demo.shows("2 Chat payload")

    demo.type("/")
    demo.shows("/ words, status:")  # the line has the keys
    demo.type(*"status:429", "Enter")
    demo.until(re.compile(r"0 Sessions .*[1-9] of [1-9]").search, "some of all are listed")
    demo.until(lambda screen: statuses(column(screen, 0)) == {"429"}, "those are refusals")

    demo.type("q")
    assert demo.ended() == 0
    assert registry.running() == []
    for address in (listening, upstream):
        wait_for(lambda address=address: is_refused(address), f"{address} is closed")


@pytest.fixture
def slow() -> Iterator[tuple[Slow, Simulator]]:
    story = Slow()
    with running(Service(story)) as simulator:
        yield story, simulator
        story.gate.open()


def test_a_stream_survives_the_app(
    terminal: Callable[..., Any],
    wait_for: Callable[..., Any],
    inspector: Callable[..., Any],
    slow: tuple[Slow, Simulator],
) -> None:
    story, upstream = slow
    live = terminal("live", "--upstream", upstream.base_url, "--listen", "127.0.0.1:0")
    live.shows("Waiting for the first request", "model_provider", "base_url")
    proxy = the_proxy(wait_for)
    assert proxy.base_url is not None
    client = Listener(proxy.base_url)
    live.shows("▶ streaming")
    wait_for(lambda: b"output_text.delta" in client.heard, "the client has heard something")

    os.kill(live.pid, signal.SIGKILL)
    assert live.ended() == 128 + signal.SIGKILL
    assert proxy.alive
    story.gate.open()
    assert client.whole() == upstream.sent[0].body
    assert b"response.completed" in client.heard

    again = terminal("live")
    seen = again.until(ROW.search, "the exchange is there")
    assert "● live" in seen
    assert proxy.listening.removeprefix("http://") in seen
    again.shows("✓ 200", "completed")
    assert [each.pid for each in registry.running()] == [proxy.pid]

    stopped = inspector("stop")
    assert stopped.status == 0
    assert proxy.listening in stopped.err
    assert registry.running() == []
    again.shows("the proxy has ended")
    again.type("q")
    assert again.ended() == 0
    [row] = inspector("show", proxy.capture, "--json").json()
    assert (row["status"], row["outcome"], row["error"]) == (200, "complete", None)


def test_whoever_quits_says_what_becomes_of_the_proxy(
    terminal: Callable[..., Any], wait_for: Callable[..., Any], slow: tuple[Slow, Simulator]
) -> None:
    _, upstream = slow
    live = terminal("live", "--upstream", upstream.base_url, "--listen", "127.0.0.1:0")
    live.shows("Waiting for the first request")
    proxy = the_proxy(wait_for)
    live.type("q")
    live.shows("leave the proxy running", "stop the proxy")
    live.type("l")
    assert live.ended() == 0
    live.shows("inspector live", "inspector stop", f"goes on at {proxy.listening}")
    assert proxy.alive

    again = terminal("live")
    again.shows("● live")
    assert [each.pid for each in registry.running()] == [proxy.pid]
    again.type("q")
    again.shows("stop the proxy")
    again.type("s")
    assert again.ended() == 0
    assert not proxy.alive


def test_the_block_for_codex_can_be_copied(
    terminal: Callable[..., Any], wait_for: Callable[..., Any], slow: tuple[Slow, Simulator]
) -> None:
    _, upstream = slow
    live = terminal("live", "--upstream", upstream.base_url, "--listen", "127.0.0.1:0")
    live.shows("copies these lines")
    live.type("c")
    proxy = the_proxy(wait_for)
    assert wait_for(lambda: live.copied, "something was copied") == config_block(proxy.base_url or "")
    live.close()
    live.ended()
    assert proxy.alive  # a closed terminal is no order to end


@pytest.mark.parametrize("command", [("live",), ("run", "--", "false")])
def test_ctrl_c_while_the_proxy_starts_leaves_none(
    terminal: Callable[..., Any], wait_for: Callable[..., Any], home: Path, command: tuple[str, ...]
) -> None:
    options = ("--upstream", "http://127.0.0.1:9/v1", "--listen", "127.0.0.1:0")
    starting = terminal(command[0], *options, *command[1:])
    logs = home / "state" / "proxies"
    [log] = wait_for(lambda: list(logs.glob("*.log")) if logs.exists() else [], "the proxy is being started")
    starting.type("C-c")
    assert starting.ended() == 1
    assert "Traceback" not in starting.screen

    def processes() -> str:
        return subprocess.run(["ps", "-A", "-o", "args"], capture_output=True, text=True, check=True).stdout

    wait_for(lambda: str(log) not in processes(), "no proxy is there any more")
    assert registry.running() == []


def test_forward_mode_shows_its_two_lines(terminal: Callable[..., Any], wait_for: Callable[..., Any]) -> None:
    live = terminal("live", "--forward", "--listen", "127.0.0.1:0", columns=200)
    seen = live.shows("HTTPS_PROXY", "CODEX_CA_CERTIFICATE")
    proxy = the_proxy(wait_for)
    assert f"export HTTPS_PROXY={proxy.listening}" in seen
    assert proxy.certificate is not None
    assert proxy.certificate.exists()


@pytest.mark.parametrize("command", ["demo", "live"])
def test_without_a_terminal_nothing_is_started(inspector: Callable[..., Any], command: str) -> None:
    refused = inspector(command, env={"AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9"})
    assert (refused.status, refused.out) == (1, b"")
    assert "the screen needs a terminal" in refused.err
    assert registry.running() == []


@pytest.fixture
def played(tmp_path: Path) -> Path:
    """A capture of one session, in a folder of its own."""
    folder = tmp_path / "captures"
    folder.mkdir()
    return Path(shutil.copy(SAMPLE, folder))


def test_a_capture_opens_at_every_size(terminal: Callable[..., Any], played: Path) -> None:
    wide = terminal("open", played, columns=200, rows=50)
    narrow = terminal("open", played, columns=80, rows=24)
    seen = wide.shows("○ capture", played.name, "Request", "Chat payload", "Events")
    assert "● live" not in seen
    wide.until(lambda screen: len(ROW.findall(screen)) >= 2, "its exchanges are listed")
    wide.shows("↻1 ✓")  # the third repeats the second, and lies below it
    narrow.until(ROW.search, "its exchanges are listed")
    assert all(len(line) <= 80 for line in narrow.screen.splitlines())
    for each in (wide, narrow):
        each.type("q")
        assert each.ended() == 0  # nothing runs, so nothing is asked
    assert [path.name for path in played.parent.iterdir()] == [played.name]
