"""Which answers show the same failure as the first one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from inspector.capture.filter.language import parse
from inspector.capture.model import ExchangeDetail, Leg, Message
from inspector.replay.expectation import Expectation, Failure, failure_of

MakeDetail = Callable[..., ExchangeDetail]
Failed = Callable[..., ExchangeDetail]


@pytest.fixture
def failed(make_detail: MakeDetail) -> Failed:
    """An exchange that was answered with an error."""

    def make(
        message: str, code: str | None = "invalid_value", param: str = "tools[3].name", status: int = 400
    ):
        error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
        detail = make_detail(status=status, error=message)
        legs = {**detail.legs, Leg.RESPONSE: Message((), json.dumps({"error": error}).encode(), status)}
        return ExchangeDetail(detail.exchange, legs, ())

    return make


def test_numbers_and_quotations_are_aside(failed: Failed) -> None:
    expected = Expectation(parse("status:400"))
    assert expected.holds(failed("Invalid value: 'a b' at 3 (of 12)."))
    assert expected.holds(failed('Invalid value: "c" at 14 (of 1).', param="tools[0].name"))
    assert not expected.holds(failed("Missing value: 'a' at 3 (of 12)."))
    assert not expected.holds(failed("Invalid value: 'a' at 3 (of 12).", code=None))
    assert not expected.holds(failed("Invalid value: 'a' at 3 (of 12).", param="input"))
    assert not expected.holds(failed("Invalid value: 'a' at 3 (of 12).", status=500))


def test_any_failure_will_do_if_wanted(failed: Failed) -> None:
    expected = Expectation(parse("status:4xx"), any_failure=True)
    assert expected.holds(failed("One thing."))
    assert expected.holds(failed("Another.", code=None, status=404))
    assert not expected.holds(failed("One thing.", status=500))


def test_what_bodies_say_counts(make_detail: MakeDetail, failed: Failed) -> None:
    expected = Expectation(parse('response:"one thing"'))
    assert not expected.holds(make_detail())
    assert expected.holds(failed("One thing."))
    assert not expected.holds(failed("One thing.", code="other"))


def test_a_failure_in_an_answer_that_is_none_by_its_status(make_detail: MakeDetail) -> None:
    answer: dict[str, Any] = {"id": "resp_1", "object": "response", "output": [], "status": "failed"}
    answer["error"] = {"code": "server_error", "message": "Broke after 3 s."}
    assert failure_of(make_detail(answer=answer)) == Failure(200, "server_error", "", "Broke after # s.")
    assert failure_of(make_detail(answer={**answer, "error": None})) is None
    unreachable = make_detail(status=None, error="127.0.0.1:80 could not be reached.")
    assert failure_of(unreachable) == Failure(None, None, "", "#.#.#.#:# could not be reached.")
