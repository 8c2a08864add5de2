"""What is held as a text, and what was made of it as a decision."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.capture.holds import RELEASED, Act, Decision, Held, Point, State
from inspector.ui.view.hold.edited import decision_of, is_json, text_of
from inspector.ui.view.hold.waits import Waits, waits_of

FIELDS = (("content-type", "application/json"), ("retry-after", "2"))


def waits(point: Point, body: bytes = b"", **more: Any) -> Waits:
    return waits_of(Held(1, 1, point, 1, "", "x", 0.0, 120.0, State.HELD, **more), body)


REQUEST = waits(Point.REQUEST, b'{"model":"m","input":[]}')
EVENT = waits(Point.EVENT, '{"type":"x","delta":"ä"}'.encode())
RESPONSE = waits(Point.RESPONSE, status=429, headers=FIELDS)
WHOLE = waits(Point.RESPONSE, b'{"error":{}}', status=429, headers=FIELDS)


def response(**more: Any) -> str:
    told = {"status": 429, "headers": [list(field) for field in FIELDS], **more}
    return json.dumps(told)


def test_it_is_shown_indented_and_goes_on_as_it_is_where_nothing_was_changed():
    assert text_of(REQUEST).splitlines() == ["{", '  "model": "m",', '  "input": []', "}"]
    assert text_of(waits(Point.EVENT, b"[DONE]")) == "[DONE]"
    for one in (REQUEST, EVENT, RESPONSE, WHOLE, waits(Point.EVENT, b"[DONE]")):
        assert decision_of(one, text_of(one)) == RELEASED


def test_a_request_goes_on_as_it_was_written():
    assert decision_of(REQUEST, '{\n "model": "n"}') == Decision(Act.EDIT, body=b'{\n "model": "n"}')
    assert str(decision_of(REQUEST, '{\n"a": 1,}')).startswith("Line 2, column 7: ")


def test_an_event_is_put_on_one_line_or_left_out():
    assert decision_of(EVENT, '{\n"delta": "ü"\n}') == Decision(Act.EDIT, body='{"delta":"ü"}'.encode())
    assert decision_of(EVENT, " \n") == Decision(Act.EDIT, body=b"")
    plain = waits(Point.EVENT, b"[DONE]")
    assert (is_json(EVENT), is_json(plain)) == (True, False)
    assert decision_of(plain, "[GONE]") == Decision(Act.EDIT, body=b"[GONE]")


def test_of_a_response_only_what_was_changed_is_told():
    assert decision_of(RESPONSE, response(status=500)) == Decision(Act.EDIT, status=500)
    less = response(headers=[["retry-after", "9"]])
    assert decision_of(RESPONSE, less) == Decision(Act.EDIT, headers=(("retry-after", "9"),))
    assert decision_of(RESPONSE, response(body={"a": 1})) == Decision(Act.EDIT, body=b'{"a":1}')
    assert decision_of(WHOLE, response(body="gone")) == Decision(Act.EDIT, body=b"gone")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[]", "Of a response there can be status, headers and body."),
        (response(other=1), "Of a response there can be status, headers and body."),
        (response(status="429"), "The status is a number, such as 429."),
        (response(status=99), "99 is no status that can be sent: take one from 200 to 599."),
        (response(headers={"a": "b"}), 'The headers are a list of pairs of texts: [["retry-after", "2"]].'),
        (response(headers=[["a:", "b"]]), "'a:' is no name of a header field."),
        (response(status=429) + " ", "Nothing was changed: release it as it is."),
    ],
)
def test_what_is_wrong_with_a_response_is_said(text: str, wrong: str):
    assert decision_of(RESPONSE, text) == wrong
