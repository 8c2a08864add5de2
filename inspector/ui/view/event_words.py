"""What an event says in a few words: its item, its delta, its error, its usage."""

from __future__ import annotations

from typing import Any, NamedTuple

from inspector.capture.events import DONE, TimedEvent
from inspector.protocol.usage import from_chat, from_responses
from inspector.ui.view import item_cards, message_cards
from inspector.ui.view.measures import tokens
from inspector.ui.view.pretty import compact


class Piece(NamedTuple):
    """What a chat chunk adds to: `about` is the same for chunks that belong together."""

    about: str
    words: str
    text: str


def piece_of(chunk: dict[str, Any]) -> Piece:
    """The piece of a chat chunk: reasoning, content, refusal, or one tool call; all empty for the others."""
    choices = chunk.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    delta = choice.get("delta")
    if not isinstance(delta, dict):
        return Piece("", "", "")
    for name, words in (
        ("reasoning_content", "reasoning"),
        ("reasoning", "reasoning"),
        ("content", "content"),
        ("refusal", "refusal"),
    ):
        text = delta.get(name)
        if isinstance(text, str) and text:
            return Piece(words, words, text)
    calls = delta.get("tool_calls")
    call = calls[0] if isinstance(calls, list) and calls and isinstance(calls[0], dict) else None
    if call is None:
        return Piece("", "", "")
    function = call.get("function")
    told = function if isinstance(function, dict) else {}
    called, arguments = told.get("name"), told.get("arguments")
    return Piece(
        f"call {compact(call.get('index'), 20)}",
        f"call {called}" if isinstance(called, str) else "call",
        arguments if isinstance(arguments, str) else "",
    )


def chunk_links(chunk: dict[str, Any]) -> frozenset[str]:
    """What the calls that a chat chunk begins have in common with their counterparts."""
    choices = chunk.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    found: frozenset[str] = frozenset()
    for call in message_cards.calls(choice.get("delta")):
        found |= message_cards.call_links(call)
    return found


def item_words(item: Any) -> str:
    """An output item in a word or two: `reasoning`, `message`, `call exec_command`."""
    if not isinstance(item, dict):
        return "item"
    kind = str(item.get("type", "item"))
    return f"call {item_cards.call_name(item)}" if kind in item_cards.CALLS else kind


def item_links(item: Any) -> frozenset[str]:
    """What the item has in common with its counterparts."""
    return item_cards.links(item) if isinstance(item, dict) else frozenset()


def error_words(data: dict[str, Any]) -> str:
    """The message of an error, wherever the event carries it."""
    response = data.get("response")
    for holder in (response, data):
        if not isinstance(holder, dict):
            continue
        error = holder.get("error")
        if isinstance(error, dict):
            parts = [str(error[name]) for name in ("code", "message") if error.get(name)]
            return ": ".join(parts) or compact(error)
        reason = holder.get("incomplete_details")
        if isinstance(reason, dict):
            return str(reason.get("reason", compact(reason)))
    parts = [str(data[name]) for name in ("code", "message") if data.get(name)]
    return ": ".join(parts)


def is_chunk(record: TimedEvent) -> bool:
    """Whether an event is a chunk of a Chat stream."""
    return "choices" in record.members


def kind_words(record: TimedEvent) -> str:
    """What to call an event; "" for what could not be read."""
    if is_chunk(record):
        return "chunk"
    if not record.dispatched and record.text:
        return ":"
    kind = record.type or ("error" if "error" in record.members else "")
    return kind.removeprefix("response.")


def is_unreadable(record: TimedEvent) -> bool:
    """Whether an event has data that is neither a JSON object nor the end of a Chat stream."""
    return record.dispatched and not isinstance(record.data, dict) and record.data != DONE


def detail(record: TimedEvent) -> str:
    """What else is worth a look in an event's row."""
    data = record.members
    if not data:
        return record.text if record.text != DONE else ""
    for name in ("delta", "text", "arguments", "input", "refusal"):
        if isinstance(data.get(name), str) and data[name]:
            return f"{data[name]!s}"
    if is_chunk(record):
        return chunk_words(data)
    response = data.get("response")
    if isinstance(response, dict):
        used = usage_words(response.get("usage"))
        return used or str(response.get("model", ""))
    if "item" in data:
        return item_words(data["item"])
    return ""


def chunk_words(data: dict[str, Any]) -> str:
    """A chat chunk that adds no text: its finish, its usage, its filter results."""
    choices = data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    words = [f"finish {choice['finish_reason']}"] if choice.get("finish_reason") else []
    if used := usage_words(data.get("usage")):
        words.append(used)
    if data.get("prompt_filter_results"):
        words.append("prompt filter results")
    return "  ".join(words) or piece_of(data).text or compact(choice.get("delta", ""), 80)


def usage_words(usage: Any) -> str:
    """`12.0k → 310 tokens`, of either API's usage object."""
    used = from_responses(usage)
    if used is None or used.input_tokens is None:
        used = from_chat(usage) or used
    if used is None or used.input_tokens is None or used.output_tokens is None:
        return ""
    return f"{tokens(used.input_tokens)} → {tokens(used.output_tokens)} tokens"
