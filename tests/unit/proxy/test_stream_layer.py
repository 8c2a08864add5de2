"""The stream layer as a transcript: what it is told, what it does; and out of the way where it must be."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.connection import Client, Server
from mitmproxy.http import Response
from mitmproxy.net.http import status_codes
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.layers.http import (
    GetHttpConnection,
    GetHttpConnectionCompleted,
    HttpLayer,
    HTTPMode,
    SendHttp,
)
from mitmproxy.proxy.layers.http import _events as http
from mitmproxy.proxy.layers.tls import ClientTLSLayer, ServerTLSLayer
from mitmproxy.test import tutils

from inspector.proxy import stream_layer
from inspector.proxy.stream_layer import InspectorWaitHook, OwnedStream, Wait


def _connection() -> tuple[NextLayer, HttpLayer]:
    """TLS, and HTTP in it, as mitmproxy's own addon decides."""
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), timestamp_start=0)
    context = Context(client, options.Options())
    server_tls, client_tls = ServerTLSLayer(context), ClientTLSLayer(context)
    layer = HttpLayer(context, HTTPMode.transparent)
    server_tls.child_layer, client_tls.child_layer = client_tls, layer
    decided: Any = SimpleNamespace(layer=server_tls)
    return decided, layer


def test_it_is_supported_by_the_mitmproxy_that_is_installed() -> None:
    assert stream_layer.SUPPORTED


def test_it_finds_http_inside_tls() -> None:
    decided, layer = _connection()
    owner: Any = SimpleNamespace()
    stream_layer.install(decided, owner)
    assert "make_stream" in vars(layer)


def test_without_support_everything_stays(monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(stream_layer, "SUPPORTED", False)
    decided, layer = _connection()
    owner: Any = SimpleNamespace()
    stream_layer.install(decided, owner)
    stream_layer.install(decided, owner)
    assert "make_stream" not in vars(layer)
    assert caplog.text.count("not as we know them") == 1


def test_a_connection_that_is_no_http() -> None:
    owner: Any = SimpleNamespace()
    undecided: Any = SimpleNamespace(layer=None)
    stream_layer.install(undecided, owner)
    assert undecided.layer is None


def _options() -> options.Options:
    """With those that mitmproxy's addons would add."""
    made = options.Options()
    for name, kind, value in (
        ("body_size_limit", str | None, None),
        ("stream_large_bodies", str | None, None),
        ("validate_inbound_headers", bool, True),
        ("store_streamed_bodies", bool, False),
    ):
        made.add_option(name, kind, value, "")
    return made


class Owner:
    """Owns a response: `b"hold"` waits, `b"stop"` is the finish, `b"last"` the terminal piece.

    `last_words` are for a break, which without them is the client's too.
    """

    def __init__(self, last_words: list[bytes] | None = None, *, owns: bool = True) -> None:
        self.last_words = last_words
        self.owns = owns
        self.first_words: list[bytes] = []
        self.told: list[bytes | str] = []
        self.finished = self.finishing = False

    def owned_response(self, _flow: Any, own: Any) -> Any:
        self.own = own
        return self if self.owns else None

    def client_left(self, _flow: Any) -> None:
        self.told.append("client left")

    def too_much(self, _flow: Any) -> None:
        self.told.append("too much")

    @property
    def mends(self) -> bool:
        return self.last_words is not None

    def opening(self) -> list[bytes]:
        return self.first_words

    def unanswered(self, _flow: Any) -> None:
        return None

    def past(self, data: bytes) -> list[bytes]:
        self.told.append(data)
        if not data and self.finishing and not self.finished:
            data = b"last"
        self.finished |= data.endswith(b"last")
        self.finishing |= data.endswith(b"stop")
        return [piece for piece in data.split() if piece != b"comment"]

    def broke_off(self, message: str) -> list[bytes]:
        self.told.append(message)
        return self.last_words or []

    def wait_for(self, piece: bytes) -> Any:
        return object() if piece.startswith(b"hold") else None  # nobody awaits it here


class Played:
    """One exchange whose request is sent and whose response has begun to stream.

    `opened` is what the client is sent with the head; the hook `awaited` is never over.
    """

    def __init__(self, owner: Any, *, opened: Sequence[bytes] = (), awaited: str = "") -> None:
        self._awaited = awaited
        client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), timestamp_start=0)
        context = Context(client, _options())
        HttpLayer(context, HTTPMode.regular)
        self.client = client
        self.stream = OwnedStream(context, 1, owner)
        self.waits: list[InspectorWaitHook] = []
        self.wakeups: list[commands.RequestWakeup] = []
        self.hooks: list[str] = []
        self.tell(events.Start())
        self.tell(http.RequestHeaders(1, tutils.treq(host="server", port=80), end_stream=False))
        self.tell(http.RequestEndOfMessage(1))
        response = Response.make(200, b"", {"content-type": "text/event-stream"})
        response.stream = True
        begun = self.tell(http.ResponseHeaders(1, response, end_stream=False))
        assert begun == ([] if awaited else ["ResponseHeaders", *opened])

    def tell(self, event: events.Event) -> list[bytes | str]:
        """What the client and (in brackets) upstream are sent for it."""
        sent: list[bytes | str] = []
        queue = deque([event])
        while queue:
            for command in self.stream.handle_event(queue.popleft()):
                if isinstance(command, SendHttp):
                    sent.append(self._name(command))
                elif isinstance(command, GetHttpConnection):
                    server = Server(address=command.address)
                    queue.append(GetHttpConnectionCompleted(command, (server, None)))
                elif isinstance(command, InspectorWaitHook):
                    self.waits.append(command)
                elif isinstance(command, commands.StartHook):
                    self.hooks.append(command.name)
                    if command.name != self._awaited:
                        queue.append(events.HookCompleted(command))
                elif isinstance(command, commands.RequestWakeup):
                    self.wakeups.append(command)
        return sent

    def data(self, *pieces: bytes) -> list[bytes | str]:
        """Upstream sends a chunk."""
        return self.tell(http.ResponseData(1, b" ".join(pieces)))

    def end(self) -> list[bytes | str]:
        """Upstream's response ends."""
        return self.tell(http.ResponseEndOfMessage(1))

    def breaks_off(self) -> list[bytes | str]:
        """Upstream is gone."""
        return self.tell(http.ResponseProtocolError(1, "gone", _code("GENERIC_SERVER_ERROR", 502)))

    def client_leaves(self) -> list[bytes | str]:
        """The client is gone."""
        code = _code("CLIENT_DISCONNECTED", status_codes.CLIENT_CLOSED_REQUEST)
        return self.tell(http.RequestProtocolError(1, "Client disconnected.", code))

    def release(self, piece: bytes | None = None) -> list[bytes | str]:
        """The wait is over."""
        hook = self.waits.pop(0)
        if piece is not None:
            hook.wait.piece = piece
        return self.tell(events.HookCompleted(hook))

    def _name(self, command: SendHttp) -> bytes | str:
        event = command.event
        if command.connection is not self.client:
            return f"({type(event).__name__})"
        return event.data if isinstance(event, http.ResponseData) else type(event).__name__


