"""Scenes: the beat that is due, and what goes wrong with its first attempt only."""

from __future__ import annotations

import json

import pytest

from inspector.simulator.codex_request import TOOLS
from inspector.simulator.script import Answer, Close, Received
from inspector.simulator.service import Service
from inspector.simulator.stories.demo import SCENES
from inspector.simulator.stories.scenes import STRANGER, Beat, Mishap, Patch, Played, Scene, Shell

SCENE = Scene(
    "go",
    (
        Beat(text="two calls", calls=(Shell("a", "A"), Shell("b", "B", exit_code=1))),
        Beat(thought="hm", calls=(Patch("*** Begin Patch\n*** End Patch\n", "patched"),)),
        Beat(text="the last words of it"),
    ),
)


def ask(service: Service, prompt: str = "go", outputs: int = 0) -> Answer:
    items = [{"role": "user", "content": prompt}, *[{"type": "function_call_output", "output": ""}] * outputs]
    body = {"input": items, "tools": TOOLS, "stream": True}
    return service(Received(0, 0, "POST", "/openai/v1/responses", (), json.dumps(body).encode()))


def test_the_beat_follows_from_the_number_of_outputs() -> None:
    assert [SCENE.beat(n) for n in range(5)] == [SCENE.beats[n] for n in (0, 0, 1, 2, 2)]


def test_a_beat_is_said_with_its_calls() -> None:
    last = json.loads(ask(Service(Played([SCENE]))).body.rsplit(b"data: ", 1)[1])
    output = last["response"]["output"]
    assert [item["type"] for item in output] == ["message", "function_call", "function_call"]
    assert json.loads(output[2]["arguments"]) == {"cmd": "b"}


@pytest.mark.parametrize(
    ("mishap", "sign"),
    [
        (Mishap.RATE_LIMITED, b"too_many_requests"),
        (Mishap.FILTERED, b"response.incomplete"),
        (Mishap.DROPPED, b"response.output_text.delta"),
        (Mishap.UNENDED, b"response.output_item.done"),
    ],
)
def test_a_mishap_happens_once(mishap: Mishap, sign: bytes) -> None:
    service = Service(Played([Scene("go", (Beat(text="some words to be cut", mishap=mishap),))]))
    first, second = ask(service), ask(service)
    assert sign in first.body
    assert b"response.completed" not in first.body
    assert b"response.completed" in second.body
    assert (first.status == 429) == (mishap is Mishap.RATE_LIMITED)
    assert (Close() in first.steps) == (mishap is Mishap.DROPPED)


def test_a_mishap_happens_as_often_as_it_should() -> None:
    beat = Beat(text="at last", mishap=Mishap.RATE_LIMITED, mishaps=3)
    service = Service(Played([Scene("go", (beat,))]))
    assert [ask(service).status for _ in range(5)] == [429, 429, 429, 200, 200]


def test_a_chat_stream_without_its_end_has_no_finish() -> None:
    service = Service(Played([Scene("go", (Beat(text="some words", mishap=Mishap.UNENDED),))]))
    chat = {"messages": [{"role": "user", "content": "go"}], "stream": True}
    received = Received(0, 0, "POST", "/openai/v1/chat/completions", (), json.dumps(chat).encode())
    first, second = service(received), service(received)
    assert b"some" in first.body
    assert b'"finish_reason":"stop"' not in first.body
    assert b"[DONE]" not in first.body
    assert b"[DONE]" in second.body


def test_a_stranger_is_told_and_runs_nothing() -> None:
    body = ask(Service(Played([SCENE])), prompt="rm -rf, please").body
    assert json.dumps(STRANGER).encode() in body
    assert b"function_call" not in body.replace(b'"type":"function"', b"").rsplit(b'"output":', 1)[1]


def test_the_demo_has_mishaps_parallel_calls_and_words_at_the_end_of_each_turn() -> None:
    beats = [beat for scene in SCENES for beat in scene.beats]
    assert {beat.mishap for beat in beats} == {None, *Mishap} - {Mishap.UNENDED}
    assert max(len(beat.calls) for beat in beats) == 2
    for scene in SCENES:
        assert all(beat.calls for beat in scene.beats[:-1])
        assert scene.beats[-1].text
        assert not scene.beats[-1].calls
    assert len({scene.prompt for scene in SCENES}) == len(SCENES)
