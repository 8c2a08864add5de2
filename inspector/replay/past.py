"""What a request that is sent again goes on from: the history that its `previous_response_id` stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.capture.model import ExchangeDetail
from inspector.capture.reader import Reader
from inspector.capture.stored_history import Items, history_of
from inspector.capture.translated import earlier_items


def past_of(reader: Reader, detail: ExchangeDetail, body: Mapping[str, Any] | None) -> Items | None:
    """For `build`: that of the captured request; of an edited one, whose body this is, its own."""
    if body is None:
        return earlier_items(reader, detail)
    previous = body.get("previous_response_id")
    return history_of(reader, previous) if isinstance(previous, str) else None