def _code(name: str, number: int) -> Any:
    codes = getattr(http, "ErrorCode", None)  # mitmproxy 11 has numbers
    return number if codes is None else codes[name]


END = "ResponseEndOfMessage"


def test_what_does_not_wait_passes_piece_by_piece() -> None:
    owner = Owner()
    played = Played(owner)
    assert played.data(b"a", b"b") == [b"a", b"b"]
    assert played.data() == []  # an empty frame, which is not the end
    assert owner.told == [b"a b"]
    assert played.end() == [END]
    assert (played.waits, played.wakeups) == ([], [])
    assert played.hooks[-1] == "response"


def test_a_wait_holds_everything_behind_it_but_not_what_upstream_says() -> None:
    owner = Owner()
    played = Played(owner)
    assert played.data(b"a", b"hold", b"b") == [b"a"]
    assert (played.data(b"c", b"hold2"), played.data(b"d"), played.end()) == ([], [], [])
    assert owner.told == [b"a hold b", b"c hold2", b"d", b""]
    assert played.release() == [b"hold", b"b", b"c"]
    assert "response" not in played.hooks
    assert played.release(b"other") == [b"other", b"d", END]
    assert played.hooks[-1] == "response"


def test_a_wait_may_come_to_nothing() -> None:
    played = Played(Owner())
    played.data(b"hold", b"b")
    assert played.release(b"") == [b"b"]


def test_the_client_leaves_during_a_wait() -> None:
    played = Played(Owner())
    played.data(b"hold", b"b")
    assert played.client_leaves() == ["(RequestProtocolError)"]
    assert played.hooks[-1] == "error"
    assert played.release() == []


@pytest.mark.parametrize(
    ("last_words", "sent", "hook"),
    [
        ([b"failed"], [b"hold", b"failed", END], "response"),
        (None, [b"hold", "ResponseProtocolError"], "error"),
    ],
)
def test_upstream_leaves_during_a_wait(last_words: Any, sent: list[Any], hook: str) -> None:
    owner = Owner(last_words)
    played = Played(owner)
    played.data(b"hold")
    assert played.breaks_off() == []
    assert owner.told[-1] == "gone"
    assert played.release() == sent
    assert played.hooks[-1] == hook


def test_upstream_has_time_to_end_only_after_what_is_held() -> None:
    played = Played(Owner())
    played.data(b"hold", b"last")
    assert played.wakeups == []
    assert played.release() == [b"hold", b"last"]
    [wakeup] = played.wakeups
    assert played.tell(events.Wakeup(wakeup)) == ["(RequestProtocolError)", END]
    assert played.breaks_off() == []


