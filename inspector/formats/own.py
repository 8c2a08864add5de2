"""Our own captures as something to read in: several become one, an older one a new one.

What another program's file told before stays as it was told. Whatever the recorders of the capture could not
record is damage of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from inspector.capture.model import Damage, ExchangeDetail, Source
from inspector.capture.reader import Reader
from inspector.capture.schema import APPLICATION_ID, CaptureError
from inspector.formats.importing import At, Input, Item

SQLITE = b"SQLite format 3\0"
_MARK = slice(68, 72)  # where SQLite keeps the application's


class CaptureImporter:
    """A capture file."""

    name = "capture"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By SQLite's mark and ours."""
        return head.startswith(SQLITE) and head[_MARK] == APPLICATION_ID.to_bytes(4, "big")

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """Every exchange as the capture has it."""
        try:
            with closing(Reader(given.path)) as reader:
                yield from _items(reader, given, at)
        except (CaptureError, sqlite3.Error, ValueError) as error:
            yield Damage(None, str(error))


def _items(reader: Reader, given: Input, at: At) -> Iterator[Item]:
    numbers, problem = reader.numbers()
    if problem is not None:
        yield Damage(None, f"Not every exchange of {given.name} can be found: {problem}.")
    for done, number in enumerate(numbers):
        try:
            yield _sourced(reader.detail(number), given)
        except KeyError:
            yield Damage(None, f"Exchange {number} cannot be read: its row is not there.")
        except CaptureError as error:
            yield Damage(None, f"Exchange {number} cannot be read: {error}")
        at(given.size * done // len(numbers))
    for note in reader.notes():
        if note.exchange is None:
            yield Damage(None, note.text)
    for imported in reader.imports():
        for damage in imported.damage:
            where = "" if damage.offset is None else f" at byte {damage.offset}"
            yield Damage(None, f"{imported.file}{where}: {damage.text}")
    at(given.size)


def _sourced(detail: ExchangeDetail, given: Input) -> ExchangeDetail:
    exchange = detail.exchange
    if exchange.source is not None:
        return detail
    source = Source(given.name, CaptureImporter.name, f"exchange {exchange.id}")
    return replace(detail, exchange=replace(exchange, source=source))
