"""Chat chunks -> Responses events: one state machine, fed bytes, giving events.

The stream as a whole is in one of four states:

    state      input                                  next       events
    WAITING    a chunk                                OPEN       response.created, response.in_progress
    WAITING    an answer of the Responses API         FINISHED   created, in_progress, response.failed
    WAITING    [DONE], or the end of the bytes        FINISHED   created, in_progress, response.failed
    OPEN       text, refusal, reasoning, tool calls   OPEN       those of output's items
    OPEN       finish_reason                          FINISHING  the `done`s of the open items
    OPEN       finish_reason "error"                  FINISHED   response.failed
    OPEN       [DONE], or the end of the bytes        FINISHED   response.failed: nothing says it was whole
    FINISHING  text, refusal, reasoning, tool calls   FINISHING  those of further items; closed ones stay so
    FINISHING  finish_reason "content_filter"         FINISHING  none: the response will be incomplete
    FINISHING  another finish_reason                  FINISHING  none: the first counts
    FINISHING  usage, with the finish or later        FINISHED   response.completed / response.incomplete
    FINISHING  [DONE], or the end of the bytes        FINISHED   the same, with the usage so far, or none
    not yet    an error object                        FINISHED   (created, in_progress,) response.failed
    FINISHED
    FINISHED   anything                               FINISHED   none

In every state but FINISHED: what has no meaning there (keep-alives, other choices, chunks without a choice,
data that is not JSON) gives no events; only the first chunk of all gives those that begin the response.

Rules that the table does not show:

- Which item a piece goes to, and how each kind of ending closes items: see output, tool_fragments and
  call_items. In short: a truncated tool call never gets its `done`.
- The terminal event waits for the usage, which has its own chunk after the finish, and for nothing else.
  The client's response ends as soon as `finished` is set, even if upstream stays open. Servers that have no
  usage to tell and do not end either are not waited for: whoever owns the connection sees `finishing`, and
  closes after a while.
- What is left out, repaired or guessed is told in `notes`; nothing raises, whatever the bytes are.
- The events depend on the bytes, not on how they were cut: only `StreamEvent.chunk` tells the cuts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal

from inspector.protocol.from_chat.content_filters import ContentFilters
from inspector.protocol.from_chat.delta import pieces_of
from inspector.protocol.from_chat.output import Output
from inspector.protocol.from_chat.output_items import read_logprobs
from inspector.protocol.from_chat.reader import ChatReader
from inspector.protocol.from_chat.response_body import new_response
from inspector.protocol.from_chat.stream_event import EventLog, StreamEvent
from inspector.protocol.from_chat.stream_event import new_id as random_id
from inspector.protocol.tools import ToolNames
from inspector.protocol.upstream_error import failure_of, read_error
from inspector.protocol.usage import chat_to_responses

__all__ = ["Note", "StreamEvent", "StreamFailure", "StreamTranslator"]


@dataclass(frozen=True, slots=True)
class StreamFailure:
    """Why a stream ended badly, in the words of a Response's `error`: what `response.failed` will say."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the events do not show: something left out, repaired or guessed, and where it first happened."""

    chunk: int
    offset: int
    text: str


class _State(Enum):
    WAITING = auto()
    OPEN = auto()
    FINISHING = auto()
    FINISHED = auto()


# finish_reason -> the reason of `incomplete_details`, None where the response is complete.
_FINISHES: dict[str, str | None] = {
    "stop": None,
    "tool_calls": None,
    "function_call": None,
    "length": "max_output_tokens",
    "max_tokens": "max_output_tokens",
    "content_filter": "content_filter",
}


_NOT_CHAT = (
    "The upstream answers as the Responses API does, not as Chat Completions: is its URL a chat endpoint's?"
)
_MOST_NOTES = 50  # a stream that is wrong in more ways than that needs no more of them


