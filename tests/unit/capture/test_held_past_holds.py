"""What no rule can hold is said while it is so."""

from __future__ import annotations

import time
from typing import Any

from inspector.capture.held.past_holds import passes_holds
from inspector.capture.model import Leg, Outcome


def test_a_socket_that_is_open_is_named(studio: Any) -> None:
    writer = studio.writer()
    studio.exchange(writer)
    asked = {"operation": "responses.connect", "method": "GET"}
    opened, refused = (studio.begin(writer, **asked) for _ in range(2))
    writer.head(opened, Leg.RESPONSE, (), status=101, at=time.monotonic())
    writer.head(refused, Leg.RESPONSE, (), status=426, at=time.monotonic())
    assert writer.flush()
    said = "What goes over a WebSocket that is open already is not held: exchange 2."
    assert passes_holds(studio.path) == said
    writer.finish(opened, Outcome.COMPLETE, at=time.monotonic())
    assert writer.flush()
    assert passes_holds(studio.path) is None
