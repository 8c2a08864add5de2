"""The handler: what a client gets, and what is told of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Leg, Outcome
from inspector.capture.reader import Reader
from inspector.protocol import sse
from inspector.protocol.azure import Operation
from inspector.simulator.playback.deck import Deck, read_deck
from inspector.simulator.playback.player import CODE, Player, Told
from inspector.simulator.script import SOCKET, Answer, Close, Later, Received, Send, Switch

Make = Callable[..., ExchangeDetail]
RESPONSES = "/res.openai.azure.com/openai/v1/responses"
JSON = (("content-type", "application/json"),)


class Stage:
    """A player and what it told."""

    def __init__(self, reader: Reader, **options: Any) -> None:
        recorded, _ = read_deck(reader, any_results=options.get("any_results", False))
        self.told: list[Told] = []
        repeat = options.pop("repeat", False)
        self._player = Player(reader, Deck(recorded, repeat=repeat), tell=self.told.append, **options)

    def ask(self, body: Any = None, target: str = RESPONSES, method: str = "POST", **headers: str) -> Answer:
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return self._player(Received(0, 0, method, target, named, data))


@pytest.fixture
def play(capture: Callable[..., Reader]) -> Callable[..., Stage]:
    """Plays these exchanges."""
    return lambda *details, **options: Stage(capture(*details), **options)


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "m", "input": text, **more}


def error(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.body)["error"]
    return told


def test_a_request_gets_its_answer(exchange: Make, play: Callable[..., Stage]) -> None:
    stage = play(exchange(said("a"), (b"one", b"two")))
    answer = stage.ask(said("a", instructions="Other."))
    assert (answer.status, answer.body) == (200, b"onetwo")
    [told] = stage.told
    assert (told.exchange, told.times, told.unlike, told.cut, told.why) == (
        1,
        1,
        ("instructions",),
        False,
        None,
    )
    assert (told.operation, told.method, told.target, told.status) == (
        "responses.create",
        "POST",
        RESPONSES,
        200,
    )


def test_errors_and_ends_as_they_were(exchange: Make, play: Callable[..., Stage]) -> None:
    headers = (*JSON, ("retry-after", "2"))
    stage = play(
        exchange(said("a"), {"error": {}}, status=429, headers=headers),
        exchange(said("a"), (b"x",), outcome=Outcome.UPSTREAM_GONE),
    )
    first, second = stage.ask(said("a")), stage.ask(said("a"))
    assert (first.status, first.headers) == (429, headers)
    assert second.steps[-1] == Close()
    assert [told.cut for told in stage.told] == [False, True]


def test_what_nothing_fits_is_refused_with_the_nearest_and_the_difference(
    exchange: Make, play: Callable[..., Stage]
) -> None:
    stage = play(exchange(said("a")), exchange(said("b")))
    answer = stage.ask(said("b too"))
    assert answer.status == 400
    assert error(answer)["code"] == CODE
    assert error(answer)["type"] == "invalid_request_error"
    assert error(answer)["message"] == (
        "No recorded answer fits this request; the nearest is exchange 1: "
        'message user at /input/0 was "a", now "b too".'
    )
    [told] = stage.told
    assert (told.exchange, told.nearest, told.status) == (None, 1, 400)
    assert told.differences == ('message user at /input/0 was "a", now "b too"',)


def test_a_used_answer_is_named(exchange: Make, play: Callable[..., Stage]) -> None:
    stage = play(exchange(said("a")))
    stage.ask(said("a"))
    assert "used up (exchange 1)" in error(stage.ask(said("a")))["message"]
    assert stage.told[-1].nearest == 1
    again = play(exchange(said("a")), repeat=True)
    assert [again.ask(said("a")).status for _ in range(3)] == [200] * 3
    assert [told.times for told in again.told] == [1, 2, 3]


def test_an_api_that_was_not_recorded(exchange: Make, play: Callable[..., Stage]) -> None:
    stage = play(exchange(said("a")))
    answer = stage.ask({"messages": []}, target="/openai/v1/chat/completions")
    assert "the capture has no chat.create at all" in error(answer)["message"]
    assert stage.told[0].nearest is None


@pytest.mark.parametrize(
    ("target", "status", "why"),
    [
        ("/", 404, "nothing is served"),
        ("/openai/v1/models", 404, "no such list of models"),
        (RESPONSES, 426, "no WebSocket"),
    ],
)
def test_addresses_that_are_not_there(
    exchange: Make, play: Callable[..., Stage], target: str, status: int, why: str
) -> None:
    stage = play(exchange(said("a")))
    assert stage.ask(method="GET", target=target).status == status
    assert why in (stage.told[0].why or "")


def test_a_list_of_models_that_was_recorded_is_served_as_often_as_asked(
    exchange: Make, play: Callable[..., Stage]
) -> None:
    url = "https://res.openai.azure.com/openai/v1/models"
    models = exchange(None, {"data": []}, method="GET", url=url, operation="models", headers=JSON)
    stage = play(models)
    assert [stage.ask(method="GET", target="/openai/v1/models").body for _ in range(2)] == [
        b'{"data": []}'
    ] * 2


RESPONSE = {"id": "resp_1", "object": "response", "status": "completed", "output": []}
STREAM = (
    sse.encode(json.dumps({"type": "response.created", "sequence_number": 0, "response": RESPONSE})),
    sse.encode(json.dumps({"type": "response.completed", "sequence_number": 1, "response": RESPONSE})),
    b"data: [DONE]\n\n",
)


@pytest.mark.parametrize("streamed", [True, False])
def test_a_response_that_was_served_is_there(
    exchange: Make, play: Callable[..., Stage], streamed: bool
) -> None:
    answer, headers = (STREAM, (("content-type", "text/event-stream"),)) if streamed else (RESPONSE, JSON)
    stage = play(exchange(said("a", stream=streamed), answer, headers=headers))
    one = f"{RESPONSES}/resp_1"
    assert stage.ask(method="GET", target=one).status == 400  # nobody was served it yet
    stage.ask(said("a", stream=streamed))
    assert json.loads(stage.ask(method="GET", target=one).body) == RESPONSE
    [item] = json.loads(stage.ask(method="GET", target=f"{one}/input_items").body)["data"]
    assert item["content"][0]["text"] == "a"
    assert stage.ask({}, target=f"{one}/cancel").status == 400  # as Azure says of one that has ended
    assert json.loads(stage.ask(method="DELETE", target=one).body)["deleted"] is True
    assert stage.told[-1].why is not None
    assert stage.ask(method="GET", target=one).status == 400


def test_what_is_not_to_be_stored_is_not(exchange: Make, play: Callable[..., Stage]) -> None:
    stage = play(exchange(said("a", store=False), RESPONSE, headers=JSON))
    stage.ask(said("a", store=False))
    assert stage.ask(method="GET", target=f"{RESPONSES}/resp_1").status == 400


@pytest.mark.parametrize(
    "answer",
    [
        (b"data: {\n\n",),
        (b"\xff\xfe",),
        (b'data: {"type": 1, "response": 3}\n\n',),
        {"id": 3},
        {"id": "r", "output": 1},
    ],
)
def test_answers_that_make_no_sense_are_given_like_others(
    exchange: Make, play: Callable[..., Stage], answer: Any
) -> None:
    stage = play(exchange({"input": [{"id": []}, 3]}, answer))
    assert stage.ask({"input": [{"id": []}, 3]}).status == 200
    assert stage.ask(method="GET", target=f"{RESPONSES}/r").status in (200, 400)


@pytest.mark.parametrize("body", [None, b"", b"{", b"[]", b"\xff", {"input": {}}, {"input": [[[]]]}])
def test_requests_that_make_no_sense_are_refused(
    exchange: Make, play: Callable[..., Stage], body: Any
) -> None:
    assert play(exchange(said("a"))).ask(body).status == 400


def test_tools_may_give_something_else(exchange: Make, play: Callable[..., Stage]) -> None:
    result = {"type": "function_call_output", "call_id": "c", "output": "one"}
    other = {"input": [{**result, "output": "two"}]}
    stage = play(exchange({"input": [result]}))
    assert stage.ask(other).status == 400
    assert "(--tool-results any would let that pass)" in str(stage.told[0].why)
    stage.ask({"input": [result, result]})
    assert "--tool-results" not in str(stage.told[1].why)
    assert play(exchange({"input": [result]}), any_results=True).ask(other).status == 200


def test_packed_answers_for_who_takes_them(exchange: Make, play: Callable[..., Stage]) -> None:
    headers = (("content-encoding", "gzip"),)
    for accepts, kept in (("gzip, br", True), ("br, gzip;q=0", False), ("*", True), ("", False)):
        stage = play(exchange(said("a"), [gzip.compress(b"x")], headers=headers))
        answer = stage.ask(said("a"), accept_encoding=accepts)
        assert (answer.headers == headers) is kept
        assert (answer.body == b"x") is not kept


def over_socket(detail: ExchangeDetail) -> ExchangeDetail:
    answer = replace(detail.legs[Leg.RESPONSE], status=None, binary_messages=frozenset())
    return replace(detail, legs={**detail.legs, Leg.RESPONSE: answer})


def test_a_websocket_where_one_was_recorded(exchange: Make, play: Callable[..., Stage]) -> None:
    message = said("a", type="response.create")
    events = [b'{"type":"response.created"}', b'{"type":"response.completed"}']
    stage = play(over_socket(exchange(message, events)), over_socket(exchange(message, events)))
    agreed = stage.ask(method="GET", upgrade="websocket", sec_websocket_key="k")
    assert agreed.status == 101
    [switch] = agreed.steps
    assert isinstance(switch, Switch)

    def tell(body: Any) -> Answer:
        return switch.handler(Received(0, 0, SOCKET, RESPONSES, (), json.dumps(body).encode()))

    assert [step.data for step in tell(message).steps if isinstance(step, Send)] == events
    assert stage.ask(said("a", stream=True)).body == b"".join(
        sse.encode(event.decode(), event=json.loads(event)["type"]) for event in events
    )
    [refused] = [step.data for step in tell(message).steps if isinstance(step, Send)]
    assert json.loads(refused)["status"] == 400
    assert json.loads(refused)["error"]["code"] == CODE
    assert tell({"type": "response.processed"}).steps == ()
    assert tell([]).steps == ()
    assert [told.status for told in stage.told] == [101, 200, 200, 400]
    assert stage.ask(method="GET").status == 426  # without asking for one


def test_an_error_over_a_websocket_is_said_again_as_it_was(
    exchange: Make, play: Callable[..., Stage]
) -> None:
    told = b'{"type":"error","status":429,"error":{},"headers":{"retry-after":"2"},"more":1}'
    message = said("a", type="response.create")
    stage = play(over_socket(exchange(message, [told], status=429)), speed=0)
    [switch] = stage.ask(method="GET", upgrade="websocket", sec_websocket_key="k").steps
    assert isinstance(switch, Switch)
    answer = switch.handler(Received(0, 0, SOCKET, RESPONSES, (), json.dumps(message).encode()))
    assert answer.steps == (Send(told),)


def context(folder: str) -> dict[str, Any]:
    text = f"<environment_context>\n  <cwd>{folder}</cwd>\n</environment_context>"
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def test_the_folder_of_a_client_stands_where_the_recorded_one_did(
    exchange: Make, play: Callable[..., Stage]
) -> None:
    asked = {"input": [context("/home/you/a"), {"role": "user", "content": "hi"}], "stream": True}
    live = {**asked, "input": [context("/tmp/b"), asked["input"][1]]}
    packed = gzip.compress(b'data: {"type":"x","cwd":"/home/you/a"}\n\n')
    headers = (("content-type", "text/event-stream"), ("content-encoding", "gzip"))
    stage = play(*[exchange(asked, [packed], headers=headers)] * 2)
    answer = stage.ask(live, accept_encoding="gzip")
    assert (answer.body, answer.headers) == (b'data: {"type":"x","cwd":"/tmp/b"}\n\n', headers[:1])
    assert stage.ask(asked, accept_encoding="gzip").body == packed
    assert [told.moved_from for told in stage.told] == ["/home/you/a", None]
    assert play(exchange(asked, [packed], headers=headers), moves=False).ask(live).headers == headers


def test_over_a_websocket_the_folder_is_the_one_that_was_named_before(
    exchange: Make, play: Callable[..., Stage]
) -> None:
    events = [b'{"type":"response.created"}', b'{"type":"response.completed","response":%s}']
    done = b'{"id":"%s","object":"response","status":"completed","output":[],"cwd":"/home/you/a"}'
    first = {"type": "response.create", "input": [context("/home/you/a"), {"role": "user", "content": "hi"}]}
    then = {"type": "response.create", "input": "more", "previous_response_id": "resp_1"}
    stage = play(
        *(
            over_socket(exchange(asked, [events[0], events[1] % (done % name)]))
            for asked, name in ((first, b"resp_1"), (then, b"resp_2"))
        )
    )
    [switch] = stage.ask(method="GET", upgrade="websocket", sec_websocket_key="k").steps
    assert isinstance(switch, Switch)
    for asked in ({**first, "input": [context("/tmp/b"), first["input"][1]]}, then):
        answer = switch.handler(Received(0, 0, SOCKET, RESPONSES, (), json.dumps(asked).encode()))
        last = answer.steps[-1] if isinstance(answer.steps[-1], Send) else answer.steps[-2]
        assert isinstance(last, Send)
        assert json.loads(last.data)["response"]["cwd"] == "/tmp/b"


def test_a_refused_websocket_is_refused_as_it_was(exchange: Make, play: Callable[..., Stage]) -> None:
    refused = exchange(None, {}, status=403, method="GET", operation="responses.connect", headers=JSON)
    assert play(refused).ask(method="GET", upgrade="websocket", sec_websocket_key="k").status == 403


def test_where_something_may_go_through_no_websocket_is_agreed_to(
    exchange: Make, play: Callable[..., Stage]
) -> None:
    async def through(_received: Received, _asked_for: Operation) -> Answer:
        raise AssertionError

    stage = play(over_socket(exchange(said("a", type="response.create"), [b"{}"])), through=through)
    assert stage.ask(method="GET", upgrade="websocket", sec_websocket_key="k").status == 426
    assert stage.ask(said("a", stream=True)).status == 200
    [later] = stage.ask(said("b", stream=True)).steps
    assert isinstance(later, Later)
    later.answer.close()  # type: ignore[attr-defined]  # it is a generator
