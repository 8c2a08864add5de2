"""Which answer a request gets: in order, once, again if asked, and what comes nearest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.model import Chunk, ExchangeDetail, Leg, Made, Message
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation
from inspector.simulator.playback.deck import Deck, meaning_in, read_deck
from inspector.simulator.playback.meaning import Asked, Meaning, meaning_of

Make = Callable[..., ExchangeDetail]
Capture = Callable[..., Reader]


def said(*texts: str, **more: Any) -> dict[str, Any]:
    return {
        "model": "m",
        "stream": True,
        "input": [{"role": "user", "content": text} for text in texts],
        **more,
    }


def meant(body: dict[str, Any]) -> Meaning:
    return meaning_of(Asked(Operation.CREATE, "/responses", (), json.dumps(body).encode()))


def deck_of(reader: Reader, **more: Any) -> Deck:
    recorded, _ = read_deck(reader)
    return Deck(recorded, **more)


def taken(deck: Deck, *bodies: dict[str, Any]) -> list[int | None]:
    found = [deck.take(meant(body)) for body in bodies]
    return [each and each.exchange for each in found]


def test_each_once_in_order(exchange: Make, capture: Capture) -> None:
    reader = capture(exchange(said("a")), exchange(said("a"), status=429), exchange(said("b")))
    deck = deck_of(reader)
    assert taken(deck, said("a"), said("b"), said("a"), said("a"), said("c")) == [1, 3, 2, None, None]
    assert [each.exchange for each in deck.used_up(meant(said("a")))] == [1, 2]
    assert deck.never_asked == []


def test_then_repeatedly_if_asked(exchange: Make, capture: Capture) -> None:
    deck = deck_of(capture(exchange(said("a")), exchange(said("a")), exchange(said("b"))), repeat=True)
    assert taken(deck, *[said("a")] * 5) == [1, 2, 1, 2, 1]
    assert deck.never_asked == [3]


def test_of_several_that_fit_the_one_that_fits_best(exchange: Make, capture: Capture) -> None:
    reader = capture(
        exchange(said("a", model="other")), exchange(said("a", instructions="I")), exchange(said("a"))
    )
    assert taken(deck_of(reader), said("a"), said("a"), said("a")) == [3, 2, 1]
    assert taken(deck_of(reader), said("a", instructions="I"), said("a", model="other")) == [2, 1]


def test_who_asks_counts_before_what_is_around(exchange: Make, capture: Capture) -> None:
    reader = capture(
        exchange(said("a", instructions="I"), asked_with=(("x-openai-subagent", "review"),)),
        exchange(said("a")),
    )
    assert taken(deck_of(reader), said("a", instructions="I")) == [2]


def test_reading_calls_end_with_their_last_answer(exchange: Make, capture: Capture) -> None:
    url = "http://res.openai.azure.com/openai/v1/responses/resp_1"
    polls = [
        exchange(None, {"status": status}, method="GET", url=url, operation="responses.get")
        for status in ("queued", "completed")
    ]
    deck = deck_of(capture(*polls))
    asked = meaning_of(Asked(Operation.GET, "/openai/v1/responses/resp_1", (), b""))
    found = [deck.take(asked) for _ in range(4)]
    assert [each and each.exchange for each in found] == [1, 2, 2, 2]


def test_who_warms_up_more_often_may(exchange: Make, capture: Capture) -> None:
    prewarm = said("a", type="response.create", generate=False)
    assert taken(deck_of(capture(exchange(prewarm))), prewarm, prewarm) == [1, 1]


def test_what_is_not_played(exchange: Make, capture: Capture) -> None:
    unanswered = exchange(said("a"))
    del unanswered.legs[Leg.RESPONSE]
    reader = capture(
        unanswered,
        exchange(said("a"), made=Made("replay")),
        exchange(None, operation="responses.connect", method="GET", status=101),
        exchange(None, operation="", method="GET"),
        exchange(said("b"), made=Made("azure")),
    )
    recorded, unplayable = read_deck(reader)
    assert [each.exchange for each in recorded] == [5]
    assert [(each.exchange, each.why) for each in unplayable] == [(1, "it was not answered")]


def test_a_bridge_can_be_asked_on_both_sides(exchange: Make, capture: Capture) -> None:
    detail = exchange(said("a"), mode="bridge")
    chat = b'{"model":"m","stream":true,"messages":[{"role":"user","content":"a"}]}'
    detail.legs[Leg.UPSTREAM_REQUEST] = Message((), chat)
    detail.legs[Leg.UPSTREAM_RESPONSE] = Message((), b"x", 200)
    chunks = (Chunk(Leg.UPSTREAM_REQUEST, 0, 0.1, chat), Chunk(Leg.UPSTREAM_RESPONSE, 0, 0.2, b"x"))
    deck = deck_of(capture(replace(detail, chunks=(*detail.chunks, *chunks))))
    assert deck.exchanges == [1]
    found = deck.take(meaning_of(Asked(Operation.CHAT, "/chat/completions", (), chat)))
    assert found is not None
    assert found.side.response is Leg.UPSTREAM_RESPONSE
    assert deck.never_asked == []
    assert taken(deck, said("a")) == [1]


@pytest.mark.parametrize(
    ("body", "nearest"),
    [(said("a", "b", "x"), 2), (said("a"), 1), (said("x"), 1), (said("a", "b", "c", "d", "e"), 3)],
)
def test_the_nearest(exchange: Make, capture: Capture, body: dict[str, Any], nearest: int) -> None:
    deck = deck_of(
        capture(*(exchange(said(*texts)) for texts in (("a", "z"), ("a", "b"), ("a", "b", "c", "d"))))
    )
    found = deck.nearest(meant(body))
    assert found is not None
    assert found.exchange == nearest
    chat = meaning_of(Asked(Operation.CHAT, "/chat/completions", (), b"{}"))
    assert deck.nearest(chat) is None


def test_a_prewarm_is_not_what_comes_next_to_a_question(exchange: Make, capture: Capture) -> None:
    prewarm = {"type": "response.create", "generate": False, "input": []}
    deck = deck_of(capture(exchange(prewarm), exchange(said("a", stream=True))))
    found = deck.nearest(meant(said("b", stream=True)))
    assert found is not None
    assert found.exchange == 2


def test_of_equally_near_ones_the_unused(exchange: Make, capture: Capture) -> None:
    deck = deck_of(capture(exchange(said("a")), exchange(said("b"))))
    assert taken(deck, said("a")) == [1]
    found = deck.nearest(meant(said("x")))
    assert found is not None
    assert found.exchange == 2


def test_what_a_response_id_stands_for(exchange: Make, capture: Capture) -> None:
    output = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "b"}]}]
    answer = {"id": "resp_1", "object": "response", "status": "completed", "output": output}
    reader = capture(
        exchange(said("a"), answer, headers=(("content-type", "application/json"),)),
        exchange(said("c", previous_response_id="resp_1")),
    )
    whole = said("a")
    whole["input"] += [*output, {"role": "user", "content": "c"}]
    assert taken(deck_of(reader), whole) == [2]
    asked = Asked(Operation.CREATE, "", (), json.dumps(said("c", previous_response_id="resp_1")).encode())
    assert meaning_in(reader, asked).digest == meant(whole).digest
