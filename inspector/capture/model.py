"""The words of a capture as values: what every room above reads, and nothing that touches a file.

An *exchange* is a request and what came back. It has up to four *legs*: the client's request and the response
it got, and, where the bridge or a repair stood between, the request that went upstream and the response that
came from there. A leg is a head (headers) and a body that arrived as *chunks*, each with its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Headers = tuple[tuple[str, str], ...]
"""Header fields in the order and spelling in which they passed; the bytes decoded as Latin-1."""


class Leg(StrEnum):
    """One direction on one side of the proxy."""

    REQUEST = "request"
    RESPONSE = "response"
    UPSTREAM_REQUEST = "upstream-request"
    UPSTREAM_RESPONSE = "upstream-response"


class Outcome(StrEnum):
    """How an exchange ended."""

    OPEN = "open"  # still running, as far as the recorder has said
    COMPLETE = "complete"  # the response ended; a client's reset after the terminal event counts as this
    CLIENT_GONE = "client-gone"  # the client closed or reset before the terminal event
    UPSTREAM_GONE = "upstream-gone"  # upstream closed or reset in the middle of the response
    UNREACHABLE = "unreachable"  # no connection: refused, DNS, TLS
    REFUSED = "refused"  # answered by the proxy itself (wrong host in the path, untranslatable request)
    INTERRUPTED = "interrupted"  # the recorder died first; what it had written is all there is


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one response; None where the upstream did not say."""

    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes of a leg as they arrived; `at` in seconds after the exchange's start."""

    leg: Leg
    n: int
    at: float
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """A leg whole: head and body, the body as it passed (transfer framing undone, content encoding kept)."""

    headers: Headers
    body: bytes = field(repr=False)
    status: int | None = None
    trailers: Headers = ()
    absent: bool = False  # the file that it was read from does not hold the body, whatever its length was
    binary_messages: frozenset[int] | None = None  # of a WebSocket: each chunk is a message; which are binary

    @property
    def is_messages(self) -> bool:
        """Whether it went over a WebSocket: its chunks are messages, and the body their texts in a row."""
        return self.binary_messages is not None


@dataclass(frozen=True, slots=True)
class Made:
    """How an exchange came to be that no client of a proxy asked for: a person had it sent from here.

    `edits` are JSON values, in the form of whoever made them.
    """

    by: str  # replay, edit, minimise, azure
    boundary: str | None = None  # where of the parent's way it was sent again: replay.boundary.Boundary
    edits: tuple[Any, ...] = ()  # what was changed first, in order
    source: str | None = None  # the capture and number of what it repeats, where that is another file

    @property
    def repeats(self) -> bool:
        """Whether it asks again what was asked before, changed or not."""
        return self.by in ("replay", "edit", "minimise")


class Timing(StrEnum):
    """What the times of an exchange are worth that was read from another program's file."""

    RECORDED = "recorded"  # the file tells when each chunk came
    WHOLE = "whole"  # it tells when the answer began and ended; a body is one chunk, or spread evenly between
    EVEN = "even"  # it tells nothing: events are spaced evenly, so that they can be played
    NONE = "none"  # nothing to space

    @property
    def tells_ends(self) -> bool:
        """Whether it is known when it began and ended."""
        return self in (Timing.RECORDED, Timing.WHOLE)


@dataclass(frozen=True, slots=True)
class Source:
    """The file that an exchange was read from, where no recorder of ours saw it pass."""

    file: str  # its name, without the folder
    format: str  # mitmproxy, har, codex-trace, codex-rollout, sse, json, jsonl, capture
    place: str = ""  # where in it, for a person: "byte 1234", "entry 3", "line 7"
    timing: Timing = Timing.RECORDED
    remarks: tuple[str, ...] = ()  # what is odd or missing about it there, a sentence each


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in a file that cannot be read. `offset`: bytes from its start; None: no one place."""

    offset: int | None
    text: str  # one sentence


@dataclass(frozen=True, slots=True)
class Exchange:
    """One row of the list: facts and the derived summary, without bodies.

    Times in seconds; `started` is Unix time.
    """

    id: int
    revision: int  # grows with every change to the row, over the whole file
    method: str
    url: str  # upstream's URL, secrets in the query removed
    operation: str  # protocol.azure.Operation: "responses.create", "chat.create", ...
    mode: str  # observe, repair, bridge
    started: float
    outcome: Outcome
    http_version: str = "HTTP/1.1"
    connection: str = ""
    parent: int | None = None  # the exchange that this one was made of; it shares its session and turn
    session: str | None = None
    turn: int | None = None  # 1.. within the session
    turn_id: str | None = None  # Codex's own id of the turn
    request_kind: str | None = None  # Codex's request_kind: turn, compact, ...
    client: str | None = None  # "codex_exec 0.169.0"
    model: str | None = None
    stream: bool | None = None
    status: int | None = None
    error: str | None = None  # in words, None when fine
    request_done: float | None = None  # after the start: the request's last byte
    first_byte: float | None = None  # after the start: the response's head
    first_event: float | None = None
    ended: float | None = None
    event_count: int = 0
    usage: Usage | None = None
    request_size: int = 0
    response_size: int = 0
    response_id: str | None = None
    request_digest: str | None = None  # equal for equal request bodies: a retry repeats its body
    marked: bool = False  # a person put a mark on it
    note: str = ""  # a person's line about it
    parent_session: str | None = None  # of a sub-agent's: the session that spawned it
    agent: str | None = None  # which kind of sub-agent asks: review, collab_spawn, ...
    agent_name: str | None = None  # what the model that spawned it called it
    made: Made | None = None  # None: a client of a proxy asked
    answered: str | None = None  # the model by the answer's own word; a deployment's name need not tell it
    source: Source | None = None  # None: a recorder of ours saw it pass
    socket: int | None = None  # the exchange whose handshake opened the WebSocket that it went over
    awaited: bool = False  # only its heads are here so far: an import that goes on brings the bodies

    @property
    def timing(self) -> Timing:
        """What its times are worth."""
        return Timing.RECORDED if self.source is None else self.source.timing


@dataclass(frozen=True, slots=True)
class ExchangeDetail:
    """An exchange with its legs, and its chunks in order of arrival.

    `options` are its recorder's: see Recorder.
    """

    exchange: Exchange
    legs: dict[Leg, Message]
    chunks: tuple[Chunk, ...]
    tracebacks: tuple[str, ...] = ()  # failures of ours while it passed
    options: Mapping[str, Any] = field(default_factory=dict)
    edited: bytes | None = field(default=None, repr=False)  # what a person made of a held request's body


@dataclass(frozen=True, slots=True)
class Recorder:
    """A process that writes, or wrote, this capture.

    `options`: the settings (JSON values) by which it translated or repaired what passed, {} if it said none.
    """

    id: int
    pid: int
    host: str
    version: str
    mode: str
    upstream: str | None
    listening: str | None
    started: float
    ended: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Import:
    """A file that a recorder reads, or has read, into this capture. Sizes in bytes."""

    id: int
    recorder: int
    file: str
    format: str
    size: int
    done: int
    found: int  # exchanges
    ended: float | None = None  # Unix time; None while it goes on, or when the recorder died
    damage: tuple[Damage, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What a recorder had to say: a failure of ours, or what it could not record. `at` is Unix time."""

    at: float
    kind: str  # "failure", "lost"
    text: str
    exchange: int | None = None
