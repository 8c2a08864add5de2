"""What importers give, poured into a capture: the heads of large files first, then everything in order.

A file that cannot be read to its end does not keep the others from being read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Damage, ExchangeDetail
from inspector.capture.schema import CaptureError
from inspector.formats.choosing import Chosen
from inspector.formats.importing import At, Item, Outlining
from inspector.protocol.progress import Progress, untold

LARGE = 2**24
"""Bytes from which on a file's heads are read first: a smaller one is there before anybody has looked."""

MOST_DAMAGE = 1000
"""Places of one file that are named."""


@dataclass(slots=True)
class Poured:
    """What one file came to."""

    chosen: Chosen
    number: int  # of the import
    exchanges: int = 0
    damage: list[Damage] = field(default_factory=list)
    more_damage: int = 0  # that is not named
    complete: bool = False


def pour(inputs: Sequence[Chosen], writer: BulkWriter, progress: Progress = untold) -> list[Poured]:
    """Reads all inputs; `progress` is told of bytes.

    What the writer raises comes through, and the inputs that were not done stay unfinished in the capture.
    """
    all_of_them = [Poured(each, _begun(each, writer)) for each in inputs]
    writer.flush()
    total = sum(each.chosen.given.size for each in all_of_them)
    for each in all_of_them:
        if each.chosen.given.size >= LARGE and isinstance(each.chosen.importer, Outlining):
            _outline(each, each.chosen.importer, writer, lambda _: progress(0, total))
    before = 0
    for each in all_of_them:
        _read(each, writer, before, total, progress)
        before += each.chosen.given.size
    return all_of_them


def _begun(each: Chosen, writer: BulkWriter) -> int:
    return writer.begin_import(each.given.name, each.importer.name, each.given.size)


def _outline(each: Poured, importer: Outlining, writer: BulkWriter, at: At) -> None:
    """What goes wrong here goes wrong again when all is read, and is told then."""
    for item in _guarded(importer.outline(each.chosen.given, at), each.chosen):
        if not isinstance(item, Damage):
            _kept(each, writer, writer.outline, item)
    writer.flush()


def _read(each: Poured, writer: BulkWriter, before: int, total: int, progress: Progress) -> None:
    def at(done: int) -> None:
        writer.progress(each.number, done)
        progress(before + done, total)

    for item in _guarded(each.chosen.importer.read(each.chosen.given, at), each.chosen):
        if isinstance(item, Damage):
            _note(each, writer, item)
        elif _kept(each, writer, writer.add, item):
            each.exchanges += 1
    if each.more_damage:
        words = f"So are {each.more_damage} more places, which are not named."
        writer.damage(each.number, Damage(None, words))
    writer.progress(each.number, each.chosen.given.size)
    writer.end_import(each.number)
    each.complete = True


def _guarded(items: Iterable[Item], chosen: Chosen) -> Iterator[Item]:
    name = chosen.given.name
    try:
        yield from items
    except OSError as error:
        yield Damage(None, f"{name} cannot be read any further: {error.strerror or error}.")
    except Exception as error:  # noqa: BLE001 - a bug of ours in one format: the other files are read
        yield Damage(None, f"{name} cannot be read any further, by a failure of ours: {error!r}.")


def _kept(
    each: Poured, writer: BulkWriter, write: Callable[[ExchangeDetail, int], int], detail: ExchangeDetail
) -> bool:
    try:
        write(detail, each.number)
    except CaptureError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a file holds, it costs this exchange and no other
        place = detail.exchange.source.place if detail.exchange.source else f"exchange {detail.exchange.id}"
        _note(each, writer, Damage(None, f"What is at {place} could not be kept: {error!r}."))
        return False
    return True


def _note(each: Poured, writer: BulkWriter, damage: Damage) -> None:
    if len(each.damage) >= MOST_DAMAGE:
        each.more_damage += 1
        return
    each.damage.append(damage)
    writer.damage(each.number, damage)
