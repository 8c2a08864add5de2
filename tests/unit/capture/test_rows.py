"""Rows as values: what a row leaves open is decided here."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture import rows
from inspector.capture.model import Made, Outcome, Source, Timing, Usage
from inspector.capture.rows import COLUMNS, INTERRUPTED_WORDS, exchange, headers

NAMES = COLUMNS.split(", ")
PLAIN: dict[str, Any] = {
    "id": 1, "revision": 9, "method": "POST", "url": "u", "operation": "chat.create", "mode": "observe",
    "started": 1.5, "outcome": "complete", "http_version": "HTTP/2", "connection": "c", "event_count": 3,
    "request_size": 10, "response_size": 20, "recorder": 7,
}  # fmt: skip


def row(**columns: Any) -> tuple[Any, ...]:
    return tuple({**PLAIN, **columns}.get(name) for name in NAMES)


def test_columns_stand_in_the_order_of_the_fields():
    found = exchange(
        row(request_digest="d", response_id="r", model="m", answered="n", turn=2, error="e"), frozenset()
    )
    assert (found.id, found.url, found.http_version, found.event_count) == (1, "u", "HTTP/2", 3)
    assert (found.request_digest, found.response_id, found.model, found.answered) == ("d", "r", "m", "n")
    assert (found.turn, found.error, found.outcome) == (2, "e", Outcome.COMPLETE)
    assert (found.request_size, found.response_size) == (10, 20)


@pytest.mark.parametrize(
    ("living", "error", "outcome", "words"),
    [
        (frozenset({7}), None, Outcome.OPEN, None),
        (frozenset(), None, Outcome.INTERRUPTED, INTERRUPTED_WORDS),
        (frozenset({8}), "its own", Outcome.INTERRUPTED, "its own"),
    ],
)
def test_an_open_exchange_is_interrupted_when_its_recorder_is_gone(
    living: frozenset[int], error: str | None, outcome: Outcome, words: str | None
):
    found = exchange(row(outcome="open", error=error), living)
    assert (found.outcome, found.error) == (outcome, words)


@pytest.mark.parametrize("reader_lives", [True, False])
def test_bodies_are_awaited_as_long_as_somebody_reads_the_file(reader_lives: bool):
    told = row(summary_version=rows.AWAITED, source=rows.source_text(Source("a.mitm", "mitmproxy")))
    living = frozenset({7}) if reader_lives else frozenset[int]()
    found = exchange(told, living)
    assert found.awaited is reader_lives
    assert found.source == Source("a.mitm", "mitmproxy", remarks=() if reader_lives else (rows.NEVER_CAME,))
    assert not rows.is_stale(told, living)


def test_what_is_not_known():
    found = exchange(row(outcome="of a later version", request_digest=""), frozenset())
    assert (found.outcome, found.usage, found.stream) == (Outcome.INTERRUPTED, None, None)
    assert found.request_digest is None  # "": the request was read and had no body


def test_tokens_and_flags():
    found = exchange(row(cached_tokens=0, stream=0), frozenset())
    assert found.usage == Usage(cached_tokens=0)
    assert found.stream is False


def test_headers_are_pairs():
    assert headers('[["A", "1"], ["a", "caf\\u00e9"]]') == (("A", "1"), ("a", "caf\xe9"))
    assert headers(None) == ()


@pytest.mark.parametrize(
    "made",
    [
        Made("replay"),
        Made("edit", "repaired", ({"set": "/model"}, "drop input[2]"), "other.db 3"),
        None,
    ],
    ids=str,
)
def test_how_one_was_made_is_kept(made: Made | None):
    assert rows.made(rows.made_text(made)) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("[]", None),
        ("no json", None),
        ("{}", Made("")),
        ('{"by": "later", "edits": 3, "boundary": [], "new": 1}', Made("later")),
    ],
)
def test_how_one_was_made_by_somebody_else(text: str, made: Made | None):
    assert rows.made(text) == made


@pytest.mark.parametrize(
    "source",
    [
        None,
        Source("flows.mitm", "mitmproxy", "byte 12"),
        Source("a.har", "har", "entry 3", Timing.EVEN, ("the body is not in the file",)),
    ],
)
def test_where_an_exchange_was_read_from_is_kept(source: Source | None):
    assert exchange(row(source=rows.source_text(source)), frozenset()).source == source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("not json", None),
        ("[]", None),
        ("{}", Source("", "")),
        (
            '{"file": 1, "format": "har", "timing": "of a later version", "remarks": ["a", 2]}',
            Source("", "har", remarks=("a",)),
        ),
    ],
)
def test_a_source_that_is_damaged_or_of_a_later_version(text: str, source: Source | None):
    assert exchange(row(source=text), frozenset()).source == source