def test_the_client_leaves_before_that_time_is_up() -> None:
    played = Played(Owner())
    played.data(b"last")
    played.client_leaves()
    [wakeup] = played.wakeups
    assert played.tell(events.Wakeup(wakeup)) == []


def test_upstream_has_time_for_what_follows_the_finish() -> None:
    owner = Owner()
    played = Played(owner)
    assert (played.data(b"a"), played.wakeups) == ([b"a"], [])
    assert played.data(b"stop") == [b"stop"]
    assert played.data(b"comment") == []  # a keep-alive does not prolong it
    [wakeup] = played.wakeups
    assert wakeup.delay == stream_layer.REST
    assert played.tell(events.Wakeup(wakeup)) == ["(RequestProtocolError)", b"last", END]
    assert owner.told == [b"a", b"stop", b"comment", b""]
    assert played.hooks[-1] == "response"
    assert len(played.wakeups) == 1
    assert played.breaks_off() == []


def test_what_does_follow_it_gets_time_as_well() -> None:
    played = Played(Owner())
    played.data(b"stop")
    assert played.data(b"more") == [b"more"]
    first, second = played.wakeups
    assert played.tell(events.Wakeup(first)) == []
    assert played.data(b"last") == [b"last"]
    assert played.tell(events.Wakeup(second)) == []
    assert played.wakeups[2].delay == stream_layer.GRACE
    assert played.end() == [END]
    assert played.tell(events.Wakeup(played.wakeups[2])) == []


async def test_a_wait_is_over_with_what_came_of_it() -> None:
    released: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    wait = Wait(b"piece", released)
    released.set_result(b"other")
    await wait.over()
    assert wait.piece == b"other"


@pytest.mark.parametrize("early", [True, False])
async def test_a_wait_is_cancelled(early: bool) -> None:
    released: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    wait = Wait(b"piece", released)
    if early:
        wait.cancel()
    waiting = asyncio.ensure_future(wait.over())
    if not early:
        await asyncio.sleep(0)
        wait.cancel()
    await asyncio.wait_for(waiting, 5)
    assert (released.cancelled(), wait.piece) == (True, b"piece")


async def test_the_end_of_the_proxy_is_not_taken_for_the_clients() -> None:
    wait = Wait(b"piece", asyncio.get_running_loop().create_future())
    waiting = asyncio.ensure_future(wait.over())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_a_piece_may_be_another() -> None:
    owner = Owner()
    owner.first_words = [b"first"]
    owner.wait_for = lambda piece: {b"a": b"other", b"b": b""}.get(piece)  # type: ignore[method-assign]
    played = Played(owner, opened=[b"first"])
    assert played.data(b"a b c") == [b"other", b"c"]


def test_a_stream_gets_an_owner_while_it_runs() -> None:
    owner = Owner(owns=False)
    played = Played(owner)
    assert played.data(b"a", b"hold") == [b"a hold"]
    assert owner.told == []
    assert owner.own(owner)
    assert played.data(b"c hold") == [b"c"]
    assert played.release() == [b"hold"]
    assert played.end() == [END]
    assert not owner.own(owner)


def test_the_client_leaves_while_a_hook_is_awaited() -> None:
    owner = Owner()
    played = Played(owner, awaited="responseheaders")
    assert played.client_leaves() == []
    assert owner.told == ["client left"]


def test_too_much_comes_behind_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_layer, "MOST_BEHIND", 2)
    owner = Owner()
    played = Played(owner)
    played.data(b"hold", b"b", b"c")
    assert "too much" not in owner.told
    played.data(b"ddd")
    assert owner.told[-2:] == ["too much", b"ddd"]


def test_what_is_left_behind_the_next_wait_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_layer, "MOST_BEHIND", 20)
    owner = Owner()
    played = Played(owner)
    played.data(b"hold1", b"hold2", b"1234567890")
    played.data(b"12345")
    assert played.release() == [b"hold1"]
    assert "too much" not in owner.told
    played.data(b"123456")
    assert owner.told[-2:] == ["too much", b"123456"]


def test_it_is_killed_during_a_wait() -> None:
    owner = Owner()
    played = Played(owner)
    played.data(b"hold", b"b")
    played.stream.flow.kill()
    assert played.release() == ["(RequestProtocolError)", "ResponseProtocolError"]
    assert played.hooks[-1] == "error"
    assert played.data(b"c") == []


def test_a_break_behind_the_end_is_none() -> None:
    owner = Owner()
    played = Played(owner)
    played.data(b"hold")
    assert played.breaks_off() == []
    owner.finished = True  # what waits is the end by now
    assert played.release() == [b"hold", END]
    assert played.hooks[-1] == "response"
