"""What the imitation of Azure says, byte for byte and moment for moment: an answer as a list of steps.

Rules:
- One `Send` is one HTTP chunk (one write, where the answer has a content-length). Nothing joins or splits it.
- The head goes out right before the first `Send`, or where a `Head` step says so; waits before delay it.
- After the last step the body ends as HTTP wants it and the connection is kept for the next request.
- `Close` and `Reset` end the connection instead; before the head they are no answer at all.
- `Switch` makes the connection a WebSocket, for good. There each message of the client is asked and answered
  like a request, its method being "WEBSOCKET"; of that answer each `Send` is a text message, the head and the
  end are nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Send the status line and the headers now, before there is any body."""


@dataclass(frozen=True, slots=True)
class Send:
    """Body bytes as one chunk."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes written to the connection past all framing: for answers that break HTTP."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Silence for that many seconds, or until the client leaves.

    `ended_by`: where that gate is open before the time is over, the answer ends here as if it were whole.
    """

    seconds: float
    ended_by: Gate | None = None


@dataclass(frozen=True, slots=True)
class Until:
    """Silence until so many seconds after the request was whole; none where they have passed.

    A row of these does not drift, as a row of waits does.
    """

    seconds: float


class Gate:
    """A door between a test and an answer: `WaitFor(gate)` stands still until any thread calls `open`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_open = False
        self._waiting: list[Callable[[], object]] = []

    def open(self) -> None:
        """Let everybody through, now and later."""
        with self._lock:
            self._is_open = True
            waiting, self._waiting = self._waiting, []
        for wake in waiting:
            wake()

    def when_open(self, wake: Callable[[], object]) -> None:
        """Call `wake` once when the gate is open, from the thread that opens it."""
        with self._lock:
            if not self._is_open:
                self._waiting.append(wake)
                return
        wake()


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Silence until the gate is opened, or until the client leaves."""

    gate: Gate


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection here (TCP FIN), without the end of the body: a dropped connection."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Abort the connection here (TCP RST)."""


@dataclass(frozen=True, slots=True)
class HoldOpen:
    """Send nothing more and keep the connection until the client leaves."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Agree to the WebSocket that is asked for; `handler` answers its messages. The only step there is."""

    handler: Handler


@dataclass(frozen=True, slots=True)
class Later:
    """The answer is what this comes to. The only step there is; nothing is sent before."""

    answer: Awaitable[Answer]


class BrokenOff(Exception):
    """What is poured ended before its end."""


@dataclass(frozen=True, slots=True)
class Pour:
    """Body bytes as somebody else has them come, each piece a chunk; the connection is closed where they
    break off.
    """

    pieces: AsyncIterable[bytes]


Step = Head | Send | Raw | Wait | Until | WaitFor | Close | Reset | HoldOpen | Switch | Later | Pour


@dataclass(frozen=True, slots=True)
class Answer:
    """One response: status, headers as sent (framing headers are added where missing), and its steps."""

    status: int = 200
    headers: Headers = ()
    steps: Sequence[Step] = ()

    @property
    def body(self) -> bytes:
        """All bytes that the steps would send."""
        return b"".join(step.data for step in self.steps if isinstance(step, Send))


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header values as Latin-1 text, the body with its transfer framing undone."""

    n: int  # 0.. over the life of the simulator, the index of what was `sent` for it
    connection: int  # 0.. in order of connecting
    method: str
    target: str  # path and query, exactly as sent
    headers: Headers
    body: bytes = field(repr=False)
    http_version: str = "1.1"

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """The first header of that name, any case, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        """The body as JSON, or None where it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


Handler = Callable[[Received], Answer]


SOCKET = "WEBSOCKET"
"""The method of what was received as a message."""


def in_order(*answers: Answer) -> Handler:
    """A handler that gives each request the next answer, and the last one again when they run out."""
    remaining = list(answers)

    def handle(_received: Received) -> Answer:
        return remaining.pop(0) if len(remaining) > 1 else remaining[0]

    return handle


def whole(data: bytes, *, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """An answer with a content-length, sent in one piece."""
    length = ("content-length", str(len(data)))
    return Answer(status, (*headers, length), (Send(data),) if data else (Head(),))


def whole_json(
    value: Mapping[str, Any], *, status: int = 200, headers: Iterable[tuple[str, str]] = ()
) -> Answer:
    """An answer whose body is one JSON object."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return whole(data, status=status, headers=(("content-type", "application/json"), *headers))


def recut(answer: Answer, sizes: Iterable[int]) -> Answer:
    """The same body in chunks of the given sizes (the last one repeated); waits go, endings stay behind it.

    For tests that what comes out does not depend on how the bytes were cut.
    """
    body = answer.body
    pieces: list[Step] = []
    start, size = 0, 1
    cuts = iter(sizes)
    while start < len(body):
        size = max(1, next(cuts, size))
        pieces.append(Send(body[start : start + size]))
        start += size
    rest = [step for step in answer.steps if not isinstance(step, Send | Wait)]
    return Answer(answer.status, answer.headers, (*pieces, *rest))


def dropped(answer: Answer, sends: int, how: Close | Reset = Reset()) -> Answer:
    """The answer up to and with its `sends`th `Send`, and then the connection is gone."""
    kept: list[Step] = []
    for step in answer.steps:
        if isinstance(step, Send):
            if sends == 0:
                break
            sends -= 1
        kept.append(step)
    return Answer(answer.status, answer.headers, (*kept, how))
