"""A reply as Azure's Chat Completions API puts it on the wire: its chunks, or one JSON body.

Azure's habits: the first chunk has no choices and carries `prompt_filter_results`; content deltas carry
`content_filter_results`; with `stream_options.include_usage` every chunk has `usage: null`, and one more with
the counts and no choices comes before `[DONE]`.
"""

from __future__ import annotations

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
    Reasoning,
    Refusal,
    Reply,
    Text,
    Tokens,
)
from inspector.simulator.script import Answer, Head, Send, Step, Wait, whole_json

Json = dict[str, Any]

DONE = sse.encode("[DONE]")


def answer(
    reply: Reply,
    request: Mapping[str, Any] | None = None,
    *,
    pace: Pace = AT_ONCE,
    seed: bytes = b"",
    created_at: int | None = None,
    show_reasoning: bool = False,
) -> Answer:
    """The answer to a Chat request: a stream where it asks for one (or none is given), else one body.

    `show_reasoning` puts reasoning into `reasoning_content`, as some models of Azure's catalogue do.
    The same `seed` and `created_at` give the same bytes.
    """
    request = {"stream": True, "stream_options": {"include_usage": True}} if request is None else request
    ids = Ids(seed)
    model = request.get("model")
    around = azure.headers(ids, deployment=model if isinstance(model, str) and model.isascii() else None)
    when = int(time.time()) if created_at is None else created_at
    if not request.get("stream"):
        return _body(reply, request, ids, when, around, pace, show_reasoning)
    all_chunks = chunks(reply, request, seed=seed, created_at=when, show_reasoning=show_reasoning)
    ended = () if reply.finish.breaks_off else (Send(DONE),)
    return Answer(200, (azure.EVENT_STREAM, *around), (*stream(all_chunks, pace), *ended))


def stream(all_chunks: list[Json], pace: Pace = AT_ONCE) -> tuple[Step, ...]:
    """One `Send` a chunk object, with the waits between that the pace asks for."""
    steps: list[Step] = [Wait(pace.head), Head(), Wait(pace.first)] if pace != AT_ONCE else []
    for chunk in all_chunks:
        if steps and pace.event and chunk.get("choices"):
            steps.append(Wait(pace.event))
        steps.append(Send(encode(chunk)))
    return tuple(steps)


def encode(chunk: Mapping[str, Any]) -> bytes:
    """A chunk object as its Server-Sent-Event bytes."""
    return sse.encode(json.dumps(chunk, ensure_ascii=False, separators=(",", ":")))


def chunks(
    reply: Reply,
    request: Mapping[str, Any],
    *,
    seed: bytes = b"",
    created_at: int = 0,
    show_reasoning: bool = False,
) -> list[Json]:
    """The reply's chunk objects, without the final `[DONE]`."""
    ids = Ids(seed)
    usage_asked = bool((request.get("stream_options") or {}).get("include_usage"))
    frame: Json = {"id": ids.new("chatcmpl-", 29), "object": "chat.completion.chunk", "created": created_at}
    frame |= {"model": _model(request), "system_fingerprint": f"fp_{ids.hex(10)}"}
    if usage_asked:
        frame["usage"] = None
    verdict = {"prompt_index": 0, "content_filter_results": azure.filter_results(prompt=True)}
    nothing: Json = {"id": "", "object": "", "created": 0, "model": "", "choices": []}
    made: list[Json] = [{**nothing, "prompt_filter_results": [verdict]}]

    def emit(delta: Json, *, finish: str | None = None, verdict: Json | None = None) -> None:
        choice: Json = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        made.append({**frame, "choices": [{**choice, "content_filter_results": verdict or {}}]})

    emit({"role": "assistant", "content": "", "refusal": None})
    call_index = 0
    for index, part in enumerate(reply.parts):
        finish = reply.finish if index == len(reply.parts) - 1 else Finish.DONE
        match part:
            case Reasoning(summary):
                for piece in deltas(summary) if show_reasoning else ():
                    emit({"reasoning_content": piece})
            case Text(text):
                for piece in deltas(text, cut=finish.breaks_off):
                    emit({"content": piece}, verdict=azure.filter_results())
            case Refusal(text):
                for piece in deltas(text, cut=finish.breaks_off):
                    emit({"refusal": piece})
            case Call():
                head = {"index": call_index, "id": part.id or ids.new("call_", 24), "type": "function"}
                emit({"tool_calls": [{**head, "function": {"name": _name(part), "arguments": ""}}]})
                for piece in deltas(_arguments(part), code=True, cut=finish.cuts_calls):
                    emit({"tool_calls": [{"index": call_index, "function": {"arguments": piece}}]})
                call_index += 1
            case Compaction():
                pass  # Chat has nothing of the kind
    if reply.finish in (Finish.FAILED, Finish.ERROR):
        error = {"message": reply.failure.message, "type": "server_error", "param": None}
        made.append({"error": {**error, "code": reply.failure.code}})
    elif reply.finish is not Finish.SILENT:
        filtered = reply.finish is Finish.CONTENT_FILTER
        emit(
            {}, finish=_reason(reply), verdict=azure.filter_results(filtered="violence") if filtered else None
        )
        if usage_asked and reply.tokens is not None:
            made.append({**frame, "choices": [], "usage": _usage(reply.tokens)})
    return made


