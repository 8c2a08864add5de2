"""Requests put together from items that are JSON already."""

from __future__ import annotations

import json

import pytest

from inspector.formats.codex import history
from inspector.formats.codex.history import History


@pytest.mark.parametrize("before", [{}, {"model": "é"}])
@pytest.mark.parametrize("behind", [{}, {"stream": True}])
@pytest.mark.parametrize("items", [[], [1], [{"a": "b"}, {}]])
def test_it_is_the_json_of_the_whole(
    before: dict[str, object], behind: dict[str, object], items: list[object]
):
    body = History(json.dumps(item).encode() for item in items).request(before, behind)
    assert body is not None
    assert list(json.loads(body).items()) == [*before.items(), ("input", items), *behind.items()]


def test_one_that_is_too_large_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "LARGEST", 10)
    grown = History([b'"123456"'])
    assert grown.request({}, {}) == b'{"input":["123456"]}'
    grown.add([b'"7"'])
    assert grown.request({}, {}) is None
