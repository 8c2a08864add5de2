"""Asking Azure about the selected exchange's response, against the imitation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation
from inspector.replay import stored
from inspector.replay.call import Call
from inspector.replay.credentials import Source
from inspector.replay.endpoint import Destination, resolve
from inspector.replay.record import open_record
from inspector.replay.sending import Sender
from inspector.replay.stored import StoredCalls
from inspector.simulator.ask import Ask
from inspector.simulator.azure import gateway_page, not_found
from inspector.simulator.pace import Pace
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer, Received, dropped
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service
from inspector.ui.app import InspectorApp
from inspector.ui.azure_calls import Asked, Question, carry_out, prepare
from inspector.ui.screens.azure_actions import CHOICES
from inspector.ui.screens.line import LineScreen
from inspector.ui.screens.menu import MenuScreen
from inspector.ui.screens.text import TextScreen

Until = Callable[[Pilot[Any], Callable[[], object]], Awaitable[None]]
GET, INCLUDE, STREAM, ITEMS, CHAIN, WAIT, CANCEL, DELETE = map(str, range(1, len(CHOICES) + 1))


def story(ask: Ask) -> Answer:
    return ask.say(Text(f"to {ask.prompts[-1]}"))


@pytest.fixture
def azure() -> Iterator[Simulator]:
    with running(Service(story)) as simulator:
        yield simulator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


async def record(azure: Simulator, path: Path, *bodies: dict[str, Any]) -> None:
    """Responses, each of which goes on from the one before."""
    with closing(open_record(path, {}, lambda _: None)) as writer:
        async with Sender(writer) as sender:
            calls = StoredCalls(sender, resolve(None, Destination(azure.base_url), {}), None)
            previous = None
            for body in bodies:
                asked = {"model": "m", "previous_response_id": previous, **body}
                sent = await calls.send(stored.create(calls.endpoint, asked))
                previous = sent.summary.response_id


def exchanges(path: Path) -> list[Exchange]:
    with closing(Reader(path)) as reader:
        return reader.exchanges()


async def choose(app: InspectorApp, pilot: Pilot[Any], until: Until, *keys: str) -> None:
    await pilot.press("A")
    for key in keys:
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        shown = app.screen
        await pilot.press(key)
        await until(pilot, lambda shown=shown: app.screen is not shown)


async def test_what_is_asked_is_recorded_below_the_exchange(
    azure: Simulator, path: Path, until: Until, said: list[str]
):
    await record(azure, path, {"input": "one"})
    app = InspectorApp(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        for key, words in (
            (GET, "Exchange 2: 200; completed; request id "),
            (ITEMS, "Exchange 3: 200; 1 item"),
        ):
            await choose(app, pilot, until, key)
            await until(pilot, lambda: said)
            assert said.pop().startswith(words)
        await choose(app, pilot, until, CANCEL)
        await until(pilot, lambda: said)
        assert "Cannot cancel a synchronous response (request id " in said.pop()
        await choose(app, pilot, until, DELETE, "1")
        await choose(app, pilot, until, DELETE, "2")
        await until(pilot, lambda: said)
        assert said.pop().startswith("Exchange 5: 200; request id ")
        await until(pilot, lambda: len(app.main.sessions.exchanges) == 5)
        assert app.main.selected == 1  # nothing is selected for what a person has asked
    told = [(each.operation, each.parent) for each in exchanges(path)]
    assert told == [
        ("responses.create", None), ("responses.get", 1), ("responses.items", 1), ("responses.cancel", 1),
        ("responses.delete", 1),
    ]  # fmt: skip


async def type_and_enter(pilot: Pilot[Any], words: str) -> None:
    pilot.app.screen.query_one(Input).value = words
    await pilot.press("enter")


async def test_what_has_to_be_asked_for_by_name_is(
    azure: Simulator, path: Path, until: Until, said: list[str]
):
    await record(azure, path, {"input": "one"})
    app = InspectorApp(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await choose(app, pilot, until, INCLUDE)
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        await type_and_enter(pilot, "reasoning.encrypted_content, message.output_text.logprobs")
        await until(pilot, lambda: said)
        assert said.pop().startswith("Exchange 2: 200; completed; ")
    assert [value for name, value in parse_qsl(urlsplit(exchanges(path)[1].url).query)] == [
        "reasoning.encrypted_content", "message.output_text.logprobs"
    ]  # fmt: skip


async def test_a_stream_that_broke_off_goes_on_from_its_last_event(
    azure: Simulator, path: Path, until: Until, said: list[str]
):
    whole = azure.handler

    def breaks(received: Received) -> Answer:
        answer = whole(received)
        return dropped(answer, 4) if received.method == "POST" else answer

    azure.handler = breaks
    await record(azure, path, {"input": "one", "stream": True, "background": True})
    app = InspectorApp(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        for typed in (None, "", "5"):
            await choose(app, pilot, until, STREAM)
            await until(pilot, lambda: isinstance(app.screen, LineScreen))
            shown = app.screen.query_one(Input).value
            assert shown == "3"
            await type_and_enter(pilot, shown if typed is None else typed)
            await until(pilot, lambda: said)
            assert "event" in said.pop()
        await choose(app, pilot, until, STREAM)
        await until(pilot, lambda: isinstance(app.screen, LineScreen))
        await type_and_enter(pilot, "-1")
        await until(pilot, lambda: said)
        assert said.pop() == "'-1' is no event's number: they count from 0."
    first, *rest = exchanges(path)
    counts = [each.event_count for each in rest]
    assert (counts[0], counts[1] - counts[0], counts[1] - counts[2]) == (counts[1] - 4, 4, 6)
    assert first.event_count == 4
    assert ["starting_after=3" in each.url for each in rest] == [True, False, False]


async def test_a_chain_is_one_history_without_asking_for_what_is_known(
    azure: Simulator, path: Path, until: Until, said: list[str]
):
    await record(azure, path, {"input": "one"}, {"input": "two"})
    app = InspectorApp(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.main.sessions.exchanges) == 2)
        await pilot.press("}")
        await until(pilot, lambda: app.main.selected == 2)
        await choose(app, pilot, until, CHAIN)
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        shown = app.screen.query_one("#text-list")
        await until(pilot, lambda: shown.size.height)
        text = "\n".join(shown.render_line(y).text for y in range(shown.size.height))
        places = [text.index(words) for words in ("one", "to one", "two", "to two")]
        assert places == sorted(places)
    assert len(azure.received) == 2


async def test_a_chain_whose_beginning_is_elsewhere_is_fetched(
    azure: Simulator, path: Path, tmp_path: Path, until: Until, said: list[str]
):
    await record(azure, tmp_path / "other.db", {"input": "one"})
    first = exchanges(tmp_path / "other.db")[0].response_id
    await record(azure, path, {"input": "two", "previous_response_id": first})
    app = InspectorApp(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await choose(app, pilot, until, CHAIN)
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
    assert not said
    assert [each.operation for each in exchanges(path)[1:]] == ["responses.get", "responses.items"]


async def test_a_chain_that_cannot_be_fetched_shows_what_there_is(
    azure: Simulator, path: Path, tmp_path: Path, until: Until, said: list[str]
):
    await record(azure, tmp_path / "other.db", {"input": "one"})
    first = exchanges(tmp_path / "other.db")[0].response_id
    await record(azure, path, {"input": "two", "previous_response_id": first})
    gone = azure.handler
    azure.handler = lambda received: not_found() if received.method == "GET" else gone(received)
    app = InspectorApp(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await choose(app, pilot, until, CHAIN)
        await until(pilot, lambda: isinstance(app.screen, TextScreen))
        shown = app.screen.query_one("#text-list")
        await until(pilot, lambda: shown.size.height)
        text = "\n".join(shown.render_line(y).text for y in range(shown.size.height))
    assert not said  # it stands there
    assert "⚠" in text
    assert "404 Resource not found" in text
    assert "to two" in text


async def test_waiting_tells_how_far_it_is_and_can_be_given_up(path: Path, until: Until, said: list[str]):
    with running(Service(story, pace=Pace(head=600.0))) as azure:
        await record(azure, path, {"input": "one", "background": True})
        app = InspectorApp(path)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.main.panes.view is not None)
            await choose(app, pilot, until, WAIT)
            await until(pilot, lambda: "▷ queued" in app.main.sessions_pane.state)
            await pilot.press("X")
            await until(pilot, lambda: said)
            assert said.pop().startswith("Cancelled")
            await choose(app, pilot, until, CANCEL)
            await until(pilot, lambda: said)
            assert "; cancelled; " in said.pop()
            await choose(app, pilot, until, WAIT)
            await until(pilot, lambda: said)
            assert "cancelled after" in said.pop()


async def test_waiting_tells_of_a_look_that_is_tried_again(azure: Simulator, path: Path):
    await record(azure, path, {"input": "one"})
    ready = prepare(path, 1, Question(Asked.WAIT), Source())
    told: list[str] = []
    whole, once = azure.handler, iter([gateway_page(503, "Busy")])
    azure.handler = lambda received: next(once, None) or whole(received)
    with closing(open_record(path, {}, lambda _: None)) as writer:
        outcome = await carry_out(ready, path, writer, told.append)
    assert [words.rpartition(" again")[0] for words in told] == ["▷ no answer, trying"]
    assert outcome.well


async def test_where_there_is_no_response_it_is_told(
    azure: Simulator, path: Path, until: Until, said: list[str]
):
    with closing(open_record(path, {}, lambda _: None)) as writer:
        async with Sender(writer) as sender:
            url = resolve(None, Destination(azure.base_url), {}).chat("m")
            call = Call("POST", url, (), b'{"model":"m","messages":[]}', Operation.CHAT)
            await sender.send(call, None, parent=None, made=stored.MADE)
    app = InspectorApp(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.main.panes.view is not None)
        await pilot.press("A")
        await until(pilot, lambda: said)
        assert "Azure stores responses only" in said.pop()
