"""What a person names, as inputs: files, and folders that are looked through.

A file that is named must be one that can be read; in a folder the others are passed by, and so are folders in
it that nobody may look into.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from inspector.formats.importing import ForeignFile, Importer, Input
from inspector.formats.registry import recognise
from inspector.protocol.surrogates import whole

_DEEPEST = 8
_MOST = 10_000  # files of a folder that are looked at


@dataclass(frozen=True, slots=True)
class Chosen:
    """An input and who reads it."""

    given: Input
    importer: Importer


def choose(paths: Sequence[Path]) -> list[Chosen]:
    """The inputs, in the order of the paths, and by name within a folder. Raises ForeignFile."""
    found: list[Chosen] = []
    for path in paths:
        if not os.path.isdir(path):
            found.append(chosen(path))
        elif within := _of_format(path) or list(_looked_through(path)):
            found += within
        else:
            raise ForeignFile(f"There is no file in {path} that can be read here.")
    return found


def chosen(path: Path, name: str | None = None) -> Chosen:
    """One file, or a folder that is one of a format. Raises ForeignFile."""
    importer = recognise(path)
    try:
        size = _size(path)
    except OSError as error:
        raise ForeignFile(f"{path} cannot be read: {error.strerror or error}.") from None
    # A name of bytes that are no text is told as well as it can be.
    return Chosen(Input(whole(name or path.name or str(path)), path, size), importer)


def _of_format(folder: Path) -> list[Chosen]:
    """The folder itself, where a format is made of several files."""
    try:
        return [chosen(folder)]
    except ForeignFile:
        return []


def _looked_through(folder: Path, depth: int = 0) -> Iterator[Chosen]:
    try:
        entries = sorted(islice(os.scandir(folder), _MOST + 1), key=lambda entry: entry.name)
    except OSError as error:
        if depth:
            return
        raise ForeignFile(f"{folder} cannot be read: {error.strerror or error}.") from None
    if len(entries) > _MOST:
        raise ForeignFile(f"{folder} holds more than {_MOST:,} files: name those that are meant.")
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < _DEEPEST:
                yield from _of_format(path) or _looked_through(path, depth + 1)
        elif os.path.isfile(path):  # as `entry` asks it, a link to itself is an exception
            with suppress(ForeignFile):
                yield chosen(path)


def _size(path: Path) -> int:
    if not os.path.isdir(path):
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if os.path.isfile(file))
