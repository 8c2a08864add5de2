"""The prompt cache: how far the new request's prompt is the old one's, and what a break costs.

A cache holds prompts by their exact beginning, from 1,024 tokens in steps of 128 (OpenAI and Azure say so).
A prompt is the model's own, then what is written into its head (the form of the answer, the effort), the
tools, the instructions, the input or the messages; identifiers of items and calls are no part of it. Nothing
that only comes after the old input breaks the prefix. What tokens are said here is estimated from the bytes,
at the rate of the old exchange's usage where it is known: marked as an estimate wherever it is shown.

Newer models also forget the reasoning that follows a change of the prefix (OpenAI's guide to keeping it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from inspector.protocol.compare.alignment import common_start
from inspector.protocol.compare.canonical import size, verbatim
from inspector.protocol.compare.dialect import Dialect
from inspector.protocol.compare.items import Item
from inspector.protocol.usage import TokenUsage

SMALLEST, STEP = 1024, 128  # tokens
_BYTES_A_TOKEN = 4.0  # where no usage tells
_IMAGE = 3_000  # bytes that a picture counts as: what it costs does not depend on its encoded length
_DATA_URL = re.compile(r'"data:image/[^"]*"')


class Section(StrEnum):
    """The parts of a prompt, in their order."""

    MODEL = "model"
    FORMAT = "format"
    EFFORT = "effort"
    TOOLS = "tools"
    INSTRUCTIONS = "instructions"
    INPUT = "input"
    MESSAGES = "messages"  # a chat request's


@dataclass(frozen=True, slots=True)
class Prefix:
    """Where the new prompt stops being the old one; bytes of JSON in the new prompt, tokens estimated.

    Not broken: one prompt is the beginning of the other. `cached` is what the new exchange's usage says;
    `usable` the tokens that the common beginning has, `whole` what it would have had without the break.
    """

    broken: bool
    section: Section | None  # of the first piece that differs
    old: str | None  # its pointers; None on a side that has nothing there
    new: str | None
    bytes_before: int
    bytes_after: int
    usable: int
    whole: int
    measured: bool  # the rate of bytes to tokens is that of an exchange's usage
    cached: int | None
    rerouted: bool  # another prompt_cache_key: the cache may be on another machine
    reasoning_after: int  # reasoning items after the break

    @property
    def lost(self) -> int:
        """Tokens that the break keeps from the cache: an estimate."""
        return self.whole - self.usable

    @property
    def missed(self) -> int | None:
        """Tokens that could have come from the cache and did not; None if the usage does not say."""
        return None if self.cached is None else max(0, self.usable - self.cached)

    def to_json(self) -> dict[str, Any]:
        """As the commands print it."""
        return {**asdict(self), "lost": self.lost, "missed": self.missed, "estimate": True}


class _Part(NamedTuple):
    section: Section
    pointer: str
    text: str  # JSON as it was sent: a schema whose members are in another order is another prompt
    item: Item | None = None


def _says_the_same(one: _Part, other: _Part) -> bool:
    """Whether two parts are the same prompt: of an item only what it says counts, unless it brings tools."""
    if one.section is not other.section or one.text == other.text:
        return one.section is other.section
    if one.item is None or other.item is None or _brings_tools(one.item) or _brings_tools(other.item):
        return False
    return one.item.said == other.item.said


def _brings_tools(item: Item) -> bool:
    return bool(_member(item.value, "type") == "additional_tools")


def compare_prefix(
    dialect: Dialect,
    old: Any,
    new: Any,
    old_items: Sequence[Item],
    new_items: Sequence[Item],
    old_usage: TokenUsage | None = None,
    new_usage: TokenUsage | None = None,
) -> Prefix:
    """The prompts of two request bodies; the items are those of their inputs, or their messages."""
    old_parts, new_parts = (
        list(_parts(dialect, body, items)) for body, items in ((old, old_items), (new, new_items))
    )
    both = list(zip(old_parts, new_parts, strict=False))
    common = next((n for n, pair in enumerate(both) if not _says_the_same(*pair)), len(both))
    was = old_parts[common] if common < len(old_parts) else None
    now = new_parts[common] if common < len(new_parts) else None
    section = min(was.section, now.section, key=_ORDER.index) if was and now else None
    before = new_parts[:common]
    if was and now and was.section is now.section is not Section.MODEL:
        before.append(_Part(now.section, now.pointer, now.text[: _alike(was, now)]))
    rate, measured = _rate((old_usage, _weight(old_parts)), (new_usage, _weight(new_parts)))
    whole = min(_weight(old_parts), _weight(new_parts))
    reached = _bytes(before)
    return Prefix(
        broken=section is not None,
        section=section,
        old=was.pointer if was and was.section is section else None,
        new=now.pointer if now and now.section is section else None,
        bytes_before=reached,
        bytes_after=_bytes(new_parts) - reached,
        usable=_cacheable(rate * min(whole, _weight(before) if section else whole)),
        whole=_cacheable(rate * whole),
        measured=measured,
        cached=new_usage.cached_tokens if new_usage else None,
        rerouted=_member(old, "prompt_cache_key") != _member(new, "prompt_cache_key"),
        reasoning_after=_reasoning(new, now) if section else 0,
    )


_ORDER = list(Section)


def _alike(was: _Part, now: _Part) -> int:
    """How far two parts begin alike, their identifiers left aside."""
    if was.item and now.item:
        texts = (verbatim(item.essence) for item in (was.item, now.item))
        return common_start(next(texts), next(texts))
    return common_start(was.text, now.text)


def _parts(dialect: Dialect, body: Any, items: Sequence[Item]) -> Iterator[_Part]:
    """A prompt in its order."""
    if not isinstance(body, dict):
        return
    for section, path in _HEAD[dialect].items():
        value: Any = body
        for step in path:
            value = _member(value, step)
        if value is not None:
            yield _Part(section, f"/{'/'.join(path)}", verbatim(value))
    tools = body.get("tools")
    for n, tool in enumerate(tools if isinstance(tools, list) else ()):
        yield _Part(Section.TOOLS, f"/tools/{n}", verbatim(tool))
    if dialect is Dialect.RESPONSES and body.get("instructions"):
        yield _Part(Section.INSTRUCTIONS, "/instructions", verbatim(body["instructions"]))
    section = Section.MESSAGES if dialect is Dialect.CHAT else Section.INPUT
    for item in items:
        yield _Part(section, item.pointer, item.text, item)


_HEAD: dict[Dialect, dict[Section, tuple[str, ...]]] = {
    Dialect.RESPONSES: {
        Section.MODEL: ("model",),
        Section.FORMAT: ("text", "format"),
        Section.EFFORT: ("reasoning", "effort"),
    },
    Dialect.CHAT: {
        Section.MODEL: ("model",),
        Section.FORMAT: ("response_format",),
        Section.EFFORT: ("reasoning_effort",),
    },
}


def _bytes(parts: Sequence[_Part]) -> int:
    """Of the prompt; the model's name is no part of it."""
    return sum(size(part.text) for part in parts if part.section is not Section.MODEL)


def _weight(parts: Sequence[_Part]) -> int:
    """Bytes as far as they tell tokens."""
    pictures = [
        found for part in parts if "data:image/" in part.text for found in _DATA_URL.findall(part.text)
    ]
    return max(0, _bytes(parts) - sum(len(found) - _IMAGE for found in pictures))


def _rate(*sides: tuple[TokenUsage | None, int]) -> tuple[float, bool]:
    """Tokens a byte, and whether a usage tells."""
    for usage, weight in sides:
        if usage is not None and usage.input_tokens and weight:
            return usage.input_tokens / weight, True
    return 1 / _BYTES_A_TOKEN, False


def _cacheable(tokens: float) -> int:
    return int(tokens + 1e-6) // STEP * STEP if tokens >= SMALLEST else 0


def _reasoning(body: Any, at: _Part | None) -> int:
    items = _member(body, "input")
    if not isinstance(items, list) or at is None:
        return 0
    start = int(at.pointer.rpartition("/")[2]) if at.section is Section.INPUT else 0
    return sum(_member(item, "type") == "reasoning" for item in items[start:])


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
