"""A create request of either API as a story sees it: who asks, what was said, which tools, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspector.simulator import chat, compaction, responses
from inspector.simulator.offered import Tool
from inspector.simulator.pace import AT_ONCE, Pace
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
from inspector.simulator.script import Answer, Received


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked, and the means to answer in the asker's API."""

    received: Received = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    is_chat: bool
    session: str
    prompts: tuple[str, ...]  # what the person said, without the context that Codex adds
    outputs: tuple[str, ...]  # tool outputs since the last prompt
    tools: tuple[Tool, ...]
    attempt: int  # 0.. how often this very point of the session was asked before
    input_tokens: int
    cached_tokens: int
    pace: Pace = AT_ONCE
    show_reasoning: bool = False

    def say(self, *parts: Part | None, finish: Finish = Finish.DONE) -> Answer:
        """An answer of these parts (None is left out), with token counts that fit the request."""
        said = tuple(part for part in parts if part is not None)
        thought = sum(len(part.summary) for part in said if isinstance(part, Reasoning))
        spoken = sum(_size(part) for part in said)
        tokens = Tokens(
            input=self.input_tokens,
            cached=self.cached_tokens,
            output=max(1, spoken // 4 + thought),
            reasoning=thought,
            cache_write=self.input_tokens - self.cached_tokens,
        )
        return self.answer(Reply(said, finish, tokens))

    def answer(self, reply: Reply) -> Answer:
        """The reply on the wire of the API that was asked; ids depend on session, attempt and order only."""
        seed = f"{self.session} {self.attempt} {self.received.n}".encode()
        if self.is_chat:
            return chat.answer(
                reply, self.body, pace=self.pace, seed=seed, show_reasoning=self.show_reasoning
            )
        return responses.answer(reply, self.body, pace=self.pace, seed=seed)


def _size(part: Part) -> int:
    match part:
        case Reasoning():
            return 0
        case Call(payload=text) | Text(text) | Refusal(text) | Compaction(text):
            return len(text)


# <environment_context> and its like are Codex's own; a bridge lets the user say what agents tell each other.
_NOT_SAID = ("<", "Message Type: ")


def conversation(body: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The prompts of a Responses or Chat body, and the tool outputs after the last of them."""
    said = body.get("input", body.get("messages"))
    if isinstance(said, str):
        return (said,), ()
    prompts: list[str] = []
    outputs: list[str] = []
    before: dict[str, Any] = {}
    for item in said if isinstance(said, list) else ():
        if not isinstance(item, dict):
            continue
        last, before = before, item
        if last.get("role") == "tool" and item.get("role") == "user" and _shows(item.get("content")):
            continue  # what a tool message cannot hold stands behind it, as if the user had said it
        if str(item.get("type", "")).endswith("_output") or item.get("role") == "tool":
            outputs.append(_text(item.get("output", item.get("content"))))
        elif item.get("type") == "compaction":
            outputs += compaction.outputs_in(str(item.get("encrypted_content")))
        elif item.get("role") == "user":
            text = _text(item.get("content"))
            if text and not text.lstrip().startswith(_NOT_SAID):
                prompts.append(text)
                outputs.clear()
    return tuple(prompts), tuple(outputs)


def _shows(content: object) -> bool:
    """Whether there is more in it than text."""
    parts = content if isinstance(content, list) else ()
    return any(isinstance(part, dict) and "text" not in part for part in parts)


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
