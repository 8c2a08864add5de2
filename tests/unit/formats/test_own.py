"""Captures poured into a capture: every exchange as it was."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.capture.bulk import BulkWriter
from inspector.capture.model import Damage, ExchangeDetail
from inspector.capture.reader import Reader
from inspector.capture.store import RecorderInfo
from inspector.formats.choosing import choose
from inspector.formats.importing import Input
from inspector.formats.own import CaptureImporter
from inspector.formats.pouring import pour
from inspector.formats.registry import recognise

SAMPLES = sorted((Path(__file__).parents[3] / "sample_captures").glob("*.db"))


def details(path: Path) -> list[ExchangeDetail]:
    with closing(Reader(path)) as reader:
        return [reader.detail(each.id) for each in reader.exchanges()]


def test_captures_become_one(tmp_path: Path, alike: Callable[..., None]) -> None:
    assert SAMPLES
    out = tmp_path / "all.db"
    with closing(BulkWriter(out, RecorderInfo("1.0", "import"))) as writer:
        poured = pour(choose(SAMPLES), writer)
    assert all(each.complete and not each.damage for each in poured)
    with closing(Reader(out)) as reader:
        after = sorted(
            (reader.detail(each.id) for each in reader.exchanges()), key=lambda one: one.exchange.id
        )
        assert [each.file for each in reader.imports()] == [path.name for path in SAMPLES]
    before = [detail for path in SAMPLES for detail in details(path)]
    for ours, theirs in zip(after, before, strict=True):
        again = replace(theirs.exchange, answered=ours.exchange.answered)  # the samples are older than that
        alike(ours, replace(theirs, exchange=again))
        assert ours.exchange.source is not None
        assert ours.exchange.source.place == f"exchange {theirs.exchange.id}"


def test_the_name_says_nothing(tmp_path: Path) -> None:
    shutil.copy(SAMPLES[0], tmp_path / "a.har")
    assert isinstance(recognise(tmp_path / "a.har"), CaptureImporter)


@pytest.mark.parametrize("cut", [100, 4096, 20_000])
def test_a_damaged_capture_is_damage(tmp_path: Path, cut: int) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(SAMPLES[0].read_bytes()[:cut])
    (chosen,) = choose([broken])
    found = list(chosen.importer.read(chosen.given, lambda _: None))
    assert any(isinstance(item, Damage) and str(broken) in item.text for item in found)
    assert [file.name for file in tmp_path.iterdir()] == ["broken.db"]


def test_what_cannot_be_read_of_a_capture_costs_that_exchange_alone(tmp_path: Path) -> None:
    file = tmp_path / "odd.db"
    shutil.copy(SAMPLES[0], file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE exchanges SET summary_version = 'x' WHERE id = 2")
    found = list(CaptureImporter().read(Input("odd.db", file, 1), lambda _: None))
    damage = [item.text for item in found if isinstance(item, Damage)]
    assert len(damage) == 1
    assert damage[0].startswith("Exchange 2 cannot be read: ")
    assert [item.exchange.id for item in found if isinstance(item, ExchangeDetail)][:2] == [1, 3]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(st.integers(100, SAMPLES[0].stat().st_size - 1), st.binary(min_size=1, max_size=40)),
        max_size=8,
    ),
    cut=st.one_of(st.none(), st.integers(100, SAMPLES[0].stat().st_size)),
)
def test_whatever_is_in_a_capture_it_is_read_or_damage(
    tmp_path: Path, changes: list[tuple[int, bytes]], cut: int | None
) -> None:
    data = bytearray(SAMPLES[0].read_bytes())
    for at, new in changes:
        data[at : at + len(new)] = new
    file = tmp_path / "odd.db"
    file.write_bytes(data[:cut])
    importer = CaptureImporter()
    for item in importer.read(Input("odd.db", file, len(data)), lambda _: None):
        assert isinstance(item, ExchangeDetail | Damage)
