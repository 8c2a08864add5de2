"""The entries of an archive, one at a time, whatever became of the file: what is whole of it is found.

An archive is one JSON text, `{"log": {..., "entries": [...]}}`, often of hundreds of megabytes. Where an
entry is broken or cut off, the next one is looked for by what entries begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inspector.capture.model import Damage
from inspector.formats.har.scanning import Broken, CutOff, Scanner, Source
from inspector.protocol.json_text import parse, parse_object

LOOKS = re.compile(
    rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{\s*"(?:version|creator|browser|pages|entries|comment|_\w{1,40})"'
)
"""How an archive begins."""

_BEGINS = re.compile(
    rb'\{\s{0,40}"(?:startedDateTime|pageref|request|response|time|timings|cache|connection|serverIPAddress'
    rb'|comment|_\w{1,40})"\s{0,8}:'
)
_LIST = b'"entries"'
_SMALL, _FEW = 2**12, 32  # bytes, and members, of what stands before the entries
_WITHIN = 128  # bytes of which a match of that may be made
_PATIENCE = 2**29  # bytes that are looked through in vain before the rest is given up
_LEAST = 2**15  # bytes for which a failure counts


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its number from 1, where it begins, and what it says; who wrote the archive."""

    n: int
    offset: int
    value: dict[str, Any]
    creator: str = ""


def read(file: Source) -> Iterator[Entry | Damage]:
    """The entries of the archive in `file`, in order."""
    scanner = Scanner(file)
    try:
        _enter(scanner, "log")
        before = _enter(scanner, "entries")
        if not scanner.take(b"["):
            raise Broken("has something else there than a list of entries")
    except Broken as error:
        yield Damage(scanner.offset, f"The archive has no entries that can be read: it {error}.")
        return
    creator = (parse_object(before.get(b'"creator"', b"")) or {}).get("name")
    yield from _Reading(scanner, creator if isinstance(creator, str) else "").entries()


def _enter(scanner: Scanner, name: str) -> dict[bytes, bytes]:
    """Goes to the value of a member of the object that comes next; the smaller ones before it. Broken when
    there is none.
    """
    before: dict[bytes, bytes] = {}
    if not scanner.take(b"{"):
        raise Broken("is no JSON object")
    while scanner.peek() == b'"':
        key = scanner.value()
        if not scanner.take(b":"):
            raise Broken("is no JSON")
        scanner.peek()
        if key == b'"%s"' % name.encode():
            return before
        value = scanner.value()
        if len(value) < _SMALL and len(before) < _FEW:
            before[key] = value
        if not scanner.take(b","):
            break
    raise Broken(f"has no {name!r}")


class _Reading:
    """Where in the list of entries it is."""

    def __init__(self, scanner: Scanner, creator: str) -> None:
        self._scanner = scanner
        self._creator = creator
        self._n = 0
        self._patience = _PATIENCE

    def entries(self) -> Iterator[Entry | Damage]:
        scanner = self._scanner
        while scanner.peek() != b"]":
            self._n += 1
            offset = scanner.offset
            try:
                found = self._entry()
            except Broken as error:
                next_one = self._next()
                on = f" The next one begins at byte {next_one.offset:,}." if next_one else ""
                yield Damage(offset, f"Entry {self._n} cannot be read: it {error}.{on}")
                if next_one is None:
                    return
                self._n += 1
                found = next_one
            yield Entry(self._n, found.offset, found.value, self._creator)
            scanner.take(b",")
            if scanner.peek() == b"":
                yield Damage(
                    scanner.offset, f"The file ends after entry {self._n}: there may have been more."
                )
                return
        scanner.step()
        yield from _rest(scanner)

    def _entry(self) -> Entry:
        """The one that comes next; Broken leaves the scanner before it."""
        self._scanner.peek()
        offset = self._scanner.offset
        value = _object(self._scanner.value())
        if value is None:
            raise Broken("is no JSON object that can be read")
        return Entry(self._n, offset, value)

    def _next(self) -> Entry | None:
        """The next entry behind a broken one; None when there is no more."""
        self._scanner.step()
        while self._patience > 0 and self._scanner.find(_BEGINS, _WITHIN):
            try:
                found = self._entry()
            except Broken as error:
                self._patience -= max(_LEAST, error.cost)
            else:
                if isinstance(found.value.get("request"), dict):
                    return found
                continue
            self._scanner.step()
        return None


def _object(text: bytes) -> dict[str, Any] | None:
    """The object; bytes of it that are no UTF-8 as mitmproxy has them, so that they stay in a body."""
    try:
        value = parse(text)
    except UnicodeDecodeError:
        return parse_object(text.decode("utf-8", "surrogateescape"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _rest(scanner: Scanner) -> Iterator[Damage]:
    """What follows the entries up to the end of the file: nothing of it is wanted."""
    try:
        for _ in ("log", "archive"):
            while scanner.take(b","):
                offset, key = scanner.offset, scanner.value()
                if not scanner.take(b":"):
                    raise Broken("is no JSON")
                scanner.value()
                if key == _LIST:
                    yield Damage(offset, "There is a second list of entries: it is not read.")
            if not scanner.take(b"}"):
                raise Broken("has no end") if scanner.peek() else CutOff("is cut off")
    except CutOff:
        yield Damage(scanner.offset, "The file ends too soon, but behind its entries.")
        return
    except Broken:
        pass  # what follows is told below
    if scanner.peek():
        yield Damage(scanner.offset, "What follows the entries from here on is not read.")
