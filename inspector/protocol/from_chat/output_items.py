"""The output items of text, message and reasoning: each writes its own events, from `added` to `done`.

response.output_item.added
  response.content_part.added            (reasoning: response.reasoning_summary_part.added)
    response.output_text.delta ...       (response.refusal.delta, response.reasoning_summary_text.delta)
    response.output_text.done
  response.content_part.done
response.output_item.done
"""

from __future__ import annotations

from io import StringIO
from typing import Any, Literal

from inspector.protocol.from_chat.stream_event import EventLog
from inspector.protocol.surrogates import SurrogateJoiner

# Texts grow in a StringIO, which is one buffer: a list of a million short pieces takes ten times their text.
Status = Literal["completed", "incomplete"]

_HUGE = 1e300  # JSON has no form for what is beyond all numbers


class MessageItem:
    """A message of the assistant: parts of text and of refusal, in the order in which they come."""

    def __init__(self, log: EventLog, output_index: int) -> None:
        self.body: dict[str, Any] = {
            "id": log.new_id("msg"),
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        self._log = log
        self._id = self.body["id"]
        self._index = output_index
        self._parts: list[dict[str, Any]] = []
        self._kind: str | None = None  # of the open part
        self._text = StringIO()  # of the open part
        self._logprobs: list[dict[str, Any]] = []  # of the open part
        self._joiner = SurrogateJoiner()
        log.emit({"type": "response.output_item.added", "output_index": output_index, "item": self.body})

    def write(self, text: str, logprobs: list[dict[str, Any]] | None = None) -> None:
        """Go on with the text."""
        if self._kind != "text":
            self._begin_part("text")
        self._delta(self._joiner.feed(text), logprobs or [])

    def write_refusal(
        self, text: str, logprobs: list[dict[str, Any]] | None = None, *, as_text: bool
    ) -> None:
        """Go on with the refusal; `as_text`: in a part that says it as text."""
        kind = "refusal as text" if as_text else "refusal"
        if self._kind != kind:
            self._begin_part(kind)
        self._delta(self._joiner.feed(text), logprobs or [])

    def close(self, status: Status) -> None:
        """End the open part and the item."""
        self._end_part()
        self.body = {**self.body, "status": status, "content": self._parts}
        self._log.emit({"type": "response.output_item.done", "output_index": self._index, "item": self.body})

    def leave_open(self) -> None:
        """Keep what there is, unfinished and without a word."""
        parts = self._parts if self._kind is None else [*self._parts, self._part(self._text.getvalue())]
        self.body = {**self.body, "status": "incomplete", "content": parts}

    def _begin_part(self, kind: str) -> None:
        self._end_part()
        self._kind = kind
        self._part_event("response.content_part.added", self._part(""))

    def _delta(self, text: str, logprobs: list[Any]) -> None:
        if not text:
            return
        self._text.write(text)
        event = {
            "type": "response.output_text.delta",
            "item_id": self._id,
            "output_index": self._index,
            "content_index": len(self._parts),
            "delta": text,
        }
        if self._kind == "refusal":
            event["type"] = "response.refusal.delta"
        else:
            self._logprobs += logprobs
            event["logprobs"] = [_event_logprob(entry) for entry in logprobs] if logprobs else []
        self._log.emit(event)

    def _end_part(self) -> None:
        if self._kind is None:
            return
        self._delta(self._joiner.close(), [])
        text = self._text.getvalue()
        event: dict[str, Any] = {
            "type": "response.output_text.done",
            "item_id": self._id,
            "output_index": self._index,
            "content_index": len(self._parts),
        }
        if self._kind == "refusal":
            event["type"] = "response.refusal.done"
            event["refusal"] = text
        else:
            event["text"] = text
            event["logprobs"] = [_event_logprob(entry) for entry in self._logprobs]
        self._log.emit(event)
        part = self._part(text)
        self._part_event("response.content_part.done", part)
        self._parts.append(part)
        self._kind, self._text, self._logprobs = None, StringIO(), []

    def _part(self, text: str) -> dict[str, Any]:
        if self._kind == "refusal":
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": list(self._logprobs)}

    def _part_event(self, kind: str, part: dict[str, Any]) -> None:
        place = {"item_id": self._id, "output_index": self._index, "content_index": len(self._parts)}
        self._log.emit({"type": kind, **place, "part": part})


class ReasoningItem:
    """What the model thought: the one part of a summary or, for clients that want it so, of raw content."""

    def __init__(self, log: EventLog, output_index: int, *, raw: bool) -> None:
        self.body: dict[str, Any] = {
            "id": log.new_id("rs"),
            "type": "reasoning",
            "status": "in_progress",
            "summary": [],
            "encrypted_content": None,
        }
        self._log = log
        self._place = {"item_id": self.body["id"], "output_index": output_index}
        self._place["content_index" if raw else "summary_index"] = 0
        self._events = "response.reasoning_text" if raw else "response.reasoning_summary_text"
        self._part_events = "response.content_part" if raw else "response.reasoning_summary_part"
        self._raw = raw
        self._text = StringIO()
        self._joiner = SurrogateJoiner()
        log.emit({"type": "response.output_item.added", "output_index": output_index, "item": self.body})
        log.emit({"type": f"{self._part_events}.added", **self._place, "part": self._part("")})

    def write(self, text: str) -> None:
        """Go on thinking."""
        self._delta(self._joiner.feed(text))

    def close(self, status: Status) -> None:
        """End the part and the item."""
        self._delta(self._joiner.close())
        text = self.text
        self._log.emit({"type": f"{self._events}.done", **self._place, "text": text})
        self._log.emit({"type": f"{self._part_events}.done", **self._place, "part": self._part(text)})
        self._end(status)
        index = self._place["output_index"]
        self._log.emit({"type": "response.output_item.done", "output_index": index, "item": self.body})

    def leave_open(self) -> None:
        """Keep what there is, unfinished and without a word."""
        self._end("incomplete")

    @property
    def text(self) -> str:
        """All of it so far."""
        return self._text.getvalue()

    def _end(self, status: Status) -> None:
        field = "content" if self._raw else "summary"
        self.body = {**self.body, "status": status, field: [self._part(self.text)]}

    def _delta(self, text: str) -> None:
        if text:
            self._text.write(text)
            self._log.emit({"type": f"{self._events}.delta", **self._place, "delta": text})

    def _part(self, text: str) -> dict[str, Any]:
        return {"type": "reasoning_text" if self._raw else "summary_text", "text": text}


def read_logprobs(value: object) -> list[dict[str, Any]]:
    """Chat's token log probabilities in the form of an output_text part, broken entries left out."""
    entries = value if isinstance(value, list) else []
    read = [_logprob(entry) for entry in entries]
    return [entry for entry in read if entry is not None]


def _logprob(value: object, *, nested: bool = False) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    token, logprob, raw = value.get("token"), value.get("logprob"), value.get("bytes")
    if not isinstance(token, str) or not isinstance(logprob, (int, float)) or not -_HUGE < logprob < _HUGE:
        return None
    if not isinstance(raw, list) or not all(isinstance(byte, int) for byte in raw):
        raw = list(token.encode("utf-8", "replace"))
    read = {"token": token, "logprob": logprob, "bytes": raw}
    if not nested:
        top = value.get("top_logprobs")
        below = [_logprob(entry, nested=True) for entry in (top if isinstance(top, list) else [])]
        read["top_logprobs"] = [entry for entry in below if entry is not None]
    return read


def _event_logprob(entry: dict[str, Any]) -> dict[str, Any]:
    """In text events the same without the tokens' bytes."""
    top = [{"token": one["token"], "logprob": one["logprob"]} for one in entry["top_logprobs"]]
    return {"token": entry["token"], "logprob": entry["logprob"], "top_logprobs": top}
