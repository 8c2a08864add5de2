"""Sessions, turns and exchanges as an outline that grows."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.outline import Outline
from inspector.ui.view.sessions import Sessions, exchange_of


def exchange(number: int, **changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": number, "revision": number, "method": "POST", "url": "https://a/responses",
        "operation": "responses.create", "mode": "observe", "started": float(number),
        "outcome": Outcome.COMPLETE, "status": 200, "session": "s", "turn": 1,
    }  # fmt: skip
    return Exchange(**{**told, **changes})


@pytest.fixture
def sessions() -> Sessions:
    return Sessions({"turn:1 s": "Fix it."}.get, lambda: 100.0)


def keys(sessions: Sessions) -> list[str]:
    return [node.key for node in Outline(sessions.nodes).visible]


def test_they_are_grouped_and_in_order_of_start(sessions: Sessions):
    sessions.take([exchange(1), exchange(3, turn=2), exchange(2, started=0.5)])
    sessions.take([exchange(4, session=None, turn=None, connection="c")])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:2", "exchange:1", "turn:2 s", "exchange:3",
                              "session:connection c", "exchange:4"]  # fmt: skip
    heads = [node.head(80, True).text for node in Outline(sessions.nodes).visible]
    assert heads[1].startswith("1 Fix it.")


def test_a_change_keeps_the_place(sessions: Sessions):
    sessions.take([exchange(1, outcome=Outcome.OPEN, status=None), exchange(2)])
    before = keys(sessions)
    sessions.take([exchange(1, status=429)])
    assert keys(sessions) == before
    assert sessions.exchanges[1].status == 429


def test_one_recognised_late_moves_and_its_empty_group_goes(sessions: Sessions):
    sessions.take([exchange(1, session=None, turn=None, connection="c")])
    sessions.take([exchange(1)])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1"]
    assert set(sessions.groups) == {"session:s", "turn:1 s"}


def test_neighbours_and_the_newest(sessions: Sessions):
    sessions.take([exchange(1), exchange(2), exchange(3, turn=2)])
    assert [sessions.neighbour(2, by) for by in (-1, 1)] == [1, 3]
    assert (sessions.neighbour(1, -1), sessions.neighbour(3, 1)) == (None, None)
    newest = sessions.newest()
    assert newest is not None
    assert newest.id == 3
    assert sessions.open_to(3) == ["session:s", "turn:2 s"]


def test_exchange_keys():
    assert (exchange_of("exchange:7"), exchange_of("turn:1 s")) == (7, None)
