"""What an importer is: how one format of other programs' files becomes exchanges.

An importer gives `ExchangeDetail` values, in the order of the file, with what it tells: numbers of its
own (1 and up; `parent` and `socket` refer to them), the legs with their heads and bodies, the chunks with
their times, the source. It derives nothing: sessions, turns, models, tokens and sizes are found when it is
poured into a capture, which is also where secrets are taken out of headers and URLs.

Whatever the bytes are, nothing is raised but OSError: what cannot be read is `Damage`, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from inspector.capture.model import Damage, ExchangeDetail

HEAD = 2**16
"""Bytes of a file's beginning by which its format is told."""

Item = ExchangeDetail | Damage

At = Callable[[int], object]
"""Is told how many bytes of the input are done."""


class ForeignFile(Exception):
    """A file cannot be read in; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that is read in, or, where a format is made of several, a folder."""

    name: str  # for a person, without the folder; "-" for what came through the pipe
    path: Path
    size: int  # bytes


class Importer(Protocol):
    """One format; made without arguments, for one input."""

    name: str
    """As in `Source.format`."""

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether a file that begins with `head` (HEAD bytes; b"": a folder) is one: never by its suffix."""
        ...

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """What is in it, in memory that does not grow with the file."""
        ...


@runtime_checkable
class Outlining(Importer, Protocol):
    """A format that can be looked through much faster than it is read.

    What it gives first is shown first, and stands for what `read` gives under the same number later.
    """

    def outline(self, given: Input, at: At) -> Iterator[ExchangeDetail]:
        """The exchanges with their heads and times, their bodies empty: same numbers and order as `read`."""
        ...
