"""Chains by previous_response_id: from the capture, from Azure, and where they break off."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from inspector.capture.reader import Reader
from inspector.replay import stored
from inspector.replay.endpoint import Destination, resolve
from inspector.replay.links import Link, follow, of_azure, of_capture
from inspector.replay.record import open_record
from inspector.replay.sending import Sender
from inspector.replay.stored import StoredCalls
from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import running
from inspector.simulator.service import Service


def item(id: str) -> dict[str, Any]:
    return {"type": "message", "id": id}


def chain(links: dict[str, Link], of: str, fetched: dict[str, Link] | None = None) -> list[Link]:
    async def fetch(response_id: str) -> Link:
        return (fetched or {})[response_id]

    return asyncio.run(follow(of, links.get, fetch if fetched is not None else None))


A = Link("a", [item("a1")], [item("a2")], exchange=1)
B = Link("b", [item("b1")], [item("b2")], "a", exchange=2)


def test_the_oldest_comes_first() -> None:
    assert chain({"a": A, "b": B}, "b") == [A, B]
    assert chain({"a": A, "b": B}, "a") == [A]


def test_what_is_nowhere_is_told() -> None:
    missing, last = chain({"b": B}, "b")
    assert (missing.response_id, missing.problem, last) == ("a", "it is not in the capture", B)
    assert missing.to_json()["from"] is None


def test_what_is_not_known_is_fetched_and_repeats_nothing() -> None:
    fetched = Link("c", [item("a1"), item("a2"), item("c1"), {"type": "x"}], [], "a", 9, fetched=True)
    first, second = chain({"a": A}, "c", {"c": fetched})
    assert first == A
    assert second.said == [item("c1"), {"type": "x"}]
    assert [link.to_json()["from"] for link in (first, second)] == ["capture", "azure"]


def test_a_circle_ends() -> None:
    around = Link("a", previous="b")
    told = chain({"a": around, "b": B}, "b")
    assert [link.response_id for link in told] == ["b", "a", "b"]
    assert told[0].problem == "it leads back to itself"


def story(ask: Ask) -> Answer:
    return ask.say(Text(f"to {ask.prompts[-1]}"))


def test_capture_and_azure_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "capture.db"

    async def work(calls: StoredCalls) -> tuple[list[Link], list[Link]]:
        previous: str | None = None
        for words in ("one", "two", "three"):
            body = {"model": "m", "input": words, "stream": words == "two", "previous_response_id": previous}
            sent = await calls.send(stored.create(calls.endpoint, body))
            previous = sent.summary.response_id
        assert previous is not None

        async def fetch(response_id: str) -> Link:
            return await of_azure(calls, response_id)

        fetched = await follow(previous, lambda _: None, fetch)
        with closing(Reader(path)) as reader:
            return await follow(previous, partial(of_capture, reader), None), fetched

    async def whole(base_url: str) -> tuple[list[Link], list[Link]]:
        with closing(open_record(path, {}, lambda _: None)) as writer:
            async with Sender(writer) as sender:
                return await work(StoredCalls(sender, resolve(None, Destination(base_url), {}), None))

    with running(Service(story)) as azure:
        known, fetched = asyncio.run(whole(azure.base_url))
    for links in (known, fetched):
        assert [link.said[0]["content"][0]["text"] for link in links] == ["one", "two", "three"]
        assert [link.output[0]["content"][0]["text"] for link in links] == ["to one", "to two", "to three"]
    assert [link.to_json()["status"] for link in known + fetched] == [*[None] * 3, *["completed"] * 3]
    assert [link.exchange for link in known] == [1, 2, 3]
    assert [link.output for link in known] == [link.output for link in fetched]


def test_what_azure_does_not_have_is_told_in_its_words(tmp_path: Path) -> None:
    async def whole(base_url: str) -> Link:
        with closing(open_record(tmp_path / "capture.db", {}, lambda _: None)) as writer:
            async with Sender(writer) as sender:
                calls = StoredCalls(sender, resolve(None, Destination(base_url), {}), None)
                return await of_azure(calls, "resp_x")

    with running(Service(story)) as azure:
        link = asyncio.run(whole(azure.base_url))
    assert "Response with id 'resp_x' not found" in link.problem
    assert (link.exchange, link.fetched) == (1, True)


def test_what_traffic_calls_an_id_is_not_always_one() -> None:
    [link] = asyncio.run(follow("..", lambda _: None, lambda name: of_azure(None, name)))  # type: ignore[arg-type]  # nothing is sent
    assert (link.problem, link.fetched) == ("it is no response's id", False)
