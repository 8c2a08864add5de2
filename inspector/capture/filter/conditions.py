"""The single conditions of a filter: on the row, on what surrounds it, on the bodies.

| written | condition | decided without the bodies |
|---|---|---|
| `status:>=400`, `model:gpt` | Row | always |
| `has:error`, `is:open` | Flags | unless only the bodies can tell |
| a word, `request:word`, `response:word` | Find | True when the row says it already (a bare word) |
| `tool:`, `offers:`, `type:`, `remark:` | Named | False when there is nothing that could have one |
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from inspector.capture.filter.flags import FLAGS
from inspector.capture.filter.keys import NumberField, TextField
from inspector.capture.filter.needles import Needle
from inspector.capture.filter.patterns import Pattern, find_in_order
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.filter.texts import Texts
from inspector.capture.filter.tokens import written_value, written_word
from inspector.capture.model import Exchange
from inspector.protocol.azure import Operation

Verdict = bool | None


class Need(IntEnum):
    """What a condition may have to look at, the dearest last."""

    ROW = 0
    SURROUNDINGS = 1
    REQUEST = 2
    RESPONSE = 3


class Condition(Protocol):
    """A filter or a part of one. `str` writes it so that it reads back as the same."""

    @property
    def needs(self) -> frozenset[Need]:
        """What it may have to look at; never empty."""
        ...

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """What it says of an exchange; None only where there are no texts."""
        ...

    def words(self) -> Iterator[str]:
        """The texts that it looks for, to be made visible."""
        ...


_ROW = frozenset((Need.ROW,))
_AROUND = frozenset((Need.SURROUNDINGS,))
_BODIES = frozenset((Need.REQUEST, Need.RESPONSE))
_ANSWER = frozenset((Need.RESPONSE,))
_ASKED = frozenset((Need.REQUEST,))


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the row has one of the values."""

    field: TextField | NumberField

    @property
    def needs(self) -> frozenset[Need]:
        """The row, and for a note what is around it."""
        return _AROUND if self.field.key.name == "note" else _ROW

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """Never None."""
        return self.field.fits(exchange, around)

    def words(self) -> Iterator[str]:
        """None: it looks for no text in the bodies."""
        return iter(())

    def __str__(self) -> str:
        values = self.field.patterns if isinstance(self.field, TextField) else self.field.ranges
        return f"{self.field.key.name}:{','.join(map(str, values))}"


