"""The handler that answers from a capture, and tells of every request what it was answered with, or why not.

What nothing fits gets a 400, which Codex shows at once and does not try again. Calls on stored responses that
nobody made in the recording are answered from what was served: such a response is there, as it would be at
Azure.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation, operation
from inspector.protocol.json_text import parse_object
from inspector.simulator import azure, web_socket
from inspector.simulator.conversation import CREATE, as_messages
from inspector.simulator.playback.answering import answer_of, is_cut, messages_of
from inspector.simulator.playback.deck import Deck, Recorded, asked_of, meaning_in
from inspector.simulator.playback.difference import differences, in_short
from inspector.simulator.playback.kept import Kept
from inspector.simulator.playback.meaning import Asked, Meaning
from inspector.simulator.playback.moving import Move, move_between
from inspector.simulator.script import SOCKET, Answer, Handler, Later, Received, Switch

CODE = "no_recorded_answer"
"""The error code of a request that nothing fits."""

_OF_STORED = frozenset({Operation.GET, Operation.DELETE, Operation.CANCEL, Operation.ITEMS})
_NO_MODELS = "the recording has no such list of models"
_NO_SOCKET = "the recording has no WebSocket; the client is expected to ask by POST"
_ONLY_POSTED = "only what is posted can be passed on; the client is expected to ask by POST"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a request. `exchange`: whose answer it got; `why`: it got none of the capture's."""

    at: float  # Unix time
    method: str
    target: str
    operation: str
    status: int
    exchange: int | None = None
    times: int = 0  # that this answer was given by now
    unlike: tuple[str, ...] = ()  # what is other about the request, though it means the same
    cut: bool = False  # the answer breaks off, as it did
    moved_from: str | None = None  # the folder that the answer named, where it is the client's now
    why: str | None = None
    passed: bool = False  # on to somewhere else, whose status it is
    nearest: int | None = None  # the exchange whose request comes nearest
    differences: tuple[str, ...] = ()


Tell = Callable[[Told], object]
Through = Callable[[Received, Operation], Awaitable[Answer]]
"""Gets the answer to a request from somewhere else."""


