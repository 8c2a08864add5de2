"""A capture searched in steps: what is found, what is read for it, how it goes on around what is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.filter.language import parse
from inspector.capture.filter.surroundings import Surroundings
from inspector.capture.model import Leg, Message
from inspector.capture.reader import Reader
from inspector.capture.searching import matches, search


@pytest.fixture
def path(studio: Any) -> Path:
    """Two sessions: words of their own in each, a call in the second's last answer, a repeated request."""
    writer = studio.writer()
    for session, word in (("one", "apple"), ("two", "cherry"), ("one", "pear"), ("one", "pear")):
        item = {"type": "function_call", "name": f"eat_{word}", "call_id": "c", "arguments": "{}"}
        events = [
            studio.event(type="response.output_item.done", output_index=0, item=item),
            studio.completed(),
        ]
        studio.exchange(writer, {"prompt_cache_key": session, "input": word}, events)
    assert writer.flush(20)
    found: Path = studio.path
    return found


@pytest.fixture
def reader(path: Path) -> Iterator[Reader]:
    with closing(Reader(path)) as reader:
        yield reader


def ids(reader: Reader, text: str, **options: Any) -> list[int]:
    return sorted(one.id for step in search(reader, parse(text), **options) for one in step.found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [1, 2, 3, 4]),
        ("apple", [1]),
        ("-apple", [2, 3, 4]),
        ("tool:eat_cherry", [2]),
        ("session:one tool:pear", [3, 4]),
        ("is:retry", [4]),
        ("status:500", []),
    ],
)
def test_what_matches_is_found(reader: Reader, text: str, found: list[int]) -> None:
    assert ids(reader, text) == found
    around = Surroundings(retries={4})
    assert [one.id for one in reader.exchanges() if matches(reader, parse(text), one, around)] == found


def test_only_what_is_given_is_searched_with_what_is_known_around_it(reader: Reader) -> None:
    given = reader.exchanges()[1:3]
    assert ids(reader, "-nowhere", exchanges=given) == [2, 3]
    assert ids(reader, "has:mark or is:retry", around=Surroundings(marked={2})) == [2]


def test_a_step_ends_in_time_and_tells_how_far_it_has_come(reader: Reader) -> None:
    steps = list(search(reader, parse("pear or session:two"), seconds=0))
    assert [step.done for step in steps] == [1, 2, 3, 4, 4]
    assert {step.total for step in steps} == {4}
    assert [one.id for step in steps for one in step.found] == [2, 3, 4]
    assert len(list(search(reader, parse("pear"), seconds=60))) == 1


def test_bodies_are_read_only_where_the_row_does_not_tell(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[int, Leg]] = []

    def message(exchange: int, leg: Leg) -> Message | None:
        read.append((exchange, leg))
        return Reader.message(reader, exchange, leg)

    monkeypatch.setattr(reader, "message", message)
    assert ids(reader, "status:200 -has:error") == [1, 2, 3, 4]
    assert read == []
    assert ids(reader, "id:2,3 request:pear") == [3]
    assert read == [(3, Leg.REQUEST), (2, Leg.REQUEST), (2, Leg.UPSTREAM_REQUEST)]


def test_the_session_that_was_active_last_is_read_first_from_its_beginning(reader: Reader) -> None:
    order = [one.id for step in search(reader, parse("-nowhere"), seconds=0) for one in step.found]
    assert order == [1, 3, 4, 2]


def test_a_search_can_be_given_up(reader: Reader) -> None:
    steps = search(reader, parse("-nowhere"), seconds=0)
    assert next(steps).done == 1
    steps.close()  # type: ignore[attr-defined]  # a generator, to its callers an iterator
    assert ids(reader, "apple") == [1]


def test_a_damaged_body_is_told_and_the_others_are_searched(studio: Any, path: Path) -> None:
    studio.close()
    with closing(sqlite3.connect(path)) as file:
        file.execute(
            """UPDATE bodies SET data = x'00' WHERE id =
                (SELECT body FROM legs WHERE exchange = 2 AND leg = 'request')"""
        )
        file.commit()
    with closing(Reader(path)) as reader:
        steps = list(search(reader, parse("cherry or pear")))
        assert [one.id for step in steps for one in step.found] == [3, 4]
        assert [one.id for step in steps for one in step.unread] == [2]
        assert not matches(reader, parse("cherry"), reader.exchange(2), Surroundings())
