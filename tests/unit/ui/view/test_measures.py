"""Numbers in few characters."""

from __future__ import annotations

import pytest

from inspector.ui.view.measures import ago, counted, duration, offset, size, tokens


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (9_949, "9.9 KB"), (41_200, "41 KB"), (999_600, "1.0 MB"),
     (1_200_000, "1.2 MB"), (5 * 10**12, "5000 GB")],
)  # fmt: skip
def test_sizes(count: int, words: str):
    assert size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.012, "12 ms"), (0.9996, "1.00 s"), (3.41, "3.41 s"), (12.34, "12.3 s"), (125, "2m05s"),
     (4320, "72m00s"), (7200, "2h00m")],
)  # fmt: skip
def test_durations(seconds: float, words: str):
    assert duration(seconds) == words
    assert len(words) <= 6


def test_offsets_line_up():
    assert (offset(0.38), offset(12.5), offset(123.45)) == (" 0.380", "12.500", " 123.5")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "now"), (42, "42s"), (360, "6m"), (3 * 3600, "3h"), (12 * 86400, "12d")]
)
def test_how_long_ago(seconds: float, words: str):
    assert ago(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(310, "310"), (4_100, "4.1k"), (128_000, "128k"), (1_234_567, "1.2M")]
)
def test_tokens(count: int, words: str):
    assert tokens(count) == words


def test_counts():
    assert (counted(1, "item"), counted(3, "item"), counted(2, "body", "bodies")) == (
        "1 item",
        "3 items",
        "2 bodies",
    )