class StreamTranslator:
    """The chat stream of one response, translated as it arrives.

    `request` is the Responses request that is answered (echoed in the Response), `tools` the names given to
    its tools, `model` what the Response calls its model ("": what the chunks say). `codex_client`: a refusal
    is told as text. `profile` "dual" adds the events of clients that were written to other names;
    `raw_reasoning` tells reasoning as `reasoning_text` instead of a summary. `now` gives Unix seconds,
    `new_id(prefix)` an id.
    """

    def __init__(
        self,
        *,
        request: Mapping[str, Any],
        tools: ToolNames,
        model: str,
        codex_client: bool = False,
        profile: Literal["official", "dual"] = "official",
        raw_reasoning: bool = False,
        now: Callable[[], float] = time.time,
        new_id: Callable[[str], str] = random_id,
    ) -> None:
        self.notes: list[Note] = []
        self._request = request
        self._model = model
        self._codex_client = codex_client
        self._now = now
        self._reader = ChatReader()
        self._log = EventLog(new_id, dual=profile == "dual")
        self._output = Output(self._log, tools, codex_client=codex_client, raw_reasoning=raw_reasoning)
        self._state = _State.WAITING
        self._response: dict[str, Any] = {}  # as it began
        self._reason: Any = None  # the finish_reason, once there is one
        self._incomplete: str | None = None  # what it means for a Response
        self._usage: dict[str, Any] | None = None
        self._service_tier: str | None = None
        self._filters = ContentFilters()

    @property
    def finished(self) -> bool:
        """Whether the terminal event has been given: the response can end right after it."""
        return self._state is _State.FINISHED

    @property
    def finishing(self) -> bool:
        """Whether only the terminal event is due: it waits for the usage, or for `close`."""
        return self._state is _State.FINISHING

    def feed(self, data: bytes) -> list[StreamEvent]:
        """The events that these bytes of the chat stream amount to; never raises, whatever they are."""
        self._log.chunk += 1
        if self.finished:
            return []
        for kind, value, name, offset in self._reader.feed(data):
            self._log.offset = offset
            self._take(kind, value, name)
        return self._log.take()

    def feed_completion(self, completion: Mapping[str, Any]) -> list[StreamEvent]:
        """All the events, to the terminal one, that a complete chat completion amounts to."""
        self._log.chunk += 1
        self._take("value", dict(completion), "")
        if self._state is _State.OPEN:
            choices = completion.get("choices")
            if isinstance(choices, list) and any(isinstance(choice, dict) for choice in choices):
                self._finish("stop")  # a body that is all there needs no finish_reason to say so
            else:
                self._fail(StreamFailure("server_error", "The upstream's answer is no chat completion."))
        return self._log.take() + self.close()

    def close(self, error: StreamFailure | None = None) -> list[StreamEvent]:
        """The chat stream is over, because of `error` if any: the terminal event, if it is still due."""
        self._log.chunk = max(self._log.chunk, 0)
        if self.finished:
            return []
        for kind, value, name, offset in self._reader.close():
            self._log.offset = offset
            self._take(kind, value, name)
        self._log.offset = self._reader.length
        if self._state is _State.FINISHING:
            self._end()
        elif not self.finished:
            self._fail(error or StreamFailure("server_error", self._what_is_missing()))
        return self._log.take()

    def _take(self, kind: str, value: Any, name: str) -> None:
        if self.finished:
            return
        if kind == "note":
            self._note(value)
        elif kind == "end":
            if self._state is _State.FINISHING:
                self._end()
            else:
                self._fail(
                    StreamFailure("server_error", "The upstream's answer ended without a finish_reason.")
                )
        elif isinstance(value, dict):
            self._take_chunk(value, name)
        else:
            self._note("an event whose data is no JSON object was left out")

    def _take_chunk(self, chunk: dict[str, Any], name: str) -> None:
        choices = chunk.get("choices")
        if (not isinstance(choices, list) or chunk.get("error")) and (error := read_error(chunk, named=name)):
            self._fail(StreamFailure(*failure_of(error)))
            return
        if self._state is _State.WAITING:
            if not isinstance(choices, list) and _is_of_responses(chunk):
                self._fail(StreamFailure("server_error", _NOT_CHAT))
                return
            self._begin(chunk)
        if isinstance(choices, list):
            for choice in choices:
                if isinstance(choice, dict):
                    self._take_choice(choice)
        elif "usage" not in chunk:
            self._note("an event that is neither a chunk nor an error was left out")
        if isinstance(tier := chunk.get("service_tier"), str):
            self._service_tier = tier
        if filters := chunk.get("prompt_filter_results"):
            self._take_filters("prompt", filters)
        if (used := chunk.get("usage")) is not None and (used := chat_to_responses(used)) is not None:
            self._usage = used
            # Some servers send running totals with every chunk: the last come with or after the finish.
            if self._state is _State.FINISHING:
                self._end()

    def _take_choice(self, choice: dict[str, Any]) -> None:
        if choice.get("index") not in (0, None, "0"):
            self._note("choices other than the first were left out: a Response has one")
            return
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = choice.get("message")  # of a complete body
        if isinstance(delta, dict):
            logprobs = choice.get("logprobs")
            self._take_delta(delta, logprobs if isinstance(logprobs, dict) else {})
        elif choice.get("text"):
            self._note("a choice of the older completions API was left out: is the URL a chat endpoint's?")
        if filters := choice.get("content_filter_results"):
            self._take_filters("completion", filters)
        if reason := choice.get("finish_reason"):
            if self._state is _State.OPEN:
                self._finish(reason)
            elif self._state is _State.FINISHING and reason != self._reason:
                self._finish_again(reason)

    def _take_delta(self, delta: dict[str, Any], logprobs: dict[str, Any]) -> None:
        if len(delta) == 1 and isinstance(text := delta.get("content"), str):
            if text:  # nearly every chunk; pieces_of comes to the same
                self._output.write_text(
                    text, read_logprobs(logprobs["content"]) if "content" in logprobs else None
                )
            return
        for kind, value in pieces_of(delta):
            if kind == "text":
                self._output.write_text(value, read_logprobs(logprobs.get("content")))
            elif kind == "reasoning":
                self._output.write_reasoning(value)
            elif kind == "refusal":
                self._output.write_refusal(value, read_logprobs(logprobs.get("refusal")))
                if self._codex_client:
                    self._note("a refusal is told as text: Codex drops refusal parts")
            elif kind == "other":
                self._note(value)
            elif not (
                self._output.write_call(value) if kind == "call" else self._output.write_legacy_call(*value)
            ):
                self._note("arguments that came after their tool call was over were left out")

    def _take_filters(self, source: Literal["prompt", "completion"], results: object) -> None:
        if not self._filters.take(source, results):
            self._note("content filter results that cannot be sent on were left out")

    def _begin(self, chunk: dict[str, Any]) -> None:
        self._state = _State.OPEN
        model, created = chunk.get("model"), chunk.get("created")
        self._response = new_response(
            self._request,
            response_id=self._log.new_id("resp"),
            model=self._model or (model if isinstance(model, str) else ""),
            created_at=created if type(created) is int and 0 < created < 2**53 else int(self._now()),
        )
        self._log.emit({"type": "response.created", "response": self._response})
        self._log.emit({"type": "response.in_progress", "response": self._response})

    def _finish(self, reason: Any) -> None:
        if reason == "error":
            self._fail(StreamFailure("server_error", "The upstream gave 'error' as its finish_reason."))
            return
        self._state = _State.FINISHING
        self._reason = reason
        if isinstance(reason, str) and reason in _FINISHES:
            self._incomplete = _FINISHES[reason]
        else:
            self._note(f"finish_reason {reason!r} is unknown, taken for stop")
        self._output.close("incomplete" if self._incomplete else "completed")

    def _finish_again(self, reason: Any) -> None:
        if reason != "content_filter":
            self._note("a second finish_reason was left out: it contradicts the first")
            return
        # A filter that runs beside the stream may be done only after the model is.
        self._reason, self._incomplete = reason, _FINISHES[reason]
        self._note("the content filter spoke after the finish: the items that were done by then stay so")

    def _end(self) -> None:
        self._output.close("incomplete" if self._incomplete else "completed")  # what came after the finish
        if self._incomplete:
            details = {"reason": self._incomplete}
            self._terminate("response.incomplete", {"status": "incomplete", "incomplete_details": details})
        else:
            done = {"status": "completed", "completed_at": int(self._now())}
            self._terminate("response.completed", done)

    def _fail(self, failure: StreamFailure) -> None:
        if self._state is _State.WAITING:
            self._begin({})
        self._output.close("failed")
        error = {"code": failure.code, "message": failure.message}
        self._log.emit_dual({"type": "response.error", "response_id": self._response["id"], "error": error})
        self._terminate("response.failed", {"status": "failed", "error": error})

    def _terminate(self, kind: str, fields: dict[str, Any]) -> None:
        response = {**self._response, **fields, "output": self._output.bodies, "usage": self._usage}
        if self._service_tier is not None:
            response["service_tier"] = self._service_tier
        if filters := self._filters.listed:
            response["content_filters"] = filters
        if thoughts := self._output.thoughts:
            summary = [{"type": "summary_text", "text": thoughts}]
            self._log.emit_dual(
                {"type": "response.summary", "response_id": response["id"], "summary": summary}
            )
        self._log.emit({"type": kind, "response": response})
        self._log.emit_dual({"type": "response.done", "response": response})
        self._state = _State.FINISHED

    def _what_is_missing(self) -> str:
        if self._reader.length == 0:
            return "The upstream's answer was empty."
        if self._state is _State.WAITING:
            return f"The upstream's answer was no stream of chat chunks. It begins: {self._reader.beginning}"
        return "The upstream's answer stopped before its finish_reason."

    def _note(self, text: str) -> None:
        if len(self.notes) < _MOST_NOTES and all(note.text != text for note in self.notes):
            self.notes.append(Note(self._log.chunk, self._log.offset, text))


def _is_of_responses(chunk: dict[str, Any]) -> bool:
    """Whether it is an event of the Responses API, or a Response."""
    kind = chunk.get("type")
    return (isinstance(kind, str) and kind.startswith("response.")) or chunk.get("object") == "response"
