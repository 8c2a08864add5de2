"""How far something has come, as a bar."""

from __future__ import annotations

import pytest

from inspector.ui.view.progress import bar


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (0, 10, "──────────   0 %"),
        (5, 10, "━━━━━─────  50 %"),
        (999, 1000, "━━━━━━━━━─  99 %"),
        (10, 10, "━━━━━━━━━━ 100 %"),
        (12, 10, "━━━━━━━━━━ 100 %"),
        (0, 0, "──────────   0 %"),
    ],
)
def test_a_bar(done: int, total: int, shown: str):
    assert "".join(span.text for span in bar(done, total, 10)) == shown
