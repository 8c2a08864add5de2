"""The request as it was sent: settings, tools, the conversation, headers."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.ui.view.request import count_items, request_nodes


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({"model": "m", "input": "hi"}, ["settings", "/input"]),
        ({"model": "m", "tools": [], "input": [{"role": "user"}, 7]}, ["settings", "/input/0", "/input/1"]),
        ({"model": "m", "messages": [{"role": "user", "content": "hi"}]}, ["settings", "/messages/0"]),
    ],
)
def test_its_nodes(body: dict[str, Any], keys: list[str]):
    found = [node.key for node in request_nodes(body, (("a", "b"),))]
    assert [key for key in found if key not in ("headers", "/tools")] == keys
    assert found[-1] == "headers"


def test_items_are_counted():
    assert count_items({"input": [1, 2]}) == (2, "item")
    assert count_items({"messages": [1]}) == (1, "message")
    assert count_items({})[0] == 0


def test_what_is_said_for_the_first_time_is_unfolded():
    said = [
        {"role": "user", "content": "old"},
        {"role": "assistant", "content": "so"},
        {"role": "user", "content": "new"},
    ]
    opened = {node.key: node.opened for node in request_nodes({"input": said}, ())}
    assert (opened["/input/0"], opened["/input/2"]) == (False, True)
