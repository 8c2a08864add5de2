"""The Response around the output: the request's fields where they have the right form, else defaults."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.types.responses import Response

from inspector.protocol.from_chat.response_body import new_response


def body(request: dict[str, Any]) -> dict[str, Any]:
    return new_response(request, response_id="resp_1", model="m", created_at=1)


FIELDS = [
    "instructions",
    "max_output_tokens",
    "metadata",
    "parallel_tool_calls",
    "reasoning",
    "service_tier",
    "store",
]
FIELDS += ["temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user"]
ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.lists(st.integers(), max_size=2)
)


@settings(deadline=None)  # the first example makes the package build its type, slow if the machine is busy
@given(st.dictionaries(st.sampled_from([field for field in FIELDS if field != "service_tier"]), ODD))
def test_no_request_makes_an_answer_that_clients_refuse(request: dict[str, Any]) -> None:
    text = json.dumps(body(request), allow_nan=False)
    Response.model_validate_json(text, strict=True)


def test_fields_are_echoed() -> None:
    request = {
        "instructions": "i",
        "top_p": 0.5,
        "store": True,
        "text": {"verbosity": "low"},
        "truncation": "auto",
    }
    response = body(request)
    assert {field: response[field] for field in ("instructions", "top_p", "store", "truncation")} == {
        "instructions": "i",
        "top_p": 0.5,
        "store": True,
        "truncation": "auto",
    }
    assert response["text"] == {"format": {"type": "text"}, "verbosity": "low"}


@pytest.mark.parametrize(
    ("given", "echoed"),
    [
        ("required", "required"),
        ({"type": "function", "name": "f"}, {"type": "function", "name": "f"}),
        (7, "auto"),
    ],
)
def test_tool_choice(given: Any, echoed: Any) -> None:
    assert body({"tool_choice": given})["tool_choice"] == echoed


def test_what_is_nested_too_deeply_is_not_echoed() -> None:
    deep = json.loads("[" * 300 + "]" * 300)
    response = body({"tools": [{"type": "function", "parameters": deep}], "text": {"format": deep}})
    assert response["tools"] == []
    assert response["text"] == {"format": {"type": "text"}}
