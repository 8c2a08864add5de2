"""What is wrong with a settings file: a sentence a problem, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Problem:
    """`place` is the setting's name with its table (`keys.pane.copy`), "" for the file; `line` is from 1."""

    text: str
    place: str = ""
    line: int | None = None

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line is not None else ""
        return ": ".join(part for part in (line, self.place, self.text) if part)


class SettingsError(Exception):
    """`settings` can be used all the same: what is right of the file, for the rest what holds without."""

    def __init__(self, path: Path, problems: Sequence[Problem], settings: Settings) -> None:
        super().__init__(path, problems)
        self.path = path
        self.problems = tuple(problems)
        self.settings = settings

    def __str__(self) -> str:
        return "\n".join(f"{self.path}: {problem}" for problem in self.problems)


_CLOSE = 0.6  # of difflib's likeness, from 0 to 1
_AS_CLOSE = 0.05  # behind the likest, this much is as good


def close_ones(given: str, names: Iterable[str]) -> str:
    """`; did you mean 'status'?`, "" when nothing is close."""
    likeness = {name: SequenceMatcher(None, given.lower(), name).ratio() for name in sorted(names)}
    best = max(likeness.values(), default=0.0)
    close = [name for name, like in likeness.items() if best >= _CLOSE and like >= best - _AS_CLOSE]
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
