"""A reply as the Responses API puts it on the wire: its events in order, or one JSON body.

Order: created, in_progress; for each item its `added`, its parts and deltas, their `done`s, its `done`; one
terminal event. Every event carries the fields that the `openai` package's types require. Where a reply is cut
by a limit, a message ends as incomplete, and a call gets no `output_item.done` at all. Where it breaks off,
the last item, whichever it is, gets none.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

from inspector.protocol import sse
from inspector.simulator import azure
from inspector.simulator.ids import Ids
from inspector.simulator.pace import AT_ONCE, Pace, deltas
from inspector.simulator.reply import (
    Call,
    Compaction,
    Finish,
    Part,
    Reasoning,
    Refusal,
    Reply,
    Text,
    Tokens,
)
from inspector.simulator.script import Answer, Head, Send, Step, Wait, whole_json

Json = dict[str, Any]

_ECHOED = (
    "background", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls",
    "previous_response_id", "prompt_cache_key", "reasoning", "safety_identifier", "service_tier", "store",
    "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
)  # fmt: skip
_DEFAULTS: Json = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "default",
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


def answer(
    reply: Reply,
    request: Mapping[str, Any] | None = None,
    *,
    pace: Pace = AT_ONCE,
    seed: bytes = b"",
    created_at: int | None = None,
) -> Answer:
    """The answer to a Responses request: a stream where it asks for one (or none is given), else one body.

    The same `seed` and `created_at` give the same bytes.
    """
    request = {"stream": True} if request is None else request
    ids = Ids(seed)
    around = azure.headers(ids, deployment=_text(request.get("model")))
    all_events = events(reply, request, seed=seed, created_at=created_at)
    if not request.get("stream"):
        return _body(reply, all_events, around, pace)
    return Answer(200, (azure.EVENT_STREAM, *around), stream(all_events, pace))


def stream(all_events: list[Json], pace: Pace = AT_ONCE) -> tuple[Step, ...]:
    """One `Send` an event, with the waits between that the pace asks for."""
    steps: list[Step] = [Wait(pace.head), Head(), Wait(pace.first)] if pace != AT_ONCE else []
    for event in all_events:
        if steps and pace.event and event["type"].endswith(".delta"):
            steps.append(Wait(pace.event))
        steps.append(Send(encode(event)))
    return tuple(steps)


def encode(event: Mapping[str, Any]) -> bytes:
    """An event as its Server-Sent-Event bytes."""
    return sse.encode(json.dumps(event, ensure_ascii=False, separators=(",", ":")), event=event["type"])


def events(
    reply: Reply, request: Mapping[str, Any], *, seed: bytes = b"", created_at: int | None = None
) -> list[Json]:
    """The reply's events, numbered."""
    return _Builder(request, Ids(seed), int(time.time()) if created_at is None else created_at).build(reply)


def _body(reply: Reply, all_events: list[Json], around: tuple[tuple[str, str], ...], pace: Pace) -> Answer:
    if reply.finish.breaks_off:
        return azure.error(500, reply.failure.code, reply.failure.message, kind="server_error")
    body = all_events[-1]["response"]
    done = whole_json(body, headers=(*around, *azure.usage_header(body)))
    generation = pace.head + pace.first + pace.event * len(all_events)
    return Answer(done.status, done.headers, (Wait(generation), *done.steps) if generation else done.steps)


