"""Answers of a person's own."""

from __future__ import annotations

import json

from inspector.capture.holds import Act, Decision, Held, Point, State
from inspector.ui.view.hold.answers import Answer, broken, checked, refused, said


def held(point: Point) -> Held:
    return Held(1, 1, point, 1, "", "x", 0.0, 120.0, State.HELD)


def body(decision: Decision | str) -> dict[str, object]:
    assert isinstance(decision, Decision)
    assert decision.act is Act.ANSWER
    found = json.loads(decision.body or b"")
    assert isinstance(found, dict)
    return found


def test_words_are_a_complete_response():
    made = body(said("Hä?", "gpt-5.5"))
    assert (made["object"], made["status"], made["model"]) == ("response", "completed", "gpt-5.5")
    assert made["output"][0]["content"][0]["text"] == "Hä?"  # type: ignore[index]  # JSON
    assert "model" not in body(said("Hi"))


def test_a_failure_has_its_code_and_message():
    made = body(broken(" rate_limit_exceeded ", "Slowly."))
    assert made["status"] == "failed"
    assert made["error"] == {"code": "rate_limit_exceeded", "message": "Slowly."}
    assert body(broken("", "x"))["error"] == {"code": "server_error", "message": "x"}


def test_a_status_comes_with_what_was_written_and_must_be_one():
    made = refused("429", '{"error": ')
    assert made == Decision(Act.ANSWER, 429, (("content-type", "application/json"),), b'{"error": ')
    assert refused("4x9", "") == "The status is a number, such as 429."
    assert checked(refused("700", ""), held(Point.REQUEST)) == (
        "700 is no status that can be sent: take one from 200 to 599."
    )


def test_a_stream_that_has_begun_has_its_status():
    assert Answer.at(Point.EVENT) == (Answer.TEXT, Answer.FAILED)
    assert Answer.at(Point.REQUEST) == tuple(Answer)
    for made in (said("x"), broken("a", "b")):
        assert checked(made, held(Point.EVENT)) is made
    assert "A stream ends with a Response" in str(checked(refused("429", "{}"), held(Point.EVENT)))
