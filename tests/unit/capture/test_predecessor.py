"""Which request one compares with."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.model import Exchange, Outcome
from inspector.capture.predecessor import predecessor


def made(number: int, **more: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": number,
        "revision": number,
        "method": "POST",
        "url": "https://a.b/responses",
        "operation": "responses.create",
        "mode": "observe",
        "started": float(number),
        "outcome": Outcome.COMPLETE,
        "session": "one",
        "request_kind": "turn",
        "request_digest": f"digest {number}",
    }
    return Exchange(**{**told, **more})


def before(last: Exchange, *others: Exchange) -> int | None:
    found = predecessor(last, [*others, last])
    return found.id if found is not None else None


def test_the_last_one_before_it() -> None:
    assert before(made(3), made(1), made(2), made(4)) == 2


def test_the_order_of_start_counts_not_that_of_numbers() -> None:
    assert before(made(1, started=9.0), made(2, started=5.0), made(3, started=4.0)) == 2


def test_the_first_of_a_session_has_none() -> None:
    assert before(made(2), made(1, session="another")) is None


@pytest.mark.parametrize(
    "other",
    [{"request_kind": "compact"}, {"operation": "responses.compact"}, {"operation": "chat.create"}],
    ids=str,
)
def test_another_kind_of_request_only_where_there_is_none_of_its_kind(other: dict[str, Any]) -> None:
    assert before(made(3), made(1), made(2, **other)) == 1
    assert before(made(3), made(2, **other)) == 2


def test_a_repetition_is_passed_over_unless_there_is_nothing_else() -> None:
    again = made(2, request_digest="digest 3")
    assert before(made(3), made(1), again) == 1
    assert before(made(3), again) == 2


def test_bodies_of_which_nobody_knows_the_digest_are_no_repetitions() -> None:
    assert before(made(3, request_digest=None), made(1), made(2, request_digest=None)) == 2


def test_a_call_without_a_body_is_no_request_to_compare_with() -> None:
    assert before(made(2), made(1, operation="models")) is None


def test_without_a_session_its_connection_counts() -> None:
    alone = {"session": None, "connection": "c1"}
    assert before(made(3, **alone), made(1, **alone), made(2, session=None, connection="c2")) == 1
    assert before(made(3, **alone), made(1, connection="c1")) is None


def test_a_replay_stands_behind_what_it_was_made_of_and_before_nothing() -> None:
    again = made(4, parent=1)
    assert before(again, made(1), made(2), made(3)) == 1
    assert before(made(5), made(1), made(2), again) == 2
    assert before(made(5, parent=9), made(1)) is None
