"""What to expect of a smaller request, and how what was found is told."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from inspector.capture.filter.language import parse
from inspector.capture.reader import Reader
from inspector.replay.endpoint import Destination
from inspector.replay.minimise import Minimised, Tried
from inspector.replay.minimising import Found, Minimising
from inspector.ui.minimising import Search, likely, prepare_search, so_far, told, told_cancelled
from inspector.ui.replaying import Wish, prepare

SMALL = {"model": "m", "input": "x"}
HERE = Destination(to="http://127.0.0.1:9/openai/v1")


def searched(path: Path) -> tuple[Minimising, Path]:
    return prepare_search(path, prepare(path, Wish(1, destination=HERE)))


def test_what_is_likely_to_be_expected(turn: Path):
    with closing(Reader(turn)) as reader:
        fine = reader.exchange(1)
    assert likely(fine) == ""
    assert likely(replace(fine, status=429)) == "status:429"
    assert likely(replace(fine, error="response.failed: ...")) == "has:error"
    assert parse(likely(replace(fine, error="x"))).matches(replace(fine, error="x"))


def test_each_search_learns_anew():
    search = Search(parse("status:400"))
    assert search.expectation() is not search.expectation()


def test_the_tries_have_a_capture_of_their_own(turn: Path):
    work, tries = searched(turn)
    assert work.built.call.url.startswith("http://127.0.0.1:9/")
    assert tries.absolute() != turn.absolute()
    assert not tries.exists()


def test_how_far_it_is():
    assert so_far(Tried(12, 60, 4100, "tools")) == "minimising 12 of 60  4.1 KB"


def test_what_was_found(turn: Path):
    work, _ = searched(turn)
    tries = Path("tries.db")
    assert told(work, tries) == (
        "The request as it is does not show it: it was not answered", False,
    )  # fmt: skip
    work.found = Found(7, Minimised(work.body, 7, minimal=True))
    assert told(work, tries) == ("Nothing of it could be left out, in 7 requests.", True)
    work.found = Found(9, Minimised(SMALL, 8, minimal=False), kept=4, confirmed=False)
    words, well = told(work, tries)
    assert words.startswith("Exchange 4: ")
    assert "after 9 requests, which are in tries.db." in words
    assert "The budget was spent" in words
    assert "comes and goes" in words
    assert not well


def test_what_is_left_of_one_that_was_cancelled(turn: Path):
    work, _ = searched(turn)
    tries = Path("tries.db")
    work.found = Found(1, Minimised(work.body, 1, minimal=False), tried=1)
    assert told_cancelled(work, tries) == "Cancelled after 1 request: nothing could be left out until then."
    work.found = Found(9, Minimised(SMALL, 9, minimal=False), tried=7, kept=4)
    assert told_cancelled(work, tries).startswith("Cancelled. The smallest so far is kept as exchange 4: ")
    assert told_cancelled(work, tries).endswith(", after 9 requests, which are in tries.db.")
    work.found.kept = None  # it could not be written
    assert "is kept as exchange 7 of the tries: " in told_cancelled(work, tries)
