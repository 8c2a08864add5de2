"""Inputs poured into a capture: heads first where they are many, and every kind of trouble named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import (
    Chunk,
    Damage,
    Exchange,
    ExchangeDetail,
    Import,
    Leg,
    Message,
    Outcome,
)
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo
from inspector.formats import pouring
from inspector.formats.choosing import Chosen
from inspector.formats.importing import At, Importer, Input, Item
from inspector.formats.pouring import LARGE, MOST_DAMAGE, Poured, pour


def made(number: int) -> ExchangeDetail:
    body = b'{"model": "m"}'
    exchange = Exchange(number, 0, "POST", "http://h/", "", "observe", float(number), Outcome.COMPLETE)
    return ExchangeDetail(exchange, {Leg.REQUEST: Message((), body)}, (Chunk(Leg.REQUEST, 0, 0, body),))


@dataclass
class Given:
    """An importer that gives what it was given; an exception is raised where it stands."""

    items: list[Item | Exception]
    name: str = "stub"

    def recognises(self, head: bytes, path: Path) -> bool:
        return False

    def read(self, given: Input, at: At) -> Iterator[Item]:
        for n, item in enumerate(self.items):
            if isinstance(item, Exception):
                raise item
            yield item
            at(n)


@dataclass
class GivenTwice(Given):
    """One whose heads can be read first."""

    seen: Callable[[], list[Exchange]] = list
    before: list[Exchange] = field(default_factory=list)  # what was to be seen when the reading began

    def outline(self, given: Input, at: At) -> Iterator[ExchangeDetail]:
        for n, item in enumerate(self.items):
            at(n)
            if isinstance(item, ExchangeDetail):
                heads = {leg: replace(message, body=b"") for leg, message in item.legs.items()}
                yield replace(item, legs=heads, chunks=())

    def read(self, given: Input, at: At) -> Iterator[Item]:
        self.before = self.seen()
        yield from super().read(given, at)


def poured(path: Path, *importers: Importer, size: int = 10) -> list[Poured]:
    inputs = [Chosen(Input(f"{n}.stub", path, size), importer) for n, importer in enumerate(importers)]
    with closing(BulkWriter(path, RecorderInfo("1.0", "import"))) as writer:
        return pour(inputs, writer)


def told(path: Path) -> tuple[list[Exchange], list[Import]]:
    with closing(Reader(path)) as reader:
        return reader.exchanges(), reader.imports()


def test_the_heads_of_a_large_file_are_all_there_before_a_body_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    importer = GivenTwice([made(1), made(2)], seen=lambda: told(path)[0])
    poured(path, importer, size=LARGE)
    assert [each.awaited for each in importer.before] == [True, True]
    assert [(each.awaited, each.model) for each in told(path)[0]] == [(False, "m"), (False, "m")]
    small = GivenTwice([made(1)], seen=lambda: told(tmp_path / "b.db")[0])
    poured(tmp_path / "b.db", small)
    assert small.before == []


def test_reading_the_heads_is_told_as_nothing_done_yet(tmp_path: Path) -> None:
    path, seen = tmp_path / "a.db", list[tuple[int, int]]()
    inputs = [Chosen(Input("0.stub", path, LARGE), GivenTwice([made(1), made(2)]))]
    with closing(BulkWriter(path, RecorderInfo("1.0", "import"))) as writer:
        pour(inputs, writer, lambda done, total: seen.append((done, total)))
    assert seen == [(0, LARGE), (0, LARGE), (0, LARGE), (1, LARGE)]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (OSError(5, "Input/output error"), "0.stub cannot be read any further: Input/output error."),
        (KeyError("x"), "0.stub cannot be read any further, by a failure of ours: KeyError('x')."),
    ],
)
def test_a_file_that_breaks_off_costs_the_others_nothing(
    tmp_path: Path, trouble: Exception, words: str
) -> None:
    path = tmp_path / "a.db"
    for size in (10, LARGE):
        poured(path, GivenTwice([made(1), trouble, made(2)]), Given([made(1)]), size=size)
        exchanges, imports = told(path)
        path.unlink()
        assert len(exchanges) == (3 if size == LARGE else 2)  # the heads of the second one are known
        assert imports[0].damage == (Damage(None, words),)
        assert all(each.ended is not None and each.done == each.size for each in imports)


def test_what_cannot_be_kept_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    odd = replace(made(2), exchange=replace(made(2).exchange, note=7))  # type: ignore[arg-type]  # a bug's work
    (done,) = poured(path, Given([made(1), odd, made(3)]))
    assert (done.exchanges, done.complete) == (2, True)
    assert done.damage[0].text.startswith("What is at exchange 2 could not be kept: TypeError")
    assert len(told(path)[0]) == 2


def test_a_file_that_is_all_damage_is_not_a_list_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    (done,) = poured(path, Given([Damage(n, "odd") for n in range(MOST_DAMAGE + 7)]))
    assert (len(done.damage), done.more_damage) == (MOST_DAMAGE, 7)
    (imported,) = told(path)[1]
    assert "7 more" in imported.damage[-1].text
    assert len(imported.damage) == MOST_DAMAGE + 1


def test_progress_is_told_of_all_files(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    inputs = [Chosen(Input(f"{n}", tmp_path, 10), Given([made(1), made(2)])) for n in range(2)]
    with closing(BulkWriter(tmp_path / "a.db", RecorderInfo("1.0", "import"))) as writer:
        pouring.pour(inputs, writer, lambda done, total: steps.append((done, total)))
    assert steps == [(0, 20), (1, 20), (10, 20), (11, 20)]
