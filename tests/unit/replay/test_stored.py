"""The calls on stored responses: as values, page after page, and looked at until they have ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Outcome
from inspector.capture.reader import Reader
from inspector.capture.summary import Summary
from inspector.protocol.azure import operation
from inspector.replay import stored
from inspector.replay.call import Call
from inspector.replay.endpoint import Destination, Endpoint, resolve
from inspector.replay.record import open_record
from inspector.replay.sending import Sender, Sent
from inspector.replay.stored import Look, Page, StoredCalls
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Finish, Text
from inspector.simulator.script import Answer
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

HOST = "https://my-res.openai.azure.com"


def at(to: str, version: str | None = None) -> Endpoint:
    return resolve(None, Destination(to, api_version=version), {})


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda where: stored.create(where, {"model": "m"}), "POST /responses"),
        (lambda where: stored.get(where, "resp_1"), "GET /responses/resp_1"),
        (
            lambda where: stored.get(where, "a/b?c", include=("x", "y")),
            "GET /responses/a%2Fb%3Fc?include%5B%5D=x&include%5B%5D=y",
        ),
        (
            lambda where: stored.get(where, "r", stream=True, starting_after=0),
            "GET /responses/r?stream=true&starting_after=0",
        ),
        (lambda where: stored.delete(where, "r"), "DELETE /responses/r"),
        (lambda where: stored.cancel(where, "r"), "POST /responses/r/cancel"),
        (
            lambda where: stored.items(where, "r", Page(2, "asc", after="i")),
            "GET /responses/r/input_items?limit=2&order=asc&after=i",
        ),
    ],
)
def test_calls_are_values_at_every_form_of_an_endpoint(call: Callable[[Endpoint], Call], line: str) -> None:
    method, _, path = line.partition(" ")
    assert call(at(HOST)).url == f"{HOST}/openai/v1{path}"
    dated = call(at(HOST, "2025-04-01-preview"))
    tail, _, query = path.partition("?")
    assert dated.url == f"{HOST}/openai{tail}?api-version=2025-04-01-preview{'&' if query else ''}{query}"
    assert dated.method == method
    assert operation(method, dated.url.removeprefix(HOST)) is dated.operation
    assert not {name for name, _ in dated.headers} - {"accept", "content-type"}


def test_what_is_streamed_is_accepted_as_a_stream() -> None:
    where = at(HOST)
    streamed = [stored.create(where, {"stream": True}), stored.get(where, "r", stream=True)]
    whole = [stored.create(where, {"stream": False}), stored.get(where, "r")]
    assert {dict(call.headers)["accept"] for call in streamed} == {"text/event-stream"}
    assert {dict(call.headers)["accept"] for call in whole} == {"application/json"}
    assert stored.create(where, {"stream": True}).body == b'{"stream":true}'


@pytest.mark.parametrize(
    ("what", "url", "response_id", "found"),
    [
        ("responses.create", "/responses", "resp_1", "resp_1"),
        ("responses.create", "/responses", None, None),
        ("responses.get", "/responses/resp_2?stream=true", None, "resp_2"),
        ("responses.items", "/responses/a%2Fb/input_items", None, "a/b"),
        ("responses.delete", "/responses/resp_3", "resp_3", "resp_3"),
        ("responses.cancel", "/responses/resp_4/cancel", None, "resp_4"),
        ("chat.create", "/chat/completions", "chatcmpl-1", None),
        ("models", "/models", None, None),
        ("responses.create", "/responses", "..", None),
        ("responses.delete", "/responses/%2E", None, None),
    ],
)
def test_the_response_that_an_exchange_is_about(
    make_detail: Callable[..., ExchangeDetail],
    what: str,
    url: str,
    response_id: str | None,
    found: str | None,
) -> None:
    told = make_detail(operation=what, url=f"{HOST}/openai/v1{url}", response_id=response_id)
    assert stored.response_id_of(told.exchange) == found


# Sent


def story(ask: Ask) -> Answer:
    return ask.say(Text("words"), finish=Finish.FAILED if ask.body.get("model") == "fails" else Finish.DONE)


@pytest.fixture
def azure() -> Iterator[Simulator]:
    with running(Service(story)) as simulator:
        yield simulator


Work = Callable[[StoredCalls], Coroutine[Any, Any, Any]]


@pytest.fixture
def do(azure: Simulator, tmp_path: Path) -> Callable[[Work], Any]:
    """Does some work with calls to the imitation; nothing sleeps, and the clock goes a second a look."""

    def run(work: Work) -> Any:
        times = iter(range(1000))

        async def sleep(_: float) -> None:
            await asyncio.sleep(0)

        async def whole() -> Any:
            with closing(open_record(tmp_path / "capture.db", {}, lambda _: None)) as writer:
                async with Sender(writer) as sender:
                    calls = StoredCalls(
                        sender, at(azure.base_url), None, sleep=sleep, now=lambda: float(next(times))
                    )
                    return await work(calls)

        return asyncio.run(whole())

    return run


async def made(calls: StoredCalls, **body: Any) -> str:
    told = stored.body_of(
        await calls.send(stored.create(calls.endpoint, {"model": "m", "input": "hi", **body}))
    )
    assert told is not None
    return str(told["id"])


def inputs(count: int) -> list[dict[str, Any]]:
    return [{"id": f"i{n}", "role": "user", "content": str(n)} for n in range(count)]


def got(pages: Sequence[Sent]) -> list[list[str]]:
    return [[item["id"] for item in stored.items_of(page)] for page in pages]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (Page(2, "asc"), [["i0", "i1"], ["i2", "i3"], ["i4"]]),
        (Page(5, "asc"), [["i0", "i1", "i2", "i3", "i4"]]),
        (Page(3), [["i4", "i3", "i2"], ["i1", "i0"]]),
        (Page(2, "asc", after="i1"), [["i2", "i3"], ["i4"]]),
        (Page(2, "asc", before="i4"), [["i2", "i3"], ["i0", "i1"]]),
        (Page(1, "asc", after="i0", before="i3"), [["i1"], ["i2"]]),
    ],
)
def test_pages_go_on_the_way_they_began(do: Callable[[Work], Any], page: Page, expected: list[Any]) -> None:
    async def work(calls: StoredCalls) -> list[Sent]:
        response_id = await made(calls, input=inputs(5))
        return [sent async for sent in calls.pages(response_id, page)]

    assert got(do(work)) == expected


def test_all_items_are_those_of_all_pages(
    do: Callable[[Work], Any], azure: Simulator, tmp_path: Path
) -> None:
    async def work(calls: StoredCalls) -> Any:
        found, last = await calls.all_items(await made(calls, input=inputs(230)))
        nothing, refused = await calls.all_items("resp_nobody")
        return found, last, nothing, refused

    found, last, nothing, refused = do(work)
    assert [item["id"] for item in found] == [f"i{n}" for n in range(230)]
    assert last.is_fine
    assert (nothing, refused.status) == ([], 404)
    with closing(Reader(tmp_path / "capture.db")) as reader:
        recorded = reader.exchanges()
    assert [each.operation for each in recorded] == ["responses.create", *["responses.items"] * 4]
    assert all(each.made == stored.MADE for each in recorded)


def test_pages_that_lead_in_a_circle_end(do: Callable[[Work], Any], azure: Simulator) -> None:
    page = {"object": "list", "data": [{"id": "a"}], "first_id": "a", "last_id": "a", "has_more": True}
    body = json.dumps(page).encode()

    class Circling(StoredCalls):
        async def send(self, call: Call, on_event: Any = None) -> Sent:
            return Sent(1, 200, Outcome.COMPLETE, None, Summary(), (), body)

    async def work(calls: StoredCalls) -> int:
        circling = Circling(calls._sender, calls.endpoint, None)
        return len([sent async for sent in circling.pages("r")])

    assert do(work) == 2


def test_it_is_looked_at_until_it_has_ended(do: Callable[[Work], Any]) -> None:
    async def work(calls: StoredCalls) -> list[Look]:
        response_id = await made(calls, background=True)
        return [look async for look in calls.looks(response_id)]

    looks = do(work)
    assert [(look.status, look.seconds, look.looks) for look in looks] == [
        ("in_progress", 1.0, 1),
        ("completed", 2.0, 2),
    ]
    assert stored.status_of(looks[-1].sent) == "completed"


@pytest.mark.parametrize(("background", "ends"), [(False, "completed"), (True, "cancelled")])
def test_every_end_is_one(do: Callable[[Work], Any], background: bool, ends: str) -> None:
    async def work(calls: StoredCalls) -> list[Look]:
        response_id = await made(calls, background=background)
        if background:
            await calls.send(stored.cancel(calls.endpoint, response_id))
        return [look async for look in calls.looks(response_id)]

    assert [look.status for look in do(work)] == [ends]


def test_a_failed_one_has_ended_too(do: Callable[[Work], Any]) -> None:
    async def work(calls: StoredCalls) -> list[Look]:
        response_id = await made(calls, background=True, model="fails")
        return [look async for look in calls.looks(response_id)]

    assert [look.status for look in do(work)] == ["in_progress", "failed"]


@pytest.mark.parametrize(
    ("name", "looks"), [("resp_nobody", 1), ("error-401", 1), ("error-429", 5), ("error-html", 5)]
)
def test_a_look_that_fails_for_a_while_is_waited_out(
    do: Callable[[Work], Any], name: str, looks: int
) -> None:
    async def work(calls: StoredCalls) -> list[Look]:
        return [look async for look in calls.looks(name)]

    told = do(work)
    assert [look.status for look in told] == [None] * looks
    assert [look.again is None for look in told] == [False] * (looks - 1) + [True]
