"""Holding at a real terminal: a request waits, goes on edited, and the next one when the app is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from inspector.capture.model import Leg
from inspector.capture.reader import Reader
from inspector.proxy import registry
from inspector.simulator.reply import Text
from inspector.simulator.server import running
from inspector.simulator.service import Service

GRACE = 30.0
BODY = {"model": "gpt-5.5", "input": "Tell me.", "stream": True}


class Client:
    """Asks, on a thread of its own."""

    def __init__(self, base_url: str) -> None:
        self._url = urlsplit(base_url)
        self.heard = b""
        self._thread = Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        with closing(HTTPConnection(self._url.hostname or "", self._url.port, timeout=GRACE)) as connection:
            headers = {"content-type": "application/json"}
            connection.request("POST", f"{self._url.path}/responses", json.dumps(BODY), headers)
            self.heard = connection.getresponse().read()

    def whole(self) -> bytes:
        """What was answered."""
        self._thread.join(GRACE)
        assert not self._thread.is_alive(), "no answer came"
        return self.heard


def the_first_that_waits(screen: Any, base_url: str) -> Client:
    """The proxy knows of a rule a moment later than the screen: what comes in between passes."""
    clients = [Client(base_url)]

    def waits(shown: str) -> bool:
        if clients[-1].heard:
            clients.append(Client(base_url))
        return "⏸ 1 held" in shown

    screen.until(waits, "a request is held")
    return clients[-1]


def test_a_request_is_held_edited_and_released(
    terminal: Callable[..., Any], wait_for: Callable[..., Any], tmp_path: Path
) -> None:
    capture = tmp_path / "held.db"
    with running(Service(lambda ask: ask.say(Text("Told.")))) as simulator:
        options = ("--upstream", simulator.base_url, "--capture", capture, "--listen", "127.0.0.1:0")
        screen = terminal("live", *options, columns=120, rows=30)
        screen.shows("Waiting for the first request")
        [proxy] = wait_for(registry.running, "a proxy is in the registry")
        screen.type("H", "n")
        screen.shows("A new rule")
        screen.type("C-s")
        screen.shows("everything", "of this app", "⏸ 0 held")

        client = the_first_that_waits(screen, proxy.base_url)
        screen.shows("user Tell me.", "its idle timeout does not run yet")
        screen.type("e")
        screen.shows("Edit request", '"model": "gpt-5.5",')
        screen.type("Down", "End", *' "user": "me",')
        screen.shows('"gpt-5.5", "user": "me",')
        screen.type("C-s")
        screen.shows("⏸ 0 held")
        assert b"response.completed" in client.whole()
        with closing(Reader(capture)) as reader:
            held = reader.exchanges()[-1].id
            screen.until(lambda _: reader.body(held, Leg.UPSTREAM_REQUEST), "it is recorded")
            asked, sent = (
                json.loads(reader.body(held, leg) or b"") for leg in (Leg.REQUEST, Leg.UPSTREAM_REQUEST)
            )
        assert (asked, sent) == (BODY, {**BODY, "user": "me"})

        other = Client(proxy.base_url)
        screen.shows("⏸ 1 held")
        screen.type("q")
        screen.shows("1 thing waits by rules of this app")
        screen.type("l")
        assert screen.ended() == 0
        assert b"response.completed" in other.whole()
