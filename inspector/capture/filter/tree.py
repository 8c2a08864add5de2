"""The conditions of a filter joined: what stands side by side, what `or` and `not` make of them.

A verdict is True, False, or None where only the bodies can tell and are not there yet: `not None` is None, an
`and` is False as soon as one part is, an `or` True as soon as one is. With the bodies there is no None. What
looks at less is asked first, and a body is read only when nothing cheaper has decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from inspector.capture.filter.conditions import Condition, Need, Verdict
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.filter.texts import Texts
from inspector.capture.model import Exchange


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; none at all: everything does."""

    parts: tuple[Condition, ...]
    _in_turn: tuple[Condition, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_in_turn", _cheapest_first(self.parts))

    @property
    def needs(self) -> frozenset[Need]:
        """All that its parts need."""
        return _needs(self.parts)

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """False as soon as one part is."""
        result: Verdict = True
        for part in self._in_turn:
            said = part.verdict(exchange, around, texts)
            if said is False:
                return False
            if said is None:
                result = None
        return result

    def words(self) -> Iterator[str]:
        """Those of its parts."""
        return _words(self.parts)

    def __str__(self) -> str:
        return " ".join(_grouped(part) if isinstance(part, AnyOf) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]
    _in_turn: tuple[Condition, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_in_turn", _cheapest_first(self.parts))

    @property
    def needs(self) -> frozenset[Need]:
        """All that its parts need."""
        return _needs(self.parts)

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """True as soon as one part is."""
        result: Verdict = False
        for part in self._in_turn:
            said = part.verdict(exchange, around, texts)
            if said:
                return True
            if said is None:
                result = None
        return result

    def words(self) -> Iterator[str]:
        """Those of its parts."""
        return _words(self.parts)

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    @property
    def needs(self) -> frozenset[Need]:
        """What the part needs."""
        return self.part.needs

    def verdict(self, exchange: Exchange, around: Surroundings, texts: Texts | None) -> Verdict:
        """The contrary, and None for None."""
        said = self.part.verdict(exchange, around, texts)
        return None if said is None else not said

    def words(self) -> Iterator[str]:
        """None: what must not be there is nowhere to be seen."""
        return iter(())

    def __str__(self) -> str:
        return f"-{_grouped(self.part) if isinstance(self.part, All | AnyOf) else self.part}"


def all_of(parts: Sequence[Condition]) -> Condition:
    """`parts` side by side, groups that change nothing taken apart."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def any_of(parts: Sequence[Condition]) -> Condition:
    """`parts` with `or` between them, groups that change nothing taken apart."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, AnyOf) else (part,))]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def negated(part: Condition) -> Condition:
    """`not` before a part; twice is not at all."""
    return part.part if isinstance(part, Not) else Not(part)


def _cheapest_first(parts: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(sorted(parts, key=lambda part: max(part.needs)))


def _needs(parts: Iterable[Condition]) -> frozenset[Need]:
    return frozenset((Need.ROW,)).union(*(part.needs for part in parts))


def _words(parts: Iterable[Condition]) -> Iterator[str]:
    for part in parts:
        yield from part.words()


def _grouped(part: Condition) -> str:
    """In parentheses, kept away from a last word that would take the closing one for its own."""
    inner = str(part)
    last = inner.rsplit(" ", 1)[-1].lstrip("-(")
    return f"({inner} )" if "(" in last else f"({inner})"
