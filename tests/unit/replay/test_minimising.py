"""A captured request made smaller: where tries and result are recorded, and what a cancelled one leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.filter.language import parse
from inspector.capture.model import ExchangeDetail, Leg, Made, Outcome
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation
from inspector.replay.call import Call
from inspector.replay.endpoint import Destination
from inspector.replay.expectation import Expectation
from inspector.replay.minimising import Minimising, Record
from inspector.replay.record import open_record
from inspector.replay.sending import Sender
from inspector.simulator.script import Answer, Gate, Received, WaitFor, whole_json
from inspector.simulator.server import Simulator

BODY = b'{"model": "m", "input": [{"role": "user", "content": "hi"}], "bad": 1, "good": 2, "also": 3}'
EXPECTED = "status:400"


def refuse(received: Received) -> Answer:
    """Whatever has `bad` in it."""
    if "bad" in received.json() and received.json()["input"]:
        return whole_json({"error": {"code": "unknown_parameter", "message": "Unknown."}}, status=400)
    return whole_json({"id": "resp_1", "object": "response", "output": []})


@pytest.fixture
async def original(tmp_path: Path) -> AsyncIterator[Callable[[Simulator], Any]]:
    """Asks once, and gives back what is to be made smaller, its capture open."""
    path = tmp_path / "capture.db"
    writer = open_record(path, {}, lambda _: None)

    async def ask(simulator: Simulator) -> tuple[Minimising, Record]:
        url = f"{simulator.base_url}/responses"
        call = Call("POST", url, (("content-type", "application/json"),), BODY, Operation.CREATE)
        async with Sender(writer) as sender:
            await sender.send(call, None, parent=None, made=Made("azure"))
        with closing(Reader(path)) as reader:
            return Minimising(path, reader.detail(1), destination=Destination()), Record(path, writer)

    yield ask
    writer.close()


def recorded(record: Record) -> list[ExchangeDetail]:
    with closing(Reader(record.path)) as reader:
        return [reader.detail(each.id) for each in reader.exchanges()]


async def test_tries_in_the_same_capture_are_children_too(original: Any) -> None:
    async with Simulator(refuse) as simulator:
        work, record = await original(simulator)
        found = await work.run(Expectation(parse(EXPECTED)), 30, record, record)
    assert found.smallest is not None
    assert found.smallest.body == {"model": "m", "input": [{"role": "user", "content": "hi"}], "bad": 1}
    assert found.sent == len(simulator.received) - 1 == found.smallest.sent + 1
    _, *tries = recorded(record)
    assert {one.exchange.parent for one in tries} == {1}
    assert {one.exchange.made and one.exchange.made.by for one in tries} == {"minimise"}
    assert tries[-1].exchange.id == found.kept
    assert tries[-1].exchange.made == Made(
        "minimise", "captured", ({"op": "remove", "path": "/good"}, {"op": "remove", "path": "/also"})
    )


async def test_a_failure_that_comes_and_goes_is_not_confirmed(original: Any) -> None:
    async with Simulator(refuse) as simulator:
        work, record = await original(simulator)
        simulator.handler = lambda one: refuse(one) if one.n < 8 else whole_json({"id": "r", "output": []})
        found = await work.run(Expectation(parse(EXPECTED)), 20, record, record)
    assert found.sent == 8
    assert found.kept == 9
    assert not found.confirmed


async def test_what_cannot_be_smaller_is_not_sent_again(original: Any) -> None:
    async with Simulator(lambda _: whole_json({"error": {"message": "No."}}, status=400)) as simulator:
        work, record = await original(simulator)
        found = await work.run(Expectation(parse(EXPECTED)), 2, record, record)
    assert (found.sent, found.kept, found.confirmed) == (1, None, True)
    assert found.smallest is not None
    assert not found.smallest.minimal


async def test_one_that_is_cancelled_knows_the_smallest_so_far(original: Any, tmp_path: Path) -> None:
    gate = Gate()

    def handle(received: Received) -> Answer:
        if received.n < 3:
            return refuse(received)
        answer = refuse(received)
        return Answer(answer.status, answer.headers, (WaitFor(gate), *answer.steps))

    async with Simulator(handle) as simulator:
        work, record = await original(simulator)
        tries = tmp_path / "tries.db"
        with closing(open_record(tries, {}, lambda _: None)) as writer:
            running = asyncio.create_task(
                work.run(Expectation(parse(EXPECTED)), 30, Record(tries, writer), record)
            )
            await asyncio.to_thread(simulator.wait_until, lambda: len(simulator.received) == 4)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
    assert work.found.sent == 2
    assert work.found.tried == 1
    assert not work.is_smaller
    assert work.found.kept is None
    assert [one.exchange.outcome for one in recorded(Record(tries, writer))][-1] is Outcome.CLIENT_GONE
    assert len(recorded(record)) == 1


@pytest.mark.parametrize("apart", [True, False])
async def test_one_that_is_cancelled_keeps_the_smallest_so_far(
    original: Any, tmp_path: Path, *, apart: bool
) -> None:
    gate, last = Gate(), 7

    def handle(received: Received) -> Answer:
        answer = refuse(received)
        steps = (WaitFor(gate), *answer.steps) if received.n == last else answer.steps
        return Answer(answer.status, answer.headers, steps)

    async with Simulator(handle) as simulator:
        work, record = await original(simulator)
        elsewhere = tmp_path / "tries.db"
        with closing(open_record(elsewhere, {}, lambda _: None)) as writer:
            tries = Record(elsewhere, writer) if apart else record
            running = asyncio.create_task(work.run(Expectation(parse(EXPECTED)), 30, tries, record))
            await asyncio.to_thread(simulator.wait_until, lambda: len(simulator.received) == last + 1)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        assert len(simulator.received) == last + 1  # nothing was sent for it
        assert record.writer.flush()
    smallest = work.found.smallest
    assert smallest is not None
    assert len(smallest.body) < len(json.loads(BODY))
    assert not smallest.minimal
    (kept,) = [one for one in recorded(record) if one.exchange.id == work.found.kept]
    (tried,) = [one for one in recorded(tries) if one.exchange.id == work.found.tried]
    assert json.loads(kept.legs[Leg.REQUEST].body) == smallest.body
    assert (kept.exchange.parent, kept.exchange.status) == (1, 400)
    assert kept.exchange.made is not None
    assert kept.exchange.made.by == "minimise"
    assert len(recorded(record)) == (2 if apart else last + 1)
    assert [(one.leg, one.data) for one in kept.chunks] == [(one.leg, one.data) for one in tried.chunks]
    assert kept.legs == tried.legs
    assert kept.exchange.error == tried.exchange.error
    for time in ("started", "request_done", "first_byte", "ended"):
        assert getattr(kept.exchange, time) == pytest.approx(getattr(tried.exchange, time), abs=0.05)
