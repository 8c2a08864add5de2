"""A complete Response -> the chat completion that says the same, to show what the other API would have said.

Chat answers with one message, so what a Response says in several is put together: texts of parts follow each
other, texts of messages and of reasoning items stand a blank line apart, calls keep their order among
themselves. What a message cannot hold (hosted calls, encrypted reasoning) is named by `left_out`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspector.protocol.json_text import write
from inspector.protocol.to_chat.items import CALLS
from inspector.protocol.to_chat.tool_definitions import INPUT
from inspector.protocol.tools import ToolNames, ToolRef, call_ref
from inspector.protocol.usage import responses_to_chat

_APART = "\n\n"
_CUT_OFF = {"max_output_tokens": "length", "content_filter": "content_filter"}


def response_to_chat(response: Mapping[str, Any], *, tools: ToolNames | None = None) -> dict[str, Any]:
    """The `chat.completion` body that a Response amounts to; never raises, whatever it looks like.

    `tools` are the chat names of the request's tools (default: those that the Response itself lists).
    `finish_reason` is None while the Response is not over, and "error", beside an `error` object, when it
    failed.
    """
    message, logprobs = _message(response, tools if tools is not None else ToolNames.of_request(response))
    choice = {
        "index": 0,
        "message": message,
        "logprobs": {"content": logprobs, "refusal": None} if logprobs else None,
        "finish_reason": _finish_reason(response, "tool_calls" in message),
    }
    created = response.get("created_at")
    chat: dict[str, Any] = {
        "id": _text(response.get("id")),
        "object": "chat.completion",
        "created": int(created) if isinstance(created, (int, float)) and abs(created) < 2**53 else 0,
        "model": _text(response.get("model")),
        "choices": [choice],
    }
    if isinstance(tier := response.get("service_tier"), str):
        chat["service_tier"] = tier
    if (usage := responses_to_chat(response.get("usage"))) is not None:
        chat["usage"] = usage
    if isinstance(error := response.get("error"), Mapping):
        told = {"message": _text(error.get("message")), "type": None, "param": None, "code": None}
        chat["error"] = {**told, **error}
    return chat


def left_out(response: Mapping[str, Any]) -> list[str]:
    """What of a Response's output has no place in a chat completion, an item or part a sentence."""
    lost = []
    for n, item in _items(response):
        kind = item.get("type")
        if kind == "message":
            for part in _parts(item.get("content")):
                if part.get("type") not in ("output_text", "refusal"):
                    lost.append(f"Item {n} has content of type {part.get('type')!r}.")
        elif kind == "reasoning":
            if item.get("encrypted_content"):
                lost.append(f"Item {n} is reasoning with encrypted content, which only Responses carries.")
        elif call_ref(item) is None:
            lost.append(f"Item {n}, {kind!r}, has no form in Chat Completions.")
    return lost


def _message(response: Mapping[str, Any], tools: ToolNames) -> tuple[dict[str, Any], list[Any]]:
    """The one message, and the log probabilities of its text."""
    texts: list[str] = []
    refusals: list[str] = []
    thoughts: list[str] = []
    calls: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    logprobs: list[Any] = []
    names = _Names(tools)
    for _, item in _items(response):
        kind = item.get("type")
        if kind == "message":
            parts = _parts(item.get("content"))
            before = len(_APART.join([*texts, ""]))
            text = ""
            for part in parts:
                annotations += _citations(part.get("annotations"), before + len(text))
                if isinstance(read := part.get("logprobs"), list):
                    logprobs += read
                text += _text(part.get("text"))
            texts += [text] if text else []
            refusals += [said for part in parts if (said := _text(part.get("refusal")))]
        elif kind == "reasoning":
            thoughts += _texts(item.get("content")) or _texts(item.get("summary"))
        elif (ref := call_ref(item)) is not None:
            calls.append(_call(item, names.name(ref)))
    message: dict[str, Any] = {"role": "assistant", "content": _APART.join(texts) if texts else None}
    message["refusal"] = _APART.join(refusals) if refusals else None
    if thoughts:
        message["reasoning_content"] = _APART.join(thoughts)
    if calls:
        message["tool_calls"] = calls
    if annotations:
        message["annotations"] = annotations
    return message, logprobs


class _Names:
    """The way back of `ToolNames.restore`: a tool that was not offered was called by the name it has."""

    def __init__(self, tools: ToolNames) -> None:
        self._offered = {ref: name for name, ref in tools.items()}
        self._names = ToolNames(self._offered)

    def name(self, ref: ToolRef) -> str:
        """The tool's name in Chat."""
        if ref.kind == "function" and ref.namespace is None:
            return self._offered.get(ref, ref.name)
        return self._names.chat_name(ref)


def _call(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    wanted = item.get(CALLS[item["type"]])
    if item["type"] == "custom_tool_call":
        arguments = _json({INPUT: wanted if isinstance(wanted, str) else ""})
        if item.get("status") == "incomplete":
            arguments = arguments.removesuffix('"}')  # cut off, as it would have been in a chat stream
    else:
        arguments = wanted if isinstance(wanted, str) else "{}" if wanted is None else _json(wanted)
    call_id = _text(item.get("call_id")) or _text(item.get("id"))
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _finish_reason(response: Mapping[str, Any], called: bool) -> str | None:
    status = response.get("status")
    if status == "failed":
        return "error"
    if status == "incomplete":
        details = response.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, Mapping) else None
        return _CUT_OFF.get(_text(reason), "length")
    if status != "completed":
        return None
    return "tool_calls" if called else "stop"


def _citations(annotations: object, before: int) -> Iterator[dict[str, Any]]:
    """Chat's form of the links in a text that `before` characters precede."""
    for annotation in _parts(annotations):
        if annotation.get("type") != "url_citation":
            continue
        cited = {name: value for name, value in annotation.items() if name != "type"}
        for name in ("start_index", "end_index"):
            if type(at := cited.get(name)) is int:
                cited[name] = before + at
        yield {"type": "url_citation", "url_citation": cited}


def _items(response: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    output = response.get("output")
    for n, item in enumerate(output if isinstance(output, list) else ()):
        if isinstance(item, Mapping):
            yield n, item


def _parts(value: object) -> list[Mapping[str, Any]]:
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def _texts(parts: object) -> list[str]:
    return [text for part in _parts(parts) if (text := _text(part.get("text")))]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _json(value: object) -> str:
    try:
        return write(value)
    except ValueError:
        return ""