class Player:
    """A handler for `server.Simulator`. `speed`: how many times as fast as recorded; 0 is at once.

    `moves`: the folder of a client that works in another one than then stands in its answers.
    `tell` is told of each request, when its answer begins. It runs on the server's loop. `through` answers
    what nothing fits; with it no WebSocket is agreed to, since only what is posted can go through.
    """

    def __init__(
        self,
        reader: Reader,
        deck: Deck,
        *,
        speed: float = 1.0,
        any_results: bool = False,
        moves: bool = True,
        tell: Tell = lambda _: None,
        through: Through | None = None,
    ) -> None:
        self._reader = reader
        self._deck = deck
        self._speed = speed
        self._any_results = any_results
        self._moves = moves
        self._tell = tell
        self._through = through
        self._kept = Kept()

    def __call__(self, received: Received) -> Answer:
        asked_for = operation(received.method, received.target)
        if asked_for is None:
            return self._refused(received, "", "nothing is served at that address")
        if asked_for is Operation.CONNECT and self._through is not None:
            return self._unsocketed(received, _ONLY_POSTED)
        if asked_for is Operation.CONNECT and self._deck.has_sockets and web_socket.wanted(received):
            self._tell(replace(_told(received, asked_for.value, 101), why="a WebSocket, as in the recording"))
            return Answer(101, (), (Switch(self._conversation()),))
        return self._answer(received, asked_for, [])

    def _conversation(self) -> Handler:
        """Answers the messages of one WebSocket: what a POST of the same would get, an event a message."""
        folders: list[str] = []

        def message(received: Received) -> Answer:
            if (parse_object(received.body) or {}).get("type") != CREATE:
                return Answer()
            return self._answer(received, Operation.CREATE, folders)

        return message

    def _answer(self, received: Received, asked_for: Operation, folders: list[str]) -> Answer:
        """`folders`: the one that the client named last, if any; what it said before, the recording tells."""
        asked = Asked(asked_for, received.target, received.headers, received.body)
        meaning = meaning_in(self._reader, asked, any_results=self._any_results)
        if meaning.says_folder:
            folders[:] = [meaning.folder]
        found = self._deck.take(meaning)
        if found is not None:
            return self._recorded(received, asked, meaning, found, folders[-1] if folders else "")
        if asked_for in _OF_STORED and (answer := self._of_stored(received, asked_for)) is not None:
            return answer
        if asked_for is Operation.CONNECT:
            return self._unsocketed(received, _NO_SOCKET)
        if asked_for is Operation.MODELS and self._through is None:
            return self._refused(received, asked_for.value, _NO_MODELS)
        return self._unmatched(received, asked, meaning)

    def _recorded(
        self, received: Received, asked: Asked, meaning: Meaning, found: Recorded, folder: str
    ) -> Answer:
        detail = self._reader.detail(found.exchange)
        move = move_between(found.folder, folder) if self._moves else None
        accepts = _accepted(received)
        answer = messages_of(detail, speed=self._speed, move=move) if received.method == SOCKET else None
        if answer is None:
            answer = answer_of(detail, found.side, speed=self._speed, accepts=accepts, move=move)
            answer = as_messages(answer) if received.method == SOCKET else answer
        made = detail.exchange.response_id
        if asked.operation is Operation.CREATE and made is not None and asked.json.get("store") is not False:
            self._kept.add(made, lambda: self._given(found, move))
        told = _told(received, asked.operation.value, answer.status)
        unlike = tuple(found.around.unlike(meaning.around))
        cut = is_cut(detail, found.side)
        self._tell(
            replace(
                told, exchange=found.exchange, times=found.times, unlike=unlike, cut=cut,
                moved_from=None if move is None else move.old,
            )
        )  # fmt: skip
        return answer

    def _given(self, found: Recorded, move: Move | None) -> tuple[Asked, Answer]:
        detail = self._reader.detail(found.exchange)
        return asked_of(detail, found.side), answer_of(detail, found.side, speed=0, move=move)

    def _of_stored(self, received: Received, asked_for: Operation) -> Answer | None:
        """The answer of what was served before; None where it knows no such response."""
        answer = self._kept.answer(asked_for, received)
        if answer.status == 404:
            return None
        told = _told(received, asked_for.value, answer.status)
        self._tell(replace(told, why="not in the recording; answered from the response that was served"))
        return answer

    def _refused(self, received: Received, named: str, why: str, answer: Answer | None = None) -> Answer:
        answer = answer or azure.not_found()
        self._tell(replace(_told(received, named, answer.status), why=why))
        return answer

    def _unsocketed(self, received: Received, why: str) -> Answer:
        """Codex takes this status, and no other, as a word to ask by POST from now on."""
        return self._refused(received, Operation.CONNECT.value, why, azure.error(426, "426", why))

    def _unmatched(self, received: Received, live: Asked, meaning: Meaning) -> Answer:
        used = self._deck.used_up(meaning)
        nearest = used[-1] if used else self._deck.nearest(meaning)
        other: list[str] = []
        if used:
            numbers = ", ".join(str(each.exchange) for each in used)
            why = f"what was answered to it is used up (exchange {numbers}), and repeating was not asked for"
        elif nearest is None:
            why = f"the capture has no {meaning.operation.value} at all"
        else:
            asked = asked_of(self._reader.detail(nearest.exchange), nearest.side)
            other = differences(meaning_in(self._reader, asked, any_results=self._any_results), meaning)
            why = f"the nearest is exchange {nearest.exchange}: {in_short(other)}"
            if not self._any_results and self._is_same_but_for_results(asked, live):
                why += " (--tool-results any would let that pass)"
        told = replace(
            _told(received, meaning.operation.value, 400),
            why=why,
            nearest=nearest.exchange if nearest else None,
            differences=tuple(other),
        )
        if self._through is not None:
            return Answer(steps=(Later(self._passed(received, meaning.operation, told)),))
        self._tell(told)
        refused = azure.invalid_request(f"No recorded answer fits this request; {why}.", code=CODE)
        return as_messages(refused) if received.method == SOCKET else refused

    def _is_same_but_for_results(self, *asked: Asked) -> bool:
        return len({meaning_in(self._reader, each, any_results=True).digest for each in asked}) == 1

    async def _passed(self, received: Received, asked_for: Operation, told: Told) -> Answer:
        assert self._through is not None
        answer = await self._through(received, asked_for)
        self._tell(replace(told, status=answer.status, passed=True))
        return answer


def _told(received: Received, named: str, status: int) -> Told:
    return Told(time.time(), received.method, received.target, named, status)


def _accepted(received: Received) -> list[str] | None:
    """The content encodings that a client takes; None where it does not say, or takes any."""
    told = received.header("accept-encoding")
    if told is None:
        return None
    named = [
        coding.partition(";")[0].strip().lower()
        for coding in told.split(",")
        if not coding.replace(" ", "").lower().endswith(";q=0")
    ]
    return None if "*" in named else named
