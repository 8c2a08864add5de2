"""Which exchanges fit the filter, as far as rows tell, and what a look into bodies adds."""

from __future__ import annotations

from typing import Any

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.narrowing import Narrowing


def exchange(number: int, **changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": number, "revision": number, "method": "POST", "url": "https://a/responses", "session": "s",
        "operation": "responses.create", "mode": "observe", "started": float(number),
        "outcome": Outcome.COMPLETE, "status": 200,
    }  # fmt: skip
    return Exchange(**{**told, **changes})


def test_rows_decide_at_once():
    narrowing = Narrowing()
    assert narrowing.matched is None
    assert narrowing.ask("status:429", [exchange(1), exchange(2, status=429)]) == ()
    assert narrowing.matched == {2}
    change = narrowing.take([exchange(1, status=429), exchange(2)], [])
    assert (change.shown, change.hidden, narrowing.matched) == ({1}, {2}, {1})
    assert narrowing.ask("  ", []) == ()
    assert narrowing.matched is None


def test_a_wrong_filter_and_the_same_one_change_nothing():
    narrowing = Narrowing()
    narrowing.ask("id:1", [exchange(1)])
    assert narrowing.ask("id:1 status:x", [exchange(1)]) is None
    assert narrowing.problem is not None
    assert narrowing.problem.position == len("id:1 status:")
    assert narrowing.matched == {1}
    assert narrowing.ask(" id:1", [exchange(1)]) is None
    assert narrowing.problem is None


def test_bodies_decide_later_and_may_decide_otherwise_as_they_grow():
    narrowing = Narrowing()
    undecided = narrowing.ask("word", [exchange(1), exchange(2)])
    assert undecided is not None
    assert {one.id for one in undecided} == {1, 2}
    assert narrowing.matched == set()
    assert narrowing.learn([1], [2]).shown == {1}
    assert narrowing.take([exchange(1)], []).undecided == (exchange(1),)
    assert narrowing.matched == {1}, "what it was found to be holds until it is looked into again"
    assert narrowing.learn([], [1]).hidden == {1}


def test_repetitions_are_found_among_all_there_are():
    narrowing = Narrowing()
    first, again = exchange(1, request_digest="a"), exchange(2, request_digest="a")
    narrowing.ask("is:retry", [first])
    assert narrowing.take([again], [first, again]).shown == {2}
