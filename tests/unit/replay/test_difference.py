"""How an answer differs from the one that it repeats, in a line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inspector.capture.model import ExchangeDetail, Leg, Message
from inspector.replay.difference import difference


def answer(*texts: str, **more: Any) -> dict[str, Any]:
    output = [
        {
            "id": f"msg_{text}",
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": text}],
        }
        for text in texts
    ]
    said = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed"}
    return {**said, "output": output, **more}


def test_ids_and_times_are_no_difference(make_detail) -> None:
    again = answer("a", id="resp_2", created_at=99)
    again["output"][0]["id"] = "msg_other"
    old, new = make_detail(answer=answer("a")), make_detail(answer=again, id=8)
    assert difference(old, new) == "the same answer as exchange 7"


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (answer("b"), "1 item changed"),
        (answer("a", "b"), "1 item new"),
        (answer("a", status="incomplete"), "status completed then, incomplete now"),
        (answer("a", model="other", store=True), "besides model, store"),
        (answer(status="failed"), "1 item gone, status completed then, failed now"),
    ],
)
def test_what_is_not_the_same_is_counted(make_detail, again: dict[str, Any], words: str) -> None:
    new = make_detail(answer=again, id=8)
    assert difference(make_detail(answer=answer("a")), new) == f"unlike exchange 7: {words}"


def test_an_answer_of_the_other_api_is_compared_by_what_it_says(make_detail) -> None:
    completion = {
        "id": "c", "object": "chat.completion", "model": "m", "created": 5,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "a"}}],
    }  # fmt: skip
    new = make_detail(answer=completion, operation="chat.create", id=8)
    assert difference(make_detail(answer=answer("a")), new) == "the same answer as exchange 7"


def test_another_status_says_it_all(make_detail) -> None:
    def ended(status: int | None) -> ExchangeDetail:
        detail: ExchangeDetail = make_detail(status=status)
        if status is not None:
            detail.legs[Leg.RESPONSE] = Message((), b'{"error": {"message": "no"}}', status)
        return replace(detail)

    assert difference(ended(200), ended(429)) == "unlike exchange 7: 200 then, 429 now"
    assert difference(ended(200), ended(None)) == "unlike exchange 7: 200 then, no answer now"
    assert difference(ended(None), ended(None)) == "no answer, as exchange 7"
    assert difference(ended(400), ended(400)) == "the same answer as exchange 7"
