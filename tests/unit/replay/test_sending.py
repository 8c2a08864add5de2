"""Sending, against servers on this machine: what goes out, what is recorded, and how it may end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Leg, Made, Outcome
from inspector.capture.reader import Reader
from inspector.capture.writer import Writer
from inspector.protocol.azure import Operation
from inspector.replay.call import Call
from inspector.replay.credentials import Credential, CredentialProblem
from inspector.replay.record import open_record
from inspector.replay.sending import Sender, SendProblem, Sent
from inspector.simulator.script import (
    Answer,
    Close,
    Gate,
    Head,
    HoldOpen,
    Received,
    Reset,
    Send,
    WaitFor,
    in_order,
    whole_json,
)
from inspector.simulator.server import Simulator

MADE = Made("replay", "captured")
STREAM = (("content-type", "text/event-stream"),)
DONE = b'data: {"type": "response.completed", "response": {"id": "resp_1", "status": "completed"}}\n\n'
CREATED = b'data: {"type": "response.created", "response": {"id": "resp_1"}}\n\n'
KEY = Credential("TEST_KEY", "api-key", "0123456789abcdef0123456789abcdef")
PATIENCE = 20.0


def call(url: str, **more: Any) -> Call:
    told: dict[str, Any] = {
        "method": "POST", "url": f"{url}/responses", "headers": (("content-type", "application/json"),),
        "body": b'{"model": "m", "input": "hi"}', "operation": Operation.CREATE,
    }  # fmt: skip
    return Call(**{**told, **more})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    writer = open_record(path, {}, lambda _: None)
    yield writer
    writer.close()


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


def recorded(path: Path) -> list[ExchangeDetail]:
    with closing(Reader(path)) as reader:
        return [reader.detail(each.id) for each in reader.exchanges()]


async def test_what_went_out_and_came_back_is_an_exchange(writer: Writer, path: Path) -> None:
    heard: list[Any] = []
    answer = Answer(200, STREAM, (Send(CREATED), Send(DONE)))
    async with Simulator(lambda _: answer) as simulator, Sender(writer) as sender:
        asked = call(simulator.base_url)
        sent = await sender.send(asked, KEY, parent=None, made=MADE, on_event=heard.append)
        (got,) = simulator.received
    assert (sent.status, sent.outcome, sent.error, sent.tries) == (200, Outcome.COMPLETE, None, 1)
    assert sent.is_fine
    assert sent.body == CREATED + DONE
    assert sent.summary.response_id == "resp_1"
    assert [event["type"] for event in heard] == ["response.created", "response.completed"]
    assert (got.header("api-key"), got.body) == (KEY.value, asked.body)
    assert got.header("accept-encoding") == "identity"
    (detail,) = recorded(path)
    exchange = detail.exchange
    assert exchange.id == sent.exchange
    assert (exchange.made, exchange.mode) == (MADE, "replay")
    assert (exchange.status, exchange.outcome) == (200, Outcome.COMPLETE)
    assert (exchange.model, exchange.operation) == ("m", "responses.create")
    assert exchange.http_version == "HTTP/1.1"
    assert (exchange.client or "").startswith("codex-azure-inspector ")
    assert [chunk.data for chunk in detail.chunks if chunk.leg is Leg.RESPONSE] == [CREATED, DONE]
    request = detail.legs[Leg.REQUEST]
    assert [name.lower() for name, _ in request.headers] == [name.lower() for name, _ in got.headers]
    assert dict(request.headers)["api-key"].startswith("[redacted ")
    assert KEY.value.encode() not in bytes_of(path)
    assert (exchange.request_done or 0) <= (exchange.first_byte or 0) <= (exchange.ended or 0)


async def test_it_shares_the_place_of_its_parent(writer: Writer, path: Path) -> None:
    answer = whole_json({"id": "r", "object": "response"})
    async with Simulator(lambda _: answer) as simulator, Sender(writer) as sender:
        first = await sender.send(call(simulator.base_url), None, parent=None, made=MADE)
        other = call(simulator.base_url, body=b'{"prompt_cache_key": "elsewhere", "input": "x"}')
        await sender.send(other, None, parent=first.exchange, made=MADE)
    old, new = (detail.exchange for detail in recorded(path))
    assert (new.parent, new.session, new.turn) == (old.id, old.session, old.turn)


@pytest.mark.parametrize(
    ("steps", "status", "outcome", "words"),
    [
        ((Send(CREATED), Close()), 200, Outcome.UPSTREAM_GONE, "broke off in the middle"),
        ((Send(CREATED), Reset()), 200, Outcome.UPSTREAM_GONE, "broke off in the middle"),
        ((Close(),), None, Outcome.UPSTREAM_GONE, "gave no answer: it closed the connection"),
        ((Head(), HoldOpen()), 200, Outcome.UPSTREAM_GONE, "nothing came for 0.3 seconds"),
        ((Send(CREATED),), 200, Outcome.COMPLETE, "the stream ended without a terminal event"),
    ],
    ids=["closed", "reset", "no answer", "silence", "no end"],
)
async def test_a_broken_stream_is_told_and_kept(
    writer: Writer, path: Path, steps: Any, status: int | None, outcome: Outcome, words: str
) -> None:
    answer = Answer(200, STREAM, steps)
    patience = 0.3 if HoldOpen() in steps else 20  # else a busy machine breaks it off before the server does
    async with Simulator(lambda _: answer) as simulator, Sender(writer, timeout=patience) as sender:
        sent = await sender.send(call(simulator.base_url), None, parent=None, made=MADE)
    assert (sent.status, sent.outcome, sent.is_fine) == (status, outcome, False)
    assert words in (sent.error or "")
    (detail,) = recorded(path)
    assert (detail.exchange.outcome, detail.exchange.error) == (outcome, sent.error)
    assert detail.legs[Leg.REQUEST].body
    if status and steps[0] == Send(CREATED):
        assert detail.legs[Leg.RESPONSE].body == CREATED == sent.body


async def test_nobody_there_is_an_exchange_too(writer: Writer, path: Path) -> None:
    async with Simulator(lambda _: whole_json({})) as simulator:
        gone = simulator.base_url
    async with Sender(writer) as sender:
        sent = await sender.send(call(gone), KEY, parent=None, made=MADE)
    assert (sent.status, sent.outcome) == (None, Outcome.UNREACHABLE)
    assert "connection refused; does anything listen there" in (sent.error or "")
    (detail,) = recorded(path)
    assert (detail.exchange.outcome, detail.exchange.model) == (Outcome.UNREACHABLE, "m")
    assert KEY.value.encode() not in bytes_of(path)


async def test_redirects_are_answers(writer: Writer) -> None:
    def move(received: Received) -> Answer:
        return Answer(
            307, (("location", f"http://localhost:1{received.target}"), ("content-length", "0")), (Head(),)
        )

    async with Simulator(move) as simulator, Sender(writer) as sender:
        sent = await sender.send(call(simulator.base_url), KEY, parent=None, made=MADE)
        assert len(simulator.received) == 1
    assert (sent.status, sent.outcome, sent.is_fine) == (307, Outcome.COMPLETE, False)
    assert "leads to http://localhost:1/" in (sent.error or "")


async def test_a_page_in_the_place_of_an_answer_is_an_error_of_the_exchange(
    writer: Writer, path: Path
) -> None:
    page = Answer(200, (("content-type", "text/html"),), (Send(b"<html>Sign in</html>"),))
    async with Simulator(lambda _: page) as simulator, Sender(writer) as sender:
        sent = await sender.send(call(simulator.base_url), KEY, parent=None, made=MADE)
    assert (sent.status, sent.outcome, sent.is_fine) == (200, Outcome.COMPLETE, False)
    (detail,) = recorded(path)
    assert detail.exchange.error == sent.error
    assert "no JSON object (text/html)" in (sent.error or "")


async def test_letters_that_no_header_should_have_go_out_as_they_were_captured(
    writer: Writer, path: Path
) -> None:
    async with Simulator(lambda _: whole_json({})) as simulator, Sender(writer) as sender:
        for value in ("caf\xe9", "\u4f60"):
            asked = call(simulator.base_url, headers=(("originator", value),))
            await sender.send(asked, None, parent=None, made=MADE)
        got = [received.header("originator") for received in simulator.received]
    assert got == ["caf\xe9", "\u4f60".encode().decode("latin-1")]
    assert [dict(one.legs[Leg.REQUEST].headers)["originator"] for one in recorded(path)] == got


async def test_no_cookie_is_kept(writer: Writer) -> None:
    answer = whole_json({}, headers=(("set-cookie", "a=1; Path=/"),))
    async with Simulator(lambda _: answer) as simulator, Sender(writer) as sender:
        for _ in range(2):
            await sender.send(call(simulator.base_url), None, parent=None, made=MADE)
        assert [got.header("cookie") for got in simulator.received] == [None, None]


async def test_a_cancelled_one_is_recorded_as_far_as_it_came(writer: Writer, path: Path) -> None:
    gate, begun = Gate(), asyncio.Event()
    answer = Answer(200, STREAM, (Send(CREATED), WaitFor(gate), Send(DONE)))
    async with Simulator(lambda _: answer) as simulator:
        async with Sender(writer) as sender:
            task = asyncio.create_task(
                sender.send(
                    call(simulator.base_url), None, parent=None, made=MADE, on_event=lambda _: begun.set()
                )
            )
            await asyncio.wait_for(begun.wait(), PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        gate.open()
    assert await asyncio.to_thread(writer.flush)
    (detail,) = recorded(path)
    assert (detail.exchange.outcome, detail.legs[Leg.RESPONSE].body) == (Outcome.CLIENT_GONE, CREATED)


async def test_it_is_tried_again_only_where_that_was_asked(writer: Writer, path: Path) -> None:
    def answers() -> Any:
        busy = whole_json({"error": {"message": "busy"}}, status=429, headers=(("retry-after-ms", "1"),))
        return in_order(busy, busy, whole_json({"object": "response", "id": "r"}))

    for retries, statuses in ((0, [429]), (1, [429, 429]), (5, [429, 429, 200])):
        waits: list[tuple[int | None, float]] = []

        def tell(refused: Sent, seconds: float, waits: list[Any] = waits) -> None:
            waits.append((refused.status, seconds))

        async with Simulator(answers()) as simulator, Sender(writer, retries=retries, on_wait=tell) as sender:
            sent = await sender.send(call(simulator.base_url), None, parent=None, made=MADE)
        assert (sent.status, sent.tries) == (statuses[-1], len(statuses))
        assert waits == [(429, 0.001)] * (len(statuses) - 1)
        assert [detail.exchange.status for detail in recorded(path)[-len(statuses) :]] == statuses
    assert len(recorded(path)) == 6


async def test_nothing_goes_to_a_host_that_nobody_named(writer: Writer, path: Path) -> None:
    async with Sender(writer) as sender:
        for url in ("https://evil.example/v1", "https://r.openai.azure.com@evil.example/v1"):
            with pytest.raises(CredentialProblem, match=r"Nothing is sent to evil\.example"):
                await sender.send(call(url), KEY, parent=None, made=MADE)
        with pytest.raises((SendProblem, CredentialProblem)):
            await sender.send(call("http://[oops"), KEY, parent=None, made=MADE)
        with pytest.raises(
            SendProblem, match=r"xn--a\.openai\.azure\.com.* is not a URL that can be sent to"
        ):
            await sender.send(call("https://xn--a.openai.azure.com"), KEY, parent=None, made=MADE)
    assert recorded(path) == []


@pytest.mark.parametrize("named", ["xn--bcher-kva.example", "b\xfccher.example"])
@pytest.mark.parametrize("asked", ["xn--bcher-kva.example", "b\xfccher.example"])
async def test_a_named_host_may_be_written_either_way(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, named: str, asked: str
) -> None:
    async with Simulator(lambda _: whole_json({})) as proxy, Sender(writer, named_hosts={named}) as sender:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        sent = await sender.send(call(f"http://{asked}/v1"), KEY, parent=None, made=MADE)
        (got,) = proxy.received
    assert (sent.status, got.target) == (200, "http://xn--bcher-kva.example/v1/responses")


async def test_the_environments_proxy_is_asked_but_never_for_this_machine(
    writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, fine = whole_json({}, status=502), whole_json({"object": "response"})
    async with Simulator(lambda _: refused) as proxy, Simulator(lambda _: fine) as here:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with Sender(writer, named_hosts={"Gateway.example"}) as sender:
            direct = await sender.send(call(here.base_url), None, parent=None, made=MADE)
            dotted = call("http://localhost.:1")  # the same machine, by its whole name
            assert (await sender.send(dotted, None, parent=None, made=MADE)).status is None
            through = await sender.send(call("http://gateway.example/v1"), None, parent=None, made=MADE)
        (asked,) = proxy.received
    assert (direct.status, through.status) == (200, 502)
    assert asked.target == "http://gateway.example/v1/responses"


async def test_a_proxy_that_cannot_be_spoken_to_is_told(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://proxy.example")
    async with Sender(writer) as sender:
        with pytest.raises(SendProblem, match=r"The proxy that the environment names .* cannot be used"):
            await sender.send(call("https://r.openai.azure.com/openai/v1"), KEY, parent=None, made=MADE)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "NO_PROXY"])
async def test_a_proxy_that_is_no_url_is_told_without_its_password(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://[user:s3cr3t/x@proxy.example")
    async with Sender(writer) as sender:
        with pytest.raises(SendProblem, match=r"NO_PROXY.* cannot be used: one of them is no URL") as told:
            await sender.send(call("https://r.openai.azure.com/openai/v1"), KEY, parent=None, made=MADE)
    assert "s3cr3t" not in str(told.value)


async def test_a_proxy_that_is_not_there_is_named(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Simulator(lambda _: whole_json({})) as proxy:
        gone = proxy.url
    monkeypatch.setenv("ALL_PROXY", gone)
    async with Sender(writer) as sender:
        sent = await sender.send(call("https://r.openai.azure.com/openai/v1"), KEY, parent=None, made=MADE)
    assert (sent.status, sent.outcome) == (None, Outcome.UNREACHABLE)
    assert f"no way to the proxy {gone.removeprefix('http://')}: connection refused" in (sent.error or "")


async def test_secrets_that_an_error_repeats_are_not_told(writer: Writer, path: Path) -> None:
    answer = whole_json({"error": {"message": f"Wrong api-key: {KEY.value}"}}, status=401)
    async with Simulator(lambda _: answer) as simulator, Sender(writer) as sender:
        sent = await sender.send(call(simulator.base_url), KEY, parent=None, made=MADE)
    assert KEY.value not in (sent.error or KEY.value)
    (detail,) = recorded(path)
    assert KEY.value not in (detail.exchange.error or KEY.value)


async def test_a_failure_of_ours_leaves_no_exchange_open(
    writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_event: object) -> None:
        raise ZeroDivisionError

    async with Simulator(lambda _: Answer(200, STREAM, (Send(DONE),))) as simulator, Sender(writer) as sender:
        with pytest.raises(ZeroDivisionError):
            await sender.send(call(simulator.base_url), None, parent=None, made=MADE, on_event=broken)
    assert await asyncio.to_thread(writer.flush)
    (detail,) = recorded(path)
    assert detail.exchange.outcome is Outcome.INTERRUPTED
