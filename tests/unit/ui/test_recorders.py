"""Who of a capture's recorders is a proxy."""

from __future__ import annotations

import pytest

from inspector.capture.model import Recorder
from inspector.ui.recorders import is_proxy


@pytest.mark.parametrize(
    ("mode", "proxy"),
    [("observe", True), ("bridge", True), ("repair", True), ("replay", False), ("import", False)],
)
def test_only_live_traffic_goes_through_a_proxy(mode: str, proxy: bool) -> None:
    assert is_proxy(Recorder(1, 2, "host", "1.0", mode, None, None, 0.0)) is proxy