@dataclass(frozen=True, slots=True)
class Flags:
    """One of the flags behind `has:` or `is:` holds; `kind` is that word."""

    kind: str
    names: tuple[str, ...]

    @property
    def needs(self) -> frozenset[Need]:
        """The dearest of what its flags need."""
        found = (_FLAG_NEEDS.get(name, _ROW) for name in self.names)
        return frozenset[Need]().union(*found)

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """None where a flag needs the bodies and no other one holds."""
        result: Verdict = False
        for name in self.names:
            holds = FLAGS[self.kind][name].holds
            said = _DEEP_FLAGS[name](exchange, texts) if holds is None else holds(exchange, around)
            if said:
                return True
            if said is None:
                result = None
        return result

    def words(self) -> Iterator[str]:
        """None."""
        return iter(())

    def __str__(self) -> str:
        return f"{self.kind}:{','.join(self.names)}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Pieces of text one behind the other, with anything between them; one piece: the text itself."""

    pieces: tuple[str, ...]
    folded: tuple[str, ...] = field(init=False, repr=False, compare=False)
    needles: tuple[Needle, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", tuple(piece.casefold() for piece in self.pieces))
        object.__setattr__(self, "needles", tuple(map(Needle, self.pieces)))

    @classmethod
    def of(cls, text: str, *, literal: bool) -> Phrase | None:
        """The phrase that a person wrote, `*` for anything unless `literal`; None for nothing but stars."""
        pieces = (text,) if literal else tuple(piece for piece in text.split("*") if piece)
        return cls(pieces) if pieces and pieces != ("",) else None

    def written(self, one: Callable[[str], str]) -> str:
        """As it was written; `one` writes a text without stars."""
        if len(self.pieces) == 1:
            return one(self.pieces[0])
        joined = "*".join(self.pieces)
        return joined if one(self.pieces[0]) == self.pieces[0] and ":" not in joined else f"*{joined}"


@dataclass(frozen=True, slots=True)
class Find:
    """A phrase in the bodies. `side` is "request", "response", or "": either, or the row."""

    side: str
    phrases: tuple[Phrase, ...]

    @property
    def needs(self) -> frozenset[Need]:
        """The bodies of its side."""
        return {"request": _ASKED, "response": _ANSWER}.get(self.side, _BODIES)

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """True without the bodies where the row says it."""
        if not self.side:
            line = _line(exchange, around)
            if any(find_in_order(phrase.folded, line) >= 0 for phrase in self.phrases):
                return True
        if texts is None:
            return None
        return any(
            (self.side != "response" and texts.request_has(phrase.needles))
            or (self.side != "request" and texts.response_has(phrase.needles))
            for phrase in self.phrases
        )

    def words(self) -> Iterator[str]:
        """Its phrases, in pieces."""
        for phrase in self.phrases:
            yield from phrase.pieces

    def __str__(self) -> str:
        if not self.side:
            return self.phrases[0].written(written_word)
        return f"{self.side}:{','.join(phrase.written(written_value) for phrase in self.phrases)}"


@dataclass(frozen=True, slots=True)
class Named:
    """A tool, an event's type, a remark with one of the names; `key` says which of them."""

    key: str
    patterns: tuple[Pattern, ...]

    @property
    def needs(self) -> frozenset[Need]:
        """The request for what it offers, else the response."""
        return _ASKED if self.key == "offers" else _ANSWER

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """False without the bodies where there can be none."""
        if self.key == "type" and self._fit([exchange.operation]):
            return True
        could, names = _NAMES[self.key]
        if not could(exchange):
            return False
        return None if texts is None else self._fit(names(texts))

    def _fit(self, names: Collection[str]) -> bool:
        return any(pattern.matches(name) for name in names for pattern in self.patterns)

    def words(self) -> Iterator[str]:
        """None: names are not looked for in texts."""
        return iter(())

    def __str__(self) -> str:
        return f"{self.key}:{','.join(map(str, self.patterns))}"


def _line(exchange: Exchange, around: Surroundings) -> str:
    """All that a row says in words, casefolded."""
    said = (
        exchange.method,
        exchange.url,
        exchange.operation,
        exchange.mode,
        exchange.outcome.value,
        exchange.client,
        exchange.model,
        exchange.session,
        exchange.error,
        exchange.response_id,
        around.notes.get(exchange.id),
    )
    return "\n".join([text for text in said if text]).casefold()


def _may_call(exchange: Exchange) -> bool:
    return exchange.response_size > 0 and (exchange.status or 0) < 400


def _may_break_rules(exchange: Exchange) -> bool:
    return exchange.event_count > 0 and exchange.operation in (Operation.CREATE, Operation.GET)


# What can have the names at all, and where they are.
_NAMES: dict[str, tuple[Callable[[Exchange], bool], Callable[[Texts], Collection[str]]]] = {
    "type": (lambda exchange: exchange.response_size > 0, lambda texts: texts.event_types),
    "tool": (_may_call, lambda texts: texts.tools_called),
    "offers": (lambda exchange: exchange.request_size > 0, lambda texts: texts.tools_offered),
    "remark": (_may_break_rules, lambda texts: texts.remarks),
}


def _has_any(key: str) -> Callable[[Exchange, Texts | None], Verdict]:
    could, names = _NAMES[key]

    def said(exchange: Exchange, texts: Texts | None) -> Verdict:
        if not could(exchange):
            return False
        return None if texts is None else bool(names(texts))

    return said


_DEEP_FLAGS = {"tool": _has_any("tool"), "remark": _has_any("remark")}
_FLAG_NEEDS = {
    "tool": _ANSWER,
    "remark": _ANSWER,
    "retry": _AROUND,
    "mark": _AROUND,
    "marked": _AROUND,
    "note": _AROUND,
}
