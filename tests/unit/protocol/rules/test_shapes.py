"""Fields that an event must have."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocol.rules.shapes import FIELDS, check_shape, is_usable

DELTA = {"item_id": "m", "output_index": 0, "content_index": 0, "delta": "", "logprobs": []}


def test_a_whole_event() -> None:
    assert list(check_shape("response.output_text.delta", DELTA)) == []


@pytest.mark.parametrize("value", [None, "0", True, 1.0])
def test_a_field_of_another_kind(value: Any) -> None:
    event = {**DELTA, "output_index": value}
    assert list(check_shape("response.output_text.delta", event)) == [
        ("shape", "response.output_text.delta lacks a usable 'output_index'")
    ]
    assert not is_usable("response.output_text.delta", event)


def test_without_log_probabilities_an_event_is_of_use() -> None:
    event = {name: value for name, value in DELTA.items() if name != "logprobs"}
    assert len(list(check_shape("response.output_text.delta", event))) == 1
    assert is_usable("response.output_text.delta", event)


def test_events_of_hosted_tools_need_nothing() -> None:
    assert "response.web_search_call.searching" not in FIELDS
    assert is_usable("response.web_search_call.searching", {})
