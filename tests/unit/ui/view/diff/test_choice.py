"""Which pair is meant, by the table."""

from __future__ import annotations

import pytest

from inspector.ui.view.diff.choice import marked_pair


@pytest.mark.parametrize(
    ("marked", "selected", "pair"),
    [
        ([2, 4], 5, (2, 4)),
        ([2, 4], 3, (2, 4)),
        ([2, 4], 2, (2, 4)),
        ([2, 4], 4, (2, 4)),
        ([2], 4, (2, 4)),
        ([4], 2, (2, 4)),
        ([1, 2, 4], 3, (2, 3)),
        ([1, 2, 4], 5, (4, 5)),
        ([3, 4, 5], 2, (2, 3)),
        ([2], 2, None),
        ([], 2, None),
    ],
    ids=str,
)
def test_the_pair(exchange, marked, selected, pair):
    exchanges = {n: exchange(n, marked=n in marked) for n in (5, 4, 3, 2, 1)}
    assert marked_pair(exchanges.values(), exchanges[selected]) == pair
