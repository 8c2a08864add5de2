"""The filter: a line of text read into conditions, and asked about exchanges.

alternatives   sequence ("or" sequence)*
sequence       (["and"] part)+
part           ("-" | "not") part | "(" alternatives ")" | word | phrase | term
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from inspector.capture.filter.conditions import Condition, Find, Flags, Named, Need, Phrase, Row, Verdict
from inspector.capture.filter.flags import FLAGS
from inspector.capture.filter.keys import KEYS, DeepKey, NumberKey, read_field
from inspector.capture.filter.patterns import read_pattern
from inspector.capture.filter.problem import FilterError, close_ones, shown
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.filter.texts import Texts
from inspector.capture.filter.tokens import Mark, Token, tokens
from inspector.capture.filter.tree import All, all_of, any_of, negated
from inspector.capture.model import Exchange

_DEEPEST = 50  # groups inside each other
_QUOTE = "; to look for the word itself, quote it"
_UNOPENED = "this ')' closes nothing: take it out, or quote it"
_COMPARED = frozenset(name for name, key in KEYS.items() if isinstance(key, NumberKey))
_NOTHING_AROUND = Surroundings()


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on exchanges; the empty one fits all. `parse(str(it))` is equal to it."""

    condition: Condition = field(default_factory=lambda: All(()))

    def matches(self, exchange: Exchange, around: Surroundings = _NOTHING_AROUND) -> Verdict:
        """Whether it fits, by the row alone; None where only the bodies can tell."""
        return self.condition.verdict(exchange, around, None)

    def matches_deep(self, exchange: Exchange, texts: Texts, around: Surroundings = _NOTHING_AROUND) -> bool:
        """Whether it fits, by all there is."""
        return self.condition.verdict(exchange, around, texts) is True

    @property
    def needs(self) -> frozenset[Need]:
        """What it may have to look at. Without REQUEST and RESPONSE `matches` is never None."""
        return self.condition.needs

    @property
    def words(self) -> tuple[str, ...]:
        """The texts that it looks for in bodies, as they were written, each once: to be made visible."""
        return tuple(dict.fromkeys(self.condition.words()))

    def __bool__(self) -> bool:
        """False for the empty one."""
        return self.condition != All(())

    def __str__(self) -> str:
        return str(self.condition)


def parse(text: str, now: datetime | None = None) -> Filter:
    """The filter that `text` means; FilterError says what is wrong, where.

    Moments (`after:10m`) are seen from `now`, the present one unless given, and in its zone.
    """
    try:
        return Filter(_Parser(list(tokens(text, _COMPARED)), now or datetime.now()).all())
    except FilterError as error:  # what is missing is missing behind the last character
        raise FilterError(error.message, min(error.position, len(text) - 1)) from None


class _Parser:
    def __init__(self, found: list[Token], now: datetime) -> None:
        self._tokens = found
        self._now = now
        self._at = 0
        self._depth = 0

    def all(self) -> Condition:
        if not self._tokens:
            return All(())
        condition = self._alternatives()
        if (token := self._next()) is not None:
            raise FilterError(_UNOPENED, token.at)
        return condition

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *marks: Mark) -> Token | None:
        token = self._next()
        if token is None or token.mark not in marks:
            return None
        self._at += 1
        return token

    def _alternatives(self) -> Condition:
        parts = [self._sequence()]
        while self._take(Mark.OR):
            parts.append(self._sequence())
        return any_of(parts)

    def _sequence(self) -> Condition:
        parts = [self._part()]
        while (token := self._next()) is not None and token.mark not in (Mark.OR, Mark.CLOSE):
            self._take(Mark.AND)
            parts.append(self._part())
        return all_of(parts)

    def _part(self) -> Condition:
        odd = False
        while self._take(Mark.NOT):
            odd = not odd
        token = self._next()
        if token is None or token.mark in (Mark.OR, Mark.AND, Mark.CLOSE):
            raise self._missing(token)
        self._at += 1
        condition = self._group(token) if token.mark is Mark.OPEN else _single(token, self._now)
        return negated(condition) if odd else condition

    def _group(self, opened: Token) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError(f"there are more than {_DEEPEST} groups inside each other", opened.at)
        condition = self._alternatives()
        if not self._take(Mark.CLOSE):
            raise FilterError("this '(' is never closed: write a ')' behind its group", opened.at)
        self._depth -= 1
        return condition

    def _missing(self, token: Token | None) -> FilterError:
        """A part was wanted, and `token` stands there."""
        before = self._tokens[self._at - 1] if self._at else None
        if before is not None and before.mark is Mark.OPEN and token is not None:
            return FilterError("nothing stands behind this '(': write a condition there", before.at)
        if before is not None:
            return FilterError(f"{shown(before.text)} wants a condition behind it{_QUOTE}", before.at)
        assert token is not None  # a filter without tokens is empty, and fits all
        if token.mark is Mark.CLOSE:
            return FilterError(_UNOPENED, token.at)
        return FilterError(f"{shown(token.text)} wants a condition before it{_QUOTE}", token.at)


def _single(token: Token, now: datetime) -> Condition:
    if token.mark is Mark.TERM:
        return _term(token, now)
    phrase = Phrase.of(token.text, literal=token.mark is Mark.PHRASE)
    if phrase is None:
        raise FilterError(f"{shown(token.text)} would find everything: leave it out", token.at)
    return Find("", (phrase,))


def _term(token: Token, now: datetime) -> Condition:
    name = token.text
    if name in FLAGS:
        return _flags(token)
    key = KEYS.get(name)
    if key is None:
        close = close_ones(name, (*KEYS, *FLAGS))
        raise FilterError(f"there is no key {shown(name)}{close and f', {close}'}{_QUOTE}", token.at)
    if not isinstance(key, DeepKey):
        return Row(read_field(key, token.values, now))
    if name in ("request", "response"):
        return Find(name, _phrases(token))
    return Named(name, tuple(read_pattern(name, value) for value in token.values))


def _flags(token: Token) -> Condition:
    known = FLAGS[token.text]
    names = []
    for value in token.values:
        given = f"{value.operator}{value.text}".lower()
        if given not in known:
            found = f", found {shown(given)}" if given else ""
            close = close_ones(given, known) or f"write {', '.join(known)}"
            raise FilterError(f"{token.text}: wants a name that it knows{found}; {close}", value.at)
        names.append(given)
    return Flags(token.text, tuple(names))


def _phrases(token: Token) -> tuple[Phrase, ...]:
    found = []
    for value in token.values:
        phrase = Phrase.of(value.text, literal=value.quoted)
        if value.operator or phrase is None:
            raise FilterError(f"{token.text}: wants a text right behind it, or a quoted phrase", value.at)
        found.append(phrase)
    return tuple(found)
