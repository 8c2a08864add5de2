"""Which events of a stream wait: filters asked event by event, what the capture knows read once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from inspector.capture.filter.language import parse
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.held.values import App, Point, Rule, State
from inspector.capture.model import Exchange, Message, Outcome
from inspector.protocol import sse
from inspector.proxy.holds.event_gate import EventGate
from inspector.proxy.holds.held_stream import EventBytes
from inspector.proxy.holds.matching import Compiled, Known
from inspector.proxy.holds.waiting import Ended

EXCHANGE = Exchange(
    id=1, revision=1, method="POST", url="u", operation="responses.create", mode="observe", started=0.0,
    outcome=Outcome.OPEN,
)  # fmt: skip
ASKED = Message((), b'{"input":"say hi"}', None)


class Keeper:
    """Rules, and what they hold: told by the type of the event, released at once."""

    def __init__(self, *filters: str) -> None:
        app = App("a", 1, "h")
        self.made = [
            Compiled(Rule(number, text, Point.EVENT, (), 60.0, 0.0, app), 1, parse(text))
            for number, text in enumerate(filters)
        ]
        self.looks = 0
        self.problem: Exception | None = None
        self.failures = 0
        self.held: list[tuple[str, int]] = []

    def rules(self, _point: Point) -> list[Compiled]:
        return self.made

    async def look_up(self, _in_hand: Any) -> Known:
        self.looks += 1
        if self.problem is not None:
            raise self.problem
        return Known(EXCHANGE, Surroundings(), ASKED)

    async def hold(self, _in_hand: Any, chosen: Compiled, **told: Any) -> Ended:
        self.held.append((told["event_type"], chosen.rule.id))
        return Ended(State.TIME_UP)

    def failed(self, _in_hand: Any) -> None:
        self.failures += 1


class Stream:
    """What of a held stream the gate asks for."""

    passed = 0
    last_sent = 0.0

    def message(self, piece: bytes) -> Message:
        return Message((("content-type", "text/event-stream"),), piece, 200)

    def sent(self, data: bytes) -> bytes:
        self.passed += len(data)
        return data


def pieces(*data: str) -> list[EventBytes]:
    found = []
    for number, event in enumerate(sse.Decoder().feed("".join(f"data: {one}\n\n" for one in data).encode())):
        piece = EventBytes(f"data: {event.data}\n\n".encode())
        piece.event, piece.number = event, number + 1
        found.append(piece)
    return found


DELTAS = pieces(*(f'{{"type":"response.output_text.delta","delta":"{n}"}}' for n in range(4)))
[DONE] = pieces('{"type":"response.completed","response":{"usage":{"output_tokens":500}}}')
DONE.number = 5


def waits(gate: EventGate, stream: Any) -> list[bool]:
    """Lets all pass; whether each had to wait for the gate at all."""

    async def all_of_it() -> list[bool]:
        asked = []
        for piece in (*DELTAS, DONE):
            asked.append(gate.may_hold(stream, piece))
            passed = await gate.passed(stream, piece) if asked[-1] else stream.sent(piece)
            assert passed == bytes(piece)
        return asked

    return asyncio.run(all_of_it())


@pytest.mark.parametrize(
    ("text", "held", "asked"),
    [
        ("tokens.out:>100", [5], [True, False, False, False, True]),
        ("events:3", [3], [True, False, True, False, False]),
        ("events:>=4", [4, 5], [True, False, False, True, True]),
        ("size.response:>150", [3, 4, 5], [True, False, True, True, True]),
        ("model:other", [], [True, False, False, False, False]),
        ('request:"say hi" response:delta*2', [3], [True] * 5),
    ],
)
def test_what_becomes_known_as_it_passes(text: str, held: list[int], asked: list[bool]):
    keeper: Any = Keeper(text)
    gate = EventGate(keeper, SimpleNamespace())  # type: ignore[arg-type]
    assert waits(gate, Stream()) == asked
    types = ["response.output_text.delta"] * 4 + ["response.completed"]
    assert keeper.held == [(types[number - 1], 0) for number in held]
    assert keeper.looks == 1


def test_the_first_rule_that_fits_holds():
    keeper: Any = Keeper("model:other", "response:delta*1", "events:2", "events:<=2")
    waits(EventGate(keeper, SimpleNamespace()), Stream())  # type: ignore[arg-type]
    assert [rule for _, rule in keeper.held] == [3, 1]


def test_a_capture_that_cannot_be_read_is_asked_once():
    keeper: Any = Keeper("")
    keeper.problem = OSError("gone")
    gate = EventGate(keeper, SimpleNamespace())  # type: ignore[arg-type]
    assert waits(gate, Stream()) == [True, False, False, False, False]
    assert (keeper.failures, keeper.looks, keeper.held) == (1, 1, [])
