"""What became of the prompt cache: each request beside the one before it in its session.

Only the exchanges of the report are looked at: what lies between two of them is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from inspector.capture.model import Exchange, ExchangeDetail, Leg, Message, Usage
from inspector.formats.md.text import code
from inspector.formats.md.values import value_of
from inspector.protocol.azure import Operation
from inspector.protocol.compare.dialect import dialect_of
from inspector.protocol.compare.prefix import SMALLEST, Prefix, compare_prefix
from inspector.protocol.usage import TokenUsage

_WITH_PROMPTS = (Operation.CREATE, Operation.CHAT)
_LARGEST = 2**22  # bytes of a request that is compared
_SESSIONS = 16  # that are kept at the same time


@dataclass(frozen=True, slots=True)
class Before:
    """The request before: its number, whether it was the very same, and where its prompt is left."""

    number: int  # of several that are the same, the first
    is_same: bool
    prefix: Prefix | None = None
    place: str = ""  # of the first piece that differs: "/tools/9"
    name: str = ""  # what that piece calls itself

    @property
    def broken(self) -> str:
        """Where the prompt cache breaks, and what that costs, in Markdown; "" where it costs little."""
        prefix = self.prefix
        if prefix is None or not prefix.broken or prefix.lost < SMALLEST:
            return ""
        name = f" ({code(self.name, 40)})" if self.name else ""
        return (
            f"the prompt cache breaks at {code(self.place or str(prefix.section), 60)}{name}: about "
            f"{prefix.lost:,} of {prefix.whole:,} tokens of exchange {self.number}'s prompt lie behind that"
        )

    @property
    def forgot(self) -> int:
        """Tokens that could have come from the cache and did not, where that is much."""
        missed = 0 if self.prefix is None else self.prefix.missed or 0
        return missed if missed >= SMALLEST else 0


class _Last(NamedTuple):
    """The last request of a session; as bytes, of which there may be many sessions."""

    exchange: Exchange
    request: Message
    first: int  # the number of the first that was the same


class Sessions:
    """The last request of each session, as they pass in the order in which they were sent."""

    def __init__(self) -> None:
        self._last: dict[str, _Last] = {}  # the one that was added last is the last one

    def before(self, detail: ExchangeDetail) -> Before | None:
        """What stands before this one; None for the first of a session, and for what has no prompt."""
        exchange, request = detail.exchange, detail.legs.get(Leg.REQUEST)
        if exchange.session is None or exchange.operation not in _WITH_PROMPTS or exchange.parent is not None:
            return None
        last = self._last.pop(exchange.session, None)
        if request is None or request.absent or request.is_messages or len(request.body) > _LARGEST:
            return None
        is_same = (
            last is not None
            and exchange.request_digest is not None
            and exchange.request_digest == last.exchange.request_digest
        )
        self._last[exchange.session] = _Last(
            exchange, request, last.first if last and is_same else exchange.id
        )
        if len(self._last) > _SESSIONS:
            del self._last[next(iter(self._last))]
        if last is None:
            return None
        if is_same:
            return Before(last.first, is_same=True)
        return _compared(last.exchange, value_of(last.request), exchange, value_of(request))


def _compared(earlier: Exchange, its_body: Any, exchange: Exchange, body: Any) -> Before:
    if _goes_on(body) or _goes_on(its_body):
        return Before(earlier.id, is_same=False)
    dialect = dialect_of(its_body, body)
    prefix = compare_prefix(
        dialect,
        its_body,
        body,
        dialect.items(its_body),
        dialect.items(body),
        _counts(earlier.usage),
        _counts(exchange.usage),
    )
    place = prefix.new or prefix.old or ""
    piece = _at(body if prefix.new else its_body, place)
    name = (piece.get("name") or piece.get("role") or piece.get("type")) if isinstance(piece, dict) else None
    return Before(earlier.id, False, prefix, place, name if isinstance(name, str) else "")


def _goes_on(body: Any) -> bool:
    """Whether the prompt is not in the request: only what is new is."""
    return isinstance(body, dict) and bool(body.get("previous_response_id"))


def _at(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _counts(usage: Usage | None) -> TokenUsage | None:
    if usage is None:
        return None
    return TokenUsage(usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.reasoning_tokens)
