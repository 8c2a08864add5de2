"""What the imitated model says in one response, before it has a wire form: the stories' vocabulary.

`responses.answer` and `chat.answer` turn the same `Reply` into the bytes of either API.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Compaction:
    """The history in one item, for a client that asked for that; `encrypted` stands for what was in it."""

    encrypted: str


Part = Reasoning | Text | Refusal | Call | Compaction


class Finish(StrEnum):
    """How the reply ends; the last three need or allow an `error`, and stop in the middle of a part."""

    DONE = "done"
    MAX_TOKENS = "max_output_tokens"  # the last part is cut: a call has half its arguments and no end
    CONTENT_FILTER = "content_filter"
    FAILED = "failed"  # response.failed; an error object in a chat stream
    ERROR = "error"  # an `error` event instead of a terminal one; in chat the same as FAILED
    SILENT = "silent"  # the stream just ends, without a terminal event

    @property
    def breaks_off(self) -> bool:
        """Whether the model stops in the middle, by no limit: its last message or call has no end."""
        return self in (Finish.FAILED, Finish.ERROR, Finish.SILENT)

    @property
    def cuts_calls(self) -> bool:
        """Whether a call that comes last is not whole."""
        return self is not Finish.DONE


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
