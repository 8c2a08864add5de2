"""What the two APIs' models have against a body, with the places in its text."""

from __future__ import annotations

from inspector.replay.edits.remarks import Remark, remarks

TEXT = """{
  "model": "m",
  "input": [
    {"role": "usr", "content": "hi"},
    {"type": "function_call", "call_id": "c", "name": "f"}
  ],
  "stream": "yes"
}"""


def test_remarks_stand_where_the_text_has_them() -> None:
    assert remarks(TEXT) == [
        Remark(
            "/input/0/role",
            "input[0].role must be 'user', 'assistant', 'system', 'developer' or 'tool'.",
            4,
            14,
            TEXT.index('"usr"'),
        ),
        Remark("/input/1/arguments", "input[1].arguments is required.", 5, 5, TEXT.index('{"type"')),
        Remark("/stream", "stream must be a boolean.", 7, 13, TEXT.index('"yes"')),
    ]


def test_a_value_has_remarks_without_places() -> None:
    (remark,) = remarks({"input": "hi"})
    assert remark == Remark("/model", "model is required.")


def test_which_api_is_found_out_or_told() -> None:
    assert remarks({"model": "m", "messages": [{"role": "user", "content": "hi"}]}) == []
    assert [one.pointer for one in remarks({"model": "m", "messages": []})] == ["/messages"]
    assert [one.pointer for one in remarks({"model": "m"}, is_chat=True)] == ["/messages"]
    assert remarks({"model": "m", "messages": 3}, is_chat=False) == []


def test_what_is_no_json_has_none_and_what_is_no_object_has_one() -> None:
    assert remarks("{") == []
    (remark,) = remarks(" [1]")
    assert (remark.sentence, remark.line, remark.column) == ("the request must be a JSON object.", 1, 2)
