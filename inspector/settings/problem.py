"""What is wrong with a settings file: a sentence a problem, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
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


def close_ones(given: str, names: Iterable[str]) -> str:
    """`; did you mean 'status'?`, "" when nothing is close."""
    close = get_close_matches(given.lower(), sorted(names), n=3)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
