"""The recorded answers that can be played: which of them fits a request, which were used, which is nearest.

Each is used once, in the order of recording: so a retry gets what the retry got. Of several that fit, those
come first that agree in what does not decide (`Around`). With `repeat` they begin anew when all that fit are
used. Calls that only read, and what only warms up, get the last of their answers again in any case: who polls
at another speed polls more often, and who opens a WebSocket more often warms up more often.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from inspector.capture.model import Exchange, ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.capture.stored_history import history_of
from inspector.protocol.azure import Operation
from inspector.protocol.progress import Progress, untold
from inspector.simulator.playback.answering import CLIENT, UPSTREAM, Side, can_be_played
from inspector.simulator.playback.meaning import Around, Asked, Meaning, meaning_of

_READING = frozenset({Operation.GET, Operation.ITEMS, Operation.MODELS})


@dataclass(slots=True)
class Recorded:
    """A recorded answer, and what it takes to find it."""

    exchange: int
    side: Side
    operation: Operation
    form: str
    digest: bytes
    prints: tuple[bytes, ...]
    around: Around
    over_socket: bool = False
    folder: str = ""  # that the client worked in
    times: int = 0  # that it was used


@dataclass(frozen=True, slots=True)
class Unplayable:
    """An exchange of the capture that nobody can be answered with."""

    exchange: int
    why: str


class Deck:
    """`recorded` in the order of recording."""

    def __init__(self, recorded: Iterable[Recorded], *, repeat: bool = False) -> None:
        self.recorded = list(recorded)
        self.has_sockets = any(each.over_socket for each in self.recorded)
        self._repeat = repeat
        self._alike: dict[bytes, list[Recorded]] = defaultdict(list)
        for each in self.recorded:
            self._alike[each.digest].append(each)

    def take(self, meaning: Meaning) -> Recorded | None:
        """The answer to give, used by that; None where nothing fits, or all that does was used."""
        fitting = self._alike.get(meaning.digest, [])
        if not fitting:
            return None
        least = min(each.times for each in fitting)
        if not least or self._repeat:
            waiting = [each for each in fitting if each.times == least]
            found = max(waiting, key=lambda each: each.around.shared(meaning.around))  # the first of equals
        elif meaning.operation in _READING or meaning.is_prewarm:
            found = fitting[-1]
        else:
            return None
        found.times += 1
        return found

    def used_up(self, meaning: Meaning) -> list[Recorded]:
        """Those that fit, and have been used."""
        return [each for each in self._alike.get(meaning.digest, []) if each.times]

    def nearest(self, meaning: Meaning) -> Recorded | None:
        """The one whose request has most in common; rather one that was not used yet."""
        prints = meaning.prints
        count = Counter(prints)

        def distance(each: Recorded) -> tuple[int, int, bool]:
            shared = sum((count & Counter(each.prints)).values())
            start = next(
                (n for n, (one, other) in enumerate(zip(prints, each.prints, strict=False)) if one != other),
                min(len(prints), len(each.prints)),
            )
            other = 2 * (each.form != meaning.form)  # as much as another message
            return len(prints) + len(each.prints) - 2 * shared + other, -start, bool(each.times)

        same = [each for each in self.recorded if each.operation is meaning.operation]
        return min(same, key=distance, default=None)

    @property
    def exchanges(self) -> list[int]:
        """All that can be asked for."""
        return list(dict.fromkeys(each.exchange for each in self.recorded))

    @property
    def never_asked(self) -> list[int]:
        """Exchanges of which no side was used."""
        used = {each.exchange for each in self.recorded if each.times}
        return [number for number in self.exchanges if number not in used]


def asked_of(detail: ExchangeDetail, side: Side) -> Asked:
    """The request of one side of an exchange, which has to have it."""
    message = detail.legs[side.request]
    operation = Operation.CHAT if side is UPSTREAM else Operation(detail.exchange.operation)
    return Asked(operation, detail.exchange.url, message.headers, message.body)


def meaning_in(reader: Reader, asked: Asked, *, any_results: bool = False) -> Meaning:
    """What a request means where this capture holds the responses that it may go on from."""
    previous = asked.json.get("previous_response_id")
    history = history_of(reader, previous) if isinstance(previous, str) else None
    return meaning_of(asked, history=history, any_results=any_results)


def read_deck(
    reader: Reader, *, any_results: bool = False, progress: Progress = untold
) -> tuple[list[Recorded], list[Unplayable]]:
    """The answers in a capture. What a person had sent again is not among them: no client asked for it."""
    found: list[Recorded] = []
    unplayable: list[Unplayable] = []
    exchanges = reader.exchanges()
    for done, exchange in enumerate(exchanges, 1):
        if _was_asked(exchange):
            detail = reader.detail(exchange.id)
            for side in _sides(detail):
                if why := can_be_played(detail, side):
                    unplayable.append(Unplayable(exchange.id, why))
                    continue
                asked = asked_of(detail, side)
                meaning = meaning_in(reader, asked, any_results=any_results)
                found.append(_recorded(detail, side, meaning))
        progress(done, len(exchanges))
    return found, unplayable


def _recorded(detail: ExchangeDetail, side: Side, meaning: Meaning) -> Recorded:
    answer = detail.legs.get(side.response)
    over_socket = answer is not None and answer.is_messages
    told = (meaning.operation, meaning.form, meaning.digest, meaning.prints, meaning.around, over_socket)
    return Recorded(detail.exchange.id, side, *told, meaning.folder)


def _was_asked(exchange: Exchange) -> bool:
    """Whether a client asked for it, and got what can be given again: no handshake of a WebSocket is."""
    if exchange.operation == Operation.CONNECT and exchange.status == 101:
        return False
    return exchange.operation in set(Operation) and not (exchange.made and exchange.made.repeats)


def _sides(detail: ExchangeDetail) -> list[Side]:
    """A bridge's exchange can be asked for on both sides: by a Responses client, and by a Chat client."""
    bridged = detail.exchange.mode == "bridge" and detail.exchange.operation != Operation.CHAT
    return [CLIENT, UPSTREAM] if bridged and Leg.UPSTREAM_REQUEST in detail.legs else [CLIENT]
