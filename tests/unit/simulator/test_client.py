"""The scripted client: plays the demo to its end, and asks again when Codex would."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from inspector.simulator import azure, responses
from inspector.simulator.client import RETRIES, GivenUp, Player, main
from inspector.simulator.reply import Finish, Reply, Text
from inspector.simulator.script import Answer, Close, Handler, HoldOpen, Received, Send, in_order
from inspector.simulator.server import End, running
from inspector.simulator.service import Service
from inspector.simulator.stories.demo import SCENES
from inspector.simulator.stories.scenes import Beat, Played, Scene

GOOD = responses.answer(Reply((Text("fine"),)))
ONE = (Scene("go", (Beat(text="fine"),)),)


def test_it_plays_the_whole_demo() -> None:
    with running(Service(Played(SCENES))) as simulator:
        words = Player(simulator.base_url, speed=0).session()
        simulator.wait_until(lambda: simulator.sent[-1].end is End.COMPLETE)
    assert words == [scene.beats[-1].text for scene in SCENES]
    assert {sent.status for sent in simulator.sent} == {200, 429}
    assert End.CLOSED in {sent.end for sent in simulator.sent}
    bodies = [received.json() for received in simulator.received]
    assert len({body["prompt_cache_key"] for body in bodies}) == 1
    outputs = [item for item in bodies[-1]["input"] if item["type"].endswith("_call_output")]
    assert len(outputs) == sum(len(beat.calls) for scene in SCENES for beat in scene.beats)
    assert {received.path for received in simulator.received} == {"/openai/v1/responses"}


@pytest.mark.parametrize(
    "bad",
    [
        azure.rate_limited(retry_after="2"),
        azure.error(500, "x", "down"),
        Answer(200, (), (Close(),)),
        Answer(200, (azure.EVENT_STREAM,), (Send(b": nothing\n\n"),)),
        responses.answer(Reply((), Finish.FAILED)),
        responses.answer(Reply((), Finish.SILENT)),
    ],
)
def test_it_asks_again(bad: Answer) -> None:
    with running(in_order(bad, bad, GOOD)) as simulator:
        assert Player(simulator.base_url, speed=0).session(ONE) == ["fine"]
    assert len(simulator.received) == 3
    assert len({received.body for received in simulator.received}) == 1


def test_a_filtered_response_stays_in_the_history_and_the_model_is_told() -> None:
    filtered = responses.answer(Reply((Text("half a sen"),), Finish.CONTENT_FILTER))
    with running(in_order(filtered, GOOD)) as simulator:
        assert Player(simulator.base_url, speed=0).session(ONE) == ["fine"]
    first, second = (received.json()["input"] for received in simulator.received)
    assert second[: len(first)] == first
    said, told = second[len(first) :]
    assert (said["status"], said["content"][0]["text"]) == ("incomplete", "half a sen")
    assert told["role"] == "developer"
    assert told["content"][0]["text"].startswith("<content_filter_guidance>")


@pytest.mark.parametrize(
    ("bad", "attempts", "why"),
    [
        (azure.error(400, "x", "bad request"), 1, "bad request"),
        (azure.rate_limited(), 1, "status 429"),
        (responses.answer(Reply((), Finish.MAX_TOKENS)), 1, "response.incomplete"),
        (azure.error(503, "x", "down"), RETRIES + 1, "down"),
    ],
)
def test_it_gives_up(bad: Answer, attempts: int, why: str) -> None:
    with running(in_order(bad)) as simulator, pytest.raises(GivenUp, match=why):
        Player(simulator.base_url, speed=0).session(ONE)
    assert len(simulator.received) == attempts


def test_nobody_listening_is_given_up_too() -> None:
    with running(in_order(GOOD)) as simulator:
        base_url = simulator.base_url
    with pytest.raises(GivenUp, match="no answer"):
        Player(base_url, speed=0).session(ONE)


def test_it_stops_in_the_middle_of_a_stream() -> None:
    stop = threading.Event()

    def handler(_received: Received) -> Answer:
        stop.set()
        return Answer(200, (azure.EVENT_STREAM,), (GOOD.steps[0], HoldOpen()))

    with running(handler) as simulator, pytest.raises(GivenUp):
        Player(simulator.base_url, speed=0, stop=stop).session(ONE)
    assert len(simulator.received) == 1


def test_a_query_of_the_base_url_stays_behind_the_path() -> None:
    with running(in_order(GOOD)) as simulator:
        Player(f"{simulator.base_url}?api-version=preview", speed=0).session(ONE)
    assert simulator.received[0].target == "/openai/v1/responses?api-version=preview"


@pytest.fixture
def no_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)


DEMO: tuple[Callable[[], Handler], str] = (lambda: Service(Played(SCENES)), "")
NOBODY: tuple[Callable[[], Handler], str] = (
    lambda: in_order(azure.not_found()),
    "session given up: status 404",
)


@pytest.mark.usefixtures("no_signals")
@pytest.mark.parametrize(("handler", "told"), [DEMO, NOBODY])
def test_the_command_plays_so_many_sessions(
    handler: Callable[[], Handler], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(handler()) as simulator:
        arguments = ["--base-url", simulator.base_url, "--speed", "0", "--sessions", "2"]
        assert main(arguments) == 0
    assert len({received.json()["prompt_cache_key"] for received in simulator.received}) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.count("\n") == (2 if told else 0)
    assert told in out.err
