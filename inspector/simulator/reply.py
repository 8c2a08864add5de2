"""What the imitated model says in one response, before it has a wire form: the stories' vocabulary.

`responses.answer` and `chat.answer` turn the same `Reply` into the bytes of either API.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A reasoning summary; `encrypted` travels in the item where the request includes it (None: made up)."""

    summary: str
    encrypted: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A message of the assistant."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that declines, in the part type of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: `payload` is the JSON text of a function's arguments, or a custom tool's free text."""

    name: str
    payload: str
    kind: Literal["function", "custom", "tool_search"] = "function"
    namespace: str | None = None
    id: str | None = None  # None: made up


Part = Reasoning | Text | Refusal | Call


class Finish(StrEnum):
    """How the reply ends; the last three need or allow an `error`."""

    DONE = "done"
    MAX_TOKENS = "max_output_tokens"  # the last part is cut: a call without its item's end
    CONTENT_FILTER = "content_filter"
    FAILED = "failed"  # response.failed; an error object in a chat stream
    ERROR = "error"  # an `error` event instead of a terminal one; in chat the same as FAILED
    SILENT = "silent"  # the stream just ends, without a terminal event


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token counts as the API reports them: `cached` is part of `input`, `reasoning` part of `output`."""

    input: int = 1200
    cached: int = 0
    output: int = 60
    reasoning: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """The error of a reply that fails."""

    code: str = "server_error"
    message: str = "The model produced an error while answering. Please try again."


@dataclass(frozen=True, slots=True)
class Reply:
    """One response of the model: its parts in order, how it ends, what it cost."""

    parts: tuple[Part, ...] = ()
    finish: Finish = Finish.DONE
    tokens: Tokens | None = field(default_factory=Tokens)  # None: no usage is reported
    failure: Failure = field(default_factory=Failure)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: before the head, from the head to the first event, between events. All zero: at once."""

    head: float = 0.0
    first: float = 0.0
    event: float = 0.0

    def at(self, speed: float) -> Pace:
        """This pace `speed` times as fast; 0 is as fast as possible."""
        return Pace(self.head / speed, self.first / speed, self.event / speed) if speed else AT_ONCE


AT_ONCE = Pace()
HUMAN = Pace(head=0.35, first=0.25, event=0.035)


class Ids:
    """Identifiers that look like Azure's and are the same for the same seed, so that runs can be compared."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._count = 0

    def hex(self, length: int) -> str:
        """The next `length` (up to 128) hexadecimal digits."""
        self._count += 1
        return hashlib.blake2b(self._seed + self._count.to_bytes(8, "big")).hexdigest()[:length]

    def new(self, prefix: str, length: int = 48) -> str:
        """`resp_` and the like, with digits behind."""
        return f"{prefix}{self.hex(length)}"

    def uuid(self) -> str:
        """The form of request ids."""
        digits = self.hex(32)
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_WORD = re.compile(r"\s*\S+|\s+$")
_TOKEN = re.compile(r"\s*\w{1,8}|\s*[^\w\s]{1,3}|\s+")


def deltas(text: str, *, code: bool = False) -> Iterator[str]:
    """The text in the pieces in which a model streams it: words, or smaller for arguments and patches."""
    return (match[0] for match in (_TOKEN if code else _WORD).finditer(text))