def _body(
    reply: Reply,
    request: Mapping[str, Any],
    ids: Ids,
    created_at: int,
    around: tuple[tuple[str, str], ...],
    pace: Pace,
    show_reasoning: bool,
) -> Answer:
    if reply.finish.breaks_off:
        return azure.error(500, reply.failure.code, reply.failure.message, kind="server_error")
    texts = [part.text for part in reply.parts if isinstance(part, Text)]
    refusals = [part.text for part in reply.parts if isinstance(part, Refusal)]
    calls: list[Json] = [
        {
            "id": part.id or ids.new("call_", 24),
            "type": "function",
            "function": {"name": _name(part), "arguments": _arguments(part)},
        }
        for part in reply.parts
        if isinstance(part, Call)
    ]
    if reply.finish.cuts_calls and reply.parts and isinstance(reply.parts[-1], Call):
        calls[-1]["function"]["arguments"] = "".join(deltas(_arguments(reply.parts[-1]), code=True, cut=True))
    message: Json = {"role": "assistant", "content": "".join(texts) if texts else None, "annotations": []}
    message["refusal"] = "".join(refusals) if refusals else None
    if calls:
        message["tool_calls"] = calls
    if show_reasoning:
        thoughts = [part.summary for part in reply.parts if isinstance(part, Reasoning)]
        message["reasoning_content"] = "".join(thoughts)
    filtered = "violence" if reply.finish is Finish.CONTENT_FILTER else None
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _reason(reply)}
    verdict = {"prompt_index": 0, "content_filter_results": azure.filter_results(prompt=True)}
    body: Json = {
        "id": ids.new("chatcmpl-", 29),
        "object": "chat.completion",
        "created": created_at,
        "model": _model(request),
        "choices": [{**choice, "content_filter_results": azure.filter_results(filtered=filtered)}],
        "prompt_filter_results": [verdict],
        "system_fingerprint": f"fp_{ids.hex(10)}",
    }
    if reply.tokens is not None:
        body["usage"] = _usage(reply.tokens)
    done = whole_json(body, headers=(*around, *azure.usage_header(body)))
    generation = pace.head + pace.first
    return Answer(done.status, done.headers, (Wait(generation), *done.steps) if generation else done.steps)


def _reason(reply: Reply) -> str:
    if reply.finish is Finish.MAX_TOKENS:
        return "length"
    if reply.finish is Finish.CONTENT_FILTER:
        return "content_filter"
    return "tool_calls" if any(isinstance(part, Call) for part in reply.parts) else "stop"


def _name(call: Call) -> str:
    return call.name if call.namespace is None else f"{call.namespace}__{call.name}"


def _arguments(call: Call) -> str:
    """Chat knows functions only: free text travels as the string property `input`."""
    return json.dumps({"input": call.payload}, ensure_ascii=False) if call.kind == "custom" else call.payload


def _model(request: Mapping[str, Any]) -> str:
    model = request.get("model")
    return model if isinstance(model, str) else "gpt-5.5"


def _usage(tokens: Tokens) -> Json:
    return {
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": tokens.cached},
        "completion_tokens_details": {
            "accepted_prediction_tokens": 0,
            "audio_tokens": 0,
            "reasoning_tokens": tokens.reasoning,
            "rejected_prediction_tokens": 0,
        },
    }
