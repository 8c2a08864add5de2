"""Holding live traffic: it waits where a rule says, and goes on as somebody decides, or by itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from inspector.capture.holds import (
    BEAT,
    DROPPED,
    RELEASED,
    Act,
    Decision,
    Held,
    Holds,
    Point,
    State,
    answered,
    failed,
)
from inspector.capture.model import ExchangeDetail, Leg, Outcome
from inspector.protocol import sse
from inspector.protocol.conformance import check
from inspector.proxy.settings import Mode
from inspector.simulator.script import Answer, Gate, Send, WaitFor
from inspector.simulator.server import running

STREAM = (("content-type", "text/event-stream"), ("x-own", "1"))
PIECES = (
    b'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1","model":"m"},'
    b'"sequence_number":0}\n\nevent: response.output_text.delta\r\nda',
    b'ta: {"type":"response.output_text.delta","delta":"one","sequence_number":1}\r\n\r\n: comment\n\n',
    b'event: response.completed\ndata: {"type":"response.completed","response":{"id":"resp_1"},'
    b'"sequence_number":2}\n\n',
)
WHOLE = b"".join(PIECES)
ASKED = {"model": "m", "input": "hi", "stream": True}
GONE = (HTTPException, OSError)


class Table:
    """Rules of one app, and what they hold."""

    def __init__(self, path: Path, wait: Callable[..., Any]) -> None:
        self.holds = Holds(path, "the test")
        self.wait = wait
        self._over = Event()
        self._beating = Thread(target=self._beat)
        self._beating.start()

    def _beat(self) -> None:
        while not self._over.wait(BEAT / 2):
            self.holds.beat()

    def close(self) -> None:
        self._over.set()
        self._beating.join()
        self.holds.close()

    def add(self, filter_text: str, point: Point, **more: Any) -> int:
        return self.holds.add(filter_text, point, **more).id

    def seen(self, asking: Any, proxy: Any) -> None:
        """Waits until the proxy knows the rules there are, of later points: it holds by one that is newer."""
        newest = self.holds.add("request:newest", Point.REQUEST)
        while (held := ask_until_held(asking, proxy, self, {"input": "newest"})[1]).rule != newest.id:
            assert self.holds.decide(held.id, RELEASED)  # of an older rule, which was seen before
        self.holds.remove(newest.id)
        assert self.holds.decide(held.id, answered(204, b""))

    def next(self) -> Held:
        """What waits."""
        found: list[Held] = self.wait(self.holds.held, "something is held")
        return found[0]

    def decide(self, decision: Decision) -> Held:
        """Of what waits next."""
        held = self.next()
        assert self.holds.decide(held.id, decision)
        assert not self.holds.decide(held.id, RELEASED)  # nobody else can
        return held


@pytest.fixture
def table(wait_for: Callable[..., Any]) -> Iterator[Callable[[Any], Table]]:
    made: list[Table] = []

    def at(proxy: Any) -> Table:
        wait_for(proxy.tape.path.exists)
        made.append(Table(proxy.tape.path, wait_for))
        return made[-1]

    yield at
    for one in made:
        one.close()


@pytest.fixture
def asking() -> Iterator[Callable[..., Future[Any]]]:
    """Asks in a thread; ConnectionError stands for an answer that broke off."""
    with ThreadPoolExecutor(8) as pool:
        yield lambda proxy, *arguments, **more: pool.submit(proxy.ask, *arguments, **more)


def held_of(proxy: Any, exchange: int) -> list[Held]:
    with closing(Holds(proxy.tape.path)) as holds:
        return holds.of_exchange(exchange)


def ended(proxy: Any, held: Held, wait: Callable[..., Any]) -> ExchangeDetail:
    """The exchange that was held, when it is over."""

    def look() -> ExchangeDetail | None:
        detail: ExchangeDetail = proxy.tape.detail(held.exchange)
        return detail if detail.exchange.outcome is not Outcome.OPEN else None

    found: ExchangeDetail = wait(look, "the end of what was held")
    return found


def events_of(body: bytes) -> list[Any]:
    return [json.loads(event.data) for event in sse.Decoder().feed(body)]


def serving() -> Any:
    answer = Answer(200, STREAM, tuple(map(Send, PIECES)))
    return running(lambda _: answer)


def ask_until_held(
    asking: Any, proxy: Any, rules: Table, asked: Any, by: str = "the test"
) -> tuple[Future[Any], Held]:
    """Asks again while the proxy has not seen the rule yet."""
    while True:
        future = asking(proxy, asked)

        def look(future: Future[Any] = future) -> bool | list[Held]:
            return [one for one in rules.holds.held() if one.app.startswith(by)] or future.done()

        if isinstance(found := rules.wait(look, "an answer, or a hold"), list):
            return future, found[0]


@contextmanager
def asking_over_http2(proxy: Any, url: str) -> Iterator[Callable[[Any, Any], Future[Any]]]:
    """Asks through a forward proxy, all on one connection."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    trusted = ssl.create_default_context(cafile=proxy.running.certificate)
    client = httpx.AsyncClient(http2=True, http1=False, proxy=proxy.url, verify=trusted, timeout=20)
    try:
        yield lambda _, asked: asyncio.run_coroutine_threadsafe(client.post(url, json=asked), loop)
    finally:
        asyncio.run_coroutine_threadsafe(client.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def app_that_holds(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, with a rule for every request."""
    code = (
        "import sys, time; from pathlib import Path; from inspector.capture.holds import Holds\n"
        "holds = Holds(Path(sys.argv[1]), 'another'); holds.add('')\n"
        "print(flush=True)\n"
        "while True: holds.beat(); time.sleep(0.2)"
    )
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as app:
        try:
            assert app.stdout is not None
            assert app.stdout.readline()
            yield app
        finally:
            app.kill()


class TestObserve:
    """Ours, and the stock mitmdump with our addon."""

    def test_requests_and_responses(
        self, start_either: Callable[..., Any], table: Callable[[Any], Table], asking: Any, wait_for: Any
    ) -> None:
        with serving() as upstream:
            proxy = start_either(upstream.base_url)
            rules = table(proxy)
            rule = rules.add('request:"hi there"', Point.REQUEST)
            asked = {**ASKED, "input": "hi there"}

            future, held = ask_until_held(asking, proxy, rules, asked)
            assert (held.point, held.state, held.silent_since) == (Point.REQUEST, State.HELD, None)
            assert json.loads(rules.holds.body(held.id)) == asked
            before = len(upstream.received)
            assert rules.holds.decide(held.id, Decision(Act.EDIT, body=b'{"input":"edited"}'))
            assert future.result()[2] == WHOLE
            assert upstream.received[before].body == b'{"input":"edited"}'
            detail = ended(proxy, held, wait_for)
            assert json.loads(detail.legs[Leg.REQUEST].body) == asked
            assert detail.legs[Leg.UPSTREAM_REQUEST].body == b'{"input":"edited"}'
            told = held_of(proxy, held.exchange)[0]
            assert (told.state, told.decided_by, told.decision.act) == (
                State.DECIDED, rules.holds.me, Act.EDIT,
            )  # fmt: skip
            assert told.done is not None

            future = asking(proxy, asked)
            held = rules.decide(RELEASED)
            assert future.result()[2] == WHOLE
            assert upstream.received[-1].json() == asked
            assert Leg.UPSTREAM_REQUEST not in ended(proxy, held, wait_for).legs

            future = asking(proxy, asked)
            count = len(upstream.received)
            held = rules.decide(failed("enough"))
            status, headers, body = future.result()
            assert (status, headers["content-type"]) == (200, "text/event-stream")
            events = events_of(body)
            assert check(events) == []
            assert events[-1]["type"] == "response.failed"
            assert events[-1]["response"]["error"]["message"] == "enough"

            future = asking(proxy, asked)
            framed = (("content-encoding", "gzip"), ("content-length", "3"), ("transfer-encoding", "chunked"))
            rules.decide(answered(429, b'{"error":{"message":"slow down"}}', (*framed, ("retry-after", "1"))))
            status, headers, body = future.result()
            assert (status, body) == (429, b'{"error":{"message":"slow down"}}')
            assert (headers["retry-after"], headers["content-length"]) == ("1", str(len(body)))
            assert "content-encoding" not in headers

            future = asking(proxy, asked)
            held = rules.decide(DROPPED)
            assert isinstance(future.exception(), GONE)
            error = wait_for(lambda: ended(proxy, held, wait_for).exchange.error, "why it ended")
            assert "Dropped by the test" in error
            assert len(upstream.received) == count

            rules.holds.remove(rule)
            rules.add("status:200", Point.RESPONSE)
            future, held = ask_until_held(asking, proxy, rules, ASKED)
            assert (held.status, held.point, dict(held.headers)["x-own"]) == (200, Point.RESPONSE, "1")
            assert rules.holds.decide(held.id, Decision(Act.EDIT, 202, (("x-own", "2"), STREAM[0])))
            status, headers, body = future.result()
            assert (status, headers["x-own"], body) == (202, "2", WHOLE)
            legs = ended(proxy, held, wait_for).legs
            assert (legs[Leg.RESPONSE].status, legs[Leg.UPSTREAM_RESPONSE].status) == (202, 200)
            assert legs[Leg.RESPONSE].body == legs[Leg.UPSTREAM_RESPONSE].body == WHOLE

            with closing(proxy.connect()) as connection:
                for _ in range(2):  # nothing of a body stands before the next answer of the connection
                    connection.request("POST", "/openai/v1/responses", json.dumps(ASKED))
                    rules.decide(Decision(Act.EDIT, 204))
                    response = connection.getresponse()
                    assert (response.status, response.read()) == (204, b"")
                    assert response.getheader("transfer-encoding") is None

            future = asking(proxy, ASKED)
            held = rules.decide(answered(503, b"{}"))
            assert future.result()[::2] == (503, b"{}")
            legs = ended(proxy, held, wait_for).legs
            assert (legs[Leg.RESPONSE].body, legs[Leg.UPSTREAM_RESPONSE].status) == (b"{}", 200)

            future = asking(proxy, ASKED)
            rules.decide(RELEASED)
            assert future.result()[::2] == (200, WHOLE)

            future = asking(proxy, ASKED)
            rules.decide(DROPPED)
            assert isinstance(future.exception(), GONE)

    def test_single_events(
        self, start_either: Callable[..., Any], table: Callable[[Any], Table], asking: Any, wait_for: Any
    ) -> None:
        gate = Gate()
        slow = Answer(200, STREAM, (Send(PIECES[0]), WaitFor(gate), *map(Send, PIECES[1:])))
        quick = Answer(204)
        with running(lambda asked: quick if b"newest" in asked.body else slow) as upstream:
            proxy = start_either(upstream.base_url)
            rules = table(proxy)
            with closing(proxy.connect()) as connection:
                # It streams already when the rules come, and stands in the middle of an event.
                connection.request("POST", "/openai/v1/responses", json.dumps(ASKED))
                response = connection.getresponse()
                assert response.read(len(PIECES[0])) == PIECES[0]
                rules.add("", Point.EVENT, types=["response.completed"])
                rules.add("response:one", Point.EVENT, types=["*.delta"])
                rules.seen(asking, proxy)
                gate.open()
                held = rules.next()
                assert (held.event_type, held.state) == ("response.completed", State.HELD)
                assert 0 <= held.at - (held.silent_since or 0) < 100
                assert rules.holds.body(held.id) == PIECES[2].split(b"data: ")[1].strip()
                rules.decide(RELEASED)
                assert response.read() == WHOLE[len(PIECES[0]) :]
            before = ended(proxy, held, wait_for)
            assert before.legs[Leg.RESPONSE].body == WHOLE
            assert Leg.UPSTREAM_RESPONSE not in before.legs

            future = asking(proxy, ASKED)
            two = b'{"type":"response.output_text.delta","delta":"two"}'
            held = rules.decide(Decision(Act.EDIT, body=two))
            assert held.event_type == "response.output_text.delta"
            rules.decide(Decision(Act.EDIT, body=b""))
            edited = future.result()[2]
            assert edited == (
                WHOLE[: WHOLE.index(b"event: response.output_text")]
                + b"event: response.output_text.delta\ndata: "
                + two
                + b"\n\n"
                + b": comment\n\n"
            )
            legs = ended(proxy, held, wait_for).legs
            assert (legs[Leg.RESPONSE].body, legs[Leg.UPSTREAM_RESPONSE].body) == (edited, WHOLE)

            future = asking(proxy, ASKED)
            rules.decide(failed("enough"))
            events = events_of(future.result()[2])
            assert [event["type"] for event in events] == ["response.created", "response.failed"]
            assert [event["sequence_number"] for event in events] == [0, 1]
            assert events[1]["response"]["id"] == "resp_1"

            future = asking(proxy, ASKED)
            held = rules.decide(DROPPED)
            assert isinstance(future.exception(), GONE)
            assert ended(proxy, held, wait_for).exchange.outcome == "refused"


class TestModes:
    def test_repair(
        self, start: Callable[..., Any], table: Callable[[Any], Table], asking: Any, wait_for: Any
    ) -> None:
        """What is held is what the client sent; what is edited is repaired."""
        with serving() as upstream:
            proxy = start(upstream.base_url, mode=Mode.REPAIR)
            rules = table(proxy)
            rules.add("", Point.REQUEST)
            asked = {"model": "o3", "temperature": 1, "input": "hi"}
            future, held = ask_until_held(asking, proxy, rules, asked)
            assert json.loads(rules.holds.body(held.id)) == asked
            edited = {**asked, "input": "edited"}
            rules.holds.decide(held.id, Decision(Act.EDIT, body=json.dumps(edited).encode()))
            assert future.result()[2] == WHOLE
            assert upstream.received[-1].json() == {"model": "o3", "input": "edited"}
            legs = ended(proxy, held, wait_for).legs
            assert json.loads(legs[Leg.REQUEST].body) == asked
            assert json.loads(legs[Leg.UPSTREAM_REQUEST].body) == {"model": "o3", "input": "edited"}

    def test_bridge(
        self, start: Callable[..., Any], table: Callable[[Any], Table], asking: Any, wait_for: Any
    ) -> None:
        """Requests as the client sent them, responses and events as it would get them."""
        said = b"".join(
            b"data: "
            + json.dumps({"id": "c", "choices": [{"index": 0, **choice}], **more}).encode()
            + b"\n\n"
            for choice, more in (
                ({"delta": {"role": "assistant", "content": "one"}}, {}),
                (
                    {"delta": {}, "finish_reason": "stop"},
                    {"usage": {"prompt_tokens": 1, "completion_tokens": 1}},
                ),
            )
        )
        no_model = Answer(
            404, (("content-type", "application/json"),), (Send(b'{"error":{"message":"what?"}}'),)
        )
        fine = Answer(200, STREAM, (Send(said + b"data: [DONE]\n\n"),))
        with running(lambda asked: fine if asked.json().get("model") == "m" else no_model) as upstream:
            proxy = start(upstream.base_url, mode=Mode.BRIDGE)
            rules = table(proxy)
            request = rules.add("", Point.REQUEST)
            asked = {"model": "m", "input": "hi", "stream": True}
            future, held = ask_until_held(asking, proxy, rules, asked)
            assert json.loads(rules.holds.body(held.id)) == asked
            rules.holds.decide(
                held.id, Decision(Act.EDIT, body=json.dumps({**asked, "input": "edited"}).encode())
            )
            plain = future.result()[2]
            sent = upstream.received[-1].json()["messages"][-1]
            assert sent == {"role": "user", "content": "edited"}

            rules.holds.remove(request)
            rules.add("", Point.EVENT, types=["response.output_text.delta"])
            rules.seen(asking, proxy)
            future = asking(proxy, asked)
            held = rules.next()
            event = json.loads(rules.holds.body(held.id))
            assert event["delta"] == "one"
            rules.decide(Decision(Act.EDIT, body=json.dumps({**event, "delta": "two"}).encode()))
            body = future.result()[2]
            assert len(events_of(body)) == len(events_of(plain))
            assert b'"delta":"one"' in plain.replace(b": ", b":")
            assert b'"delta":"two"' in body.replace(b": ", b":")
            legs = ended(proxy, held, wait_for).legs
            assert legs[Leg.RESPONSE].body == body
            assert legs[Leg.UPSTREAM_RESPONSE].body == said + b"data: [DONE]\n\n"

            rules.add("", Point.RESPONSE)
            rules.seen(asking, proxy)
            future = asking(proxy, {**asked, "model": "other"})
            held = rules.next()
            assert (held.status, json.loads(rules.holds.body(held.id))["error"]["message"]) == (404, "what?")
            rules.decide(Decision(Act.EDIT, status=429))
            assert future.result()[0] == 429
            assert ended(proxy, held, wait_for).legs[Leg.RESPONSE].status == 429

            future = asking(proxy, asked)
            rules.decide(
                answered(200, b'{"object":"response","output":[{"type":"message","content":"own"}]}')
            )
            events = events_of(future.result()[2])
            assert check(events) == []
            assert events[-1]["response"]["output"][0]["content"][0]["text"] == "own"


class TestForward:
    """HTTP/2 on both sides, as Codex speaks it in forward mode: all of it on one connection."""

    def test_each_stream_for_itself(
        self,
        start: Callable[..., Any],
        table: Callable[[Any], Table],
        h2_server: Callable[..., Any],
        authority: Any,
        wait_for: Callable[..., Any],
    ) -> None:
        upstream = h2_server(*PIECES, end="trailers")
        proxy = start(None, forward=True, hosts=(r"^localhost(:\d+)?$",), upstream_ca=authority.pem)
        rules = table(proxy)
        with asking_over_http2(proxy, f"{upstream.base_url}/responses") as asking:
            held_one = {**ASKED, "input": "hi there"}
            rule = rules.add('request:"hi there"', Point.REQUEST)
            future, held = ask_until_held(asking, proxy, rules, held_one)
            assert (
                asking(proxy, ASKED).result().content == WHOLE
            )  # another stream of the connection does not wait
            assert not future.done()
            assert rules.holds.decide(held.id, Decision(Act.EDIT, body=b'{"input":"edited"}'))
            assert (future.result().http_version, future.result().content) == ("HTTP/2", WHOLE)
            assert upstream.received[-1][1] == b'{"input":"edited"}'
            legs = ended(proxy, held, wait_for).legs
            assert legs[Leg.UPSTREAM_REQUEST].body == b'{"input":"edited"}'
            assert dict(legs[Leg.RESPONSE].trailers)["x-last"] == "1"

            count = len(upstream.received)
            future = asking(proxy, held_one)
            rules.decide(answered(429, b"{}", (("Retry-After", "1"), ("Connection", "close"))))
            answer = future.result()
            assert (answer.status_code, answer.headers["retry-after"], answer.content) == (429, "1", b"{}")

            future = asking(proxy, held_one)
            held = rules.decide(DROPPED)
            assert isinstance(future.exception(), httpx.RemoteProtocolError)
            assert ended(proxy, held, wait_for).exchange.outcome == "refused"
            assert len(upstream.received) == count

            rules.holds.remove(rule)
            rules.add("status:200", Point.RESPONSE)
            rules.seen(asking, proxy)
            future = asking(proxy, ASKED)
            held = rules.decide(Decision(Act.EDIT, 202, (("X-Own", "2"), STREAM[0])))
            answer = future.result()
            assert (answer.status_code, answer.headers["x-own"], answer.content) == (202, "2", WHOLE)
            legs = ended(proxy, held, wait_for).legs
            assert (legs[Leg.RESPONSE].status, legs[Leg.UPSTREAM_RESPONSE].status) == (202, 200)

            future = asking(proxy, ASKED)
            held = rules.decide(answered(503, b"{}"))
            answer = future.result()
            assert (answer.status_code, answer.content) == (503, b"{}")
            legs = ended(proxy, held, wait_for).legs
            assert (legs[Leg.RESPONSE].body, legs[Leg.UPSTREAM_RESPONSE].status) == (b"{}", 200)

            future = asking(proxy, ASKED)
            rules.decide(DROPPED)
            assert isinstance(future.exception(), httpx.RemoteProtocolError)

            rules.holds.remove(rules.holds.rules()[0].id)
            rules.add("request:hi response:one", Point.EVENT, types=["*.delta"])
            rules.seen(asking, proxy)
            future = asking(proxy, ASKED)
            held = rules.decide(Decision(Act.EDIT, body=b'{"delta":"two"}'))
            assert b'"two"' in future.result().content
            legs = ended(proxy, held, wait_for).legs
            assert legs[Leg.RESPONSE].body == future.result().content
            assert legs[Leg.UPSTREAM_RESPONSE].body == WHOLE
            future = asking(proxy, ASKED)
            rules.decide(failed("enough"))
            assert [event["type"] for event in events_of(future.result().content)] == [
                "response.created",
                "response.failed",
            ]
        assert len({each.connection for each in proxy.tape.exchanges()}) == 1


class TestNobodyDecides:
    def test_it_goes_on_by_itself(
        self,
        start: Callable[..., Any],
        table: Callable[[Any], Table],
        asking: Any,
        wait_for: Callable[..., Any],
    ) -> None:
        with serving() as upstream:
            proxy = start(upstream.base_url)
            rules = table(proxy)
            rule = rules.add("", Point.REQUEST, seconds=1)
            future, held = ask_until_held(asking, proxy, rules, ASKED)
            assert future.result()[2] == WHOLE
            assert held_of(proxy, held.exchange)[0].state is State.TIME_UP
            assert not rules.holds.decide(held.id, DROPPED)

            rules.holds.remove(rule)
            with app_that_holds(proxy.tape.path) as app:
                future, held = ask_until_held(asking, proxy, rules, ASKED, "another")
                app.kill()
                app.wait()
                assert future.result()[2] == WHOLE
                assert held_of(proxy, held.exchange)[0].state is State.APP_GONE
            assert rules.holds.rules() == []

            rules.add("", Point.REQUEST)
            future, held = ask_until_held(asking, proxy, rules, ASKED)
            rules.decide(RELEASED)
            assert future.result()[2] == WHOLE
            with closing(proxy.connect()) as connection:
                connection.request("POST", "/openai/v1/responses", json.dumps(ASKED))
                held = rules.next()
            wait_for(lambda: held_of(proxy, held.exchange)[0].state is State.CLIENT_GONE)
            assert ended(proxy, held, wait_for).exchange.outcome == "client-gone"

            future = asking(proxy, ASKED)
            held = rules.next()
            proxy.end()
            assert isinstance(future.exception(), GONE)
            assert held_of(proxy, held.exchange)[0].state is State.PROXY_GONE

    def test_the_proxy_is_killed(
        self, start: Callable[..., Any], table: Callable[[Any], Table], asking: Any, wait_for: Any
    ) -> None:
        with serving() as upstream:
            proxy = start(upstream.base_url)
            rules = table(proxy)
            rules.add("", Point.EVENT)
            future, held = ask_until_held(asking, proxy, rules, ASKED)
            os.kill(proxy.pid, signal.SIGKILL)
            assert isinstance(future.exception(), GONE)
            wait_for(lambda: rules.holds.held() == [])  # its connections are closed before it is dead
            assert rules.holds.get(held.id).state is State.PROXY_GONE