class _Builder:
    def __init__(self, request: Mapping[str, Any], ids: Ids, created_at: int) -> None:
        self._ids = ids
        self._events: list[Json] = []
        self._output: list[Json] = []
        self._encrypted = "reasoning.encrypted_content" in (request.get("include") or ())
        self._response: Json = {
            "id": ids.new("resp_"),
            "object": "response",
            "created_at": created_at,
            "status": "in_progress",
            "completed_at": None,
            "error": None,
            "incomplete_details": None,
            "model": _text(request.get("model")) or "gpt-5.5",
            "output": [],
            "usage": None,
            "content_filters": None,
            **{key: _DEFAULTS[key] if request.get(key) is None else request[key] for key in _ECHOED},
        }

    def build(self, reply: Reply) -> list[Json]:
        self._emit("response.created", response=dict(self._response))
        self._emit("response.in_progress", response=dict(self._response))
        for index, part in enumerate(reply.parts):
            self._item(part, index, reply.finish if index == len(reply.parts) - 1 else Finish.DONE)
        self._end(reply)
        return self._events

    def _emit(self, type_: str, **fields: Any) -> None:
        self._events.append({"type": type_, "sequence_number": len(self._events), **fields})

    def _item(self, part: Part, index: int, finish: Finish) -> None:
        match part:
            case Reasoning():
                self._reasoning(part, index)
            case Text() | Refusal():
                self._message(part, index, finish)
            case Call():
                self._call(part, index, cut=finish.cuts_calls)
            case Compaction(encrypted):
                item = {"id": self._ids.new("cmp_"), "type": "compaction", "encrypted_content": encrypted}
                self._emit("response.output_item.added", output_index=index, item=item)
                self._done(item, index)

    def _reasoning(self, part: Reasoning, index: int) -> None:
        item: Json = {"id": self._ids.new("rs_"), "type": "reasoning", "summary": []}
        hidden = part.encrypted or sealed(self._ids)
        encrypted = {"encrypted_content": hidden} if self._encrypted else {}
        self._emit("response.output_item.added", output_index=index, item={**item, **encrypted})
        if part.summary:
            at = {"item_id": item["id"], "output_index": index, "summary_index": 0}
            empty = {"type": "summary_text", "text": ""}
            self._emit("response.reasoning_summary_part.added", **at, part=empty)
            for delta in deltas(part.summary):
                self._emit("response.reasoning_summary_text.delta", **at, delta=delta)
            self._emit("response.reasoning_summary_text.done", **at, text=part.summary)
            summary = {"type": "summary_text", "text": part.summary}
            self._emit("response.reasoning_summary_part.done", **at, part=summary)
            item["summary"] = [summary]
        self._done({**item, **encrypted}, index)

    def _message(self, part: Text | Refusal, index: int, finish: Finish) -> None:
        item: Json = {
            "id": self._ids.new("msg_"),
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        self._emit("response.output_item.added", output_index=index, item=item)
        at: Json = {"item_id": item["id"], "output_index": index, "content_index": 0}
        kind, key = ("output_text", "text") if isinstance(part, Text) else ("refusal", "refusal")
        extra: Json = {"logprobs": []} if isinstance(part, Text) else {}
        whole: Json = {"type": kind, key: part.text, **extra}
        if isinstance(part, Text):
            whole["annotations"] = []
        self._emit("response.content_part.added", **at, part={**whole, key: ""})
        for delta in deltas(part.text, cut=finish.breaks_off):
            self._emit(f"response.{kind}.delta", **at, delta=delta, **extra)
        if finish.breaks_off:
            return
        self._emit(f"response.{kind}.done", **at, **{key: part.text}, **extra)
        self._emit("response.content_part.done", **at, part=whole)
        status = "completed" if finish is Finish.DONE else "incomplete"
        self._done({**item, "status": status, "content": [whole]}, index)

    def _call(self, part: Call, index: int, *, cut: bool) -> None:
        call_id = part.id or self._ids.new("call_", 24)
        if part.kind == "tool_search":
            arguments = json.loads(part.payload)
            search: Json = {"id": self._ids.new("tsc_"), "type": "tool_search_call", "execution": "client"}
            search |= {"call_id": call_id, "status": "in_progress", "arguments": {}}
            self._emit("response.output_item.added", output_index=index, item=search)
            if cut:
                return
            self._done({**search, "status": "completed", "arguments": arguments}, index)
            return
        custom = part.kind == "custom"
        field, event = (
            ("input", "custom_tool_call_input") if custom else ("arguments", "function_call_arguments")
        )
        item: Json = {
            "id": self._ids.new("ctc_" if custom else "fc_"),
            "type": "custom_tool_call" if custom else "function_call",
            "status": "in_progress",
            "call_id": call_id,
            "name": part.name,
            field: "",
        }
        if part.namespace is not None:
            item["namespace"] = part.namespace
        self._emit("response.output_item.added", output_index=index, item=item)
        at: Json = {"item_id": item["id"], "output_index": index}
        for delta in deltas(part.payload, code=True, cut=cut):
            self._emit(f"response.{event}.delta", **at, delta=delta)
        if cut:
            return
        named = {} if custom else {"name": part.name}
        self._emit(f"response.{event}.done", **at, **named, **{field: part.payload})
        self._done({**item, "status": "completed", field: part.payload}, index)

    def _done(self, item: Json, index: int) -> None:
        self._emit("response.output_item.done", output_index=index, item=item)
        self._output.append(item)

    def _end(self, reply: Reply) -> None:
        end = {**self._response, "output": self._output, "usage": _usage(reply.tokens)}
        match reply.finish:
            case Finish.DONE:
                now = self._response["created_at"]
                self._emit("response.completed", response={**end, "status": "completed", "completed_at": now})
            case Finish.MAX_TOKENS | Finish.CONTENT_FILTER:
                end |= {"status": "incomplete", "incomplete_details": {"reason": str(reply.finish)}}
                if reply.finish is Finish.CONTENT_FILTER:
                    verdict = azure.filter_results(filtered="violence")
                    blocked = {
                        "blocked": True,
                        "source_type": "completion",
                        "content_filter_results": verdict,
                    }
                    end["content_filters"] = [blocked]
                self._emit("response.incomplete", response=end)
            case Finish.FAILED:
                error = {"code": reply.failure.code, "message": reply.failure.message}
                self._emit("response.failed", response={**end, "status": "failed", "error": error})
            case Finish.ERROR:
                self._emit("error", code=reply.failure.code, message=reply.failure.message, param=None)
            case Finish.SILENT:
                pass


def _usage(tokens: Tokens | None) -> Json | None:
    if tokens is None:
        return None
    return {
        "input_tokens": tokens.input,
        "input_tokens_details": {
            "cached_tokens": tokens.cached,
            "cache_write_tokens": tokens.cache_write,
        },
        "output_tokens": tokens.output,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
        "total_tokens": tokens.input + tokens.output,
    }


def sealed(ids: Ids) -> str:
    """Something of the size and alphabet of encrypted reasoning, and nothing in it."""
    return "gAAAAAB" + base64.urlsafe_b64encode(bytes.fromhex(ids.hex(128) + ids.hex(128))).decode()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else None
