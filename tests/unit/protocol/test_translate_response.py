"""Complete bodies become Responses (as streams do: see test_translate_properties), errors tell what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import Response

from inspector.protocol.tools import ToolNames, ToolRef
from inspector.protocol.translate_request import translate_request
from inspector.protocol.translate_response import passed_headers, translate_error, translate_response

TOOLS = ToolNames([ToolRef("custom", "apply_patch"), ToolRef("function", "close_agent", "multi_agent_v1")])


def completion(message: dict[str, Any], finish: str | None = "stop", **fields: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 5,
        "model": "served",
        "choices": [choice],
        **fields,
    }


def call(name: str, arguments: str, **entry: Any) -> dict[str, Any]:
    return {"id": "c1", "type": "function", **entry, "function": {"name": name, "arguments": arguments}}


def translate(chat: dict[str, Any], **options: Any) -> dict[str, Any]:
    response = translate_response(chat, **{"request": {"model": "deployed"}, "tools": TOOLS, **options})
    Response.model_validate_json(json.dumps(response), strict=True)
    return response


def test_a_message_with_calls() -> None:
    calls = [call("apply_patch", '{"input":"p"}'), call("multi_agent_v1__close_agent", "", id="c2")]
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    message = {"content": "Hi", "reasoning_content": "hm", "tool_calls": calls}
    response = translate(completion(message, "tool_calls", usage=usage))
    assert [item["type"] for item in response["output"]] == [
        "reasoning",
        "message",
        "custom_tool_call",
        "function_call",
    ]
    assert response["output"][2]["input"] == "p"
    assert (response["output"][3]["namespace"], response["output"][3]["arguments"]) == (
        "multi_agent_v1",
        "{}",
    )
    assert (response["model"], response["status"], response["created_at"]) == ("deployed", "completed", 5)
    assert response["usage"]["total_tokens"] == 5


def test_a_body_needs_no_finish_reason() -> None:
    assert translate(completion({"content": "Hi"}, None))["status"] == "completed"


def test_a_truncated_body() -> None:
    response = translate(completion({"content": "Once", "tool_calls": [call("f", '{"a')]}, "length"))
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert [item["status"] for item in response["output"]] == ["completed", "incomplete"]


def test_a_refusal() -> None:
    body = completion({"content": None, "refusal": "No."})
    assert translate(body)["output"][0]["content"] == [{"type": "refusal", "refusal": "No."}]
    assert translate(body, codex_client=True)["output"][0]["content"][0]["type"] == "output_text"


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"error": {"message": "Boom."}}, {"choices": "x"}])
def test_what_is_no_completion_is_a_failed_response(body: dict[str, Any]) -> None:
    response = translate(body)
    assert (response["status"], response["error"]["code"]) == ("failed", "server_error")


# Errors

SAID = {"role": "user", "content": "hi"}


def error(status: int, body: Any, *headers: tuple[str, str]) -> dict[str, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = translate_error(status, headers, data)
    assert answer.status == status
    assert set(answer.body) == {"error"}
    told: dict[str, Any] = answer.body["error"]
    assert {"message", "type", "param", "code"} <= set(told)
    return told


def test_an_openai_error_stays_as_it_is() -> None:
    given = {"message": "m", "type": "invalid_request_error", "param": "stop", "code": "invalid_value"}
    assert error(400, {"error": given}) == given


def test_content_filter_details_are_kept() -> None:
    inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"hate": {"filtered": True}}}
    told = error(
        400, {"error": {"message": "m", "code": "content_filter", "innererror": inner, "status": 400}}
    )
    assert (told["code"], told["innererror"], told["status"]) == ("content_filter", inner, 400)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"statusCode": 401, "message": "No key."}, ("No key.", "invalid_request_error", "401")),
        (429, {"error": {"code": "429", "message": "Slow."}}, ("Slow.", "rate_limit_error", "429")),
        (404, b"Resource not found", ("Resource not found", "invalid_request_error", None)),
        (503, b"", ("The upstream answered 503 with an empty body.", "server_error", None)),
        (500, b"\xff", ("\ufffd", "server_error", None)),
    ],
)
def test_other_errors_keep_their_message(
    status: int, body: Any, expected: tuple[str, str, str | None]
) -> None:
    told = error(status, body)
    assert (told["message"], told["type"], told["code"]) == expected


def test_foundrys_details_are_kept() -> None:
    details = [{"code": "unsupported", "message": "n"}]
    assert (
        error(400, {"error": {"code": "invalid_payload", "message": "m", "details": details}})["details"]
        == details
    )


@pytest.mark.parametrize(
    ("message", "param", "allowed"),
    [
        ("max_tokens is too large: 9. This model supports at most 8,192 completion tokens.", None, "8192"),
        (
            "Invalid 'max_output_tokens': expected a value <= 128000, but got 200000.",
            "max_output_tokens",
            "128000",
        ),
        ("max_completion_tokens must be less than or equal to 4096", "max_completion_tokens", "4096"),
        ("'max_tokens' or 'max_completion_tokens' exceeds the limit of 10", "max_tokens", "10"),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", None, "8192"),
        ("max_tokens: 9000 > 8192, which is the maximum allowed number of output tokens", None, "8192"),
        ("Input should be less than or equal to 4096.", "max_completion_tokens", "4096"),
        ("max_output_tokens cannot be greater than 16,384", None, "16384"),
        ("max_tokens must not exceed 4096", None, "4096"),
        ("This model supports at most 4,096, and max_tokens was 5000.", None, "4096"),
    ],
)
def test_a_limit_that_is_too_large_names_the_parameter_of_the_client(
    message: str, param: str | None, allowed: str
) -> None:
    told = error(400, {"error": {"message": message, "param": param, "code": "x"}})
    assert told["param"] == "max_output_tokens"
    assert told["message"] == f"{message} (max_output_tokens can be {allowed} at most.)"


def test_a_limit_told_in_the_details() -> None:
    details = [{"message": "max_completion_tokens: expected a value <= 100"}, 1]
    told = error(400, {"error": {"message": "Invalid.", "code": "invalid_payload", "details": details}})
    assert told["message"] == "Invalid. (max_output_tokens can be 100 at most.)"
    assert told["param"] == "max_output_tokens"


@pytest.mark.parametrize(
    "message",
    ["Unsupported parameter: 'max_tokens' is not supported with this model.", "max_tokens is required"],
)
def test_other_errors_about_a_limit_stay_as_they_are(message: str) -> None:
    assert error(400, {"error": {"message": message}})["message"] == message


def test_a_limit_that_names_no_number_is_told_as_it_is() -> None:
    told = error(400, {"error": {"message": "max_tokens is too large", "param": "max_tokens"}})
    assert (told["message"], told["param"]) == ("max_tokens is too large", "max_output_tokens")


def test_parameters_of_chat_get_their_responses_names() -> None:
    assert error(400, {"error": {"message": "m", "param": "reasoning_effort"}})["param"] == "reasoning.effort"
    body = json.dumps({"error": {"message": "m", "param": "messages[1]"}}).encode()
    report = translate_request({"model": "m", "instructions": "I", "input": [{"role": "user"}, SAID]}).report
    assert translate_error(400, (), body, report=report).body["error"]["param"] == "input[1]"
    assert translate_error(400, (), body).body["error"]["param"] == "input"


# Headers


def test_headers_that_pass() -> None:
    given = [
        ("x-ms-region", "Sweden Central"),
        ("apim-request-id", "a"),
        ("X-Request-ID", "r"),
        ("x-ratelimit-remaining-tokens", "-1"),
        ("azure-openai-usage", "u"),
        ("retry-after", "2"),
        ("content-type", "text/event-stream"),
        ("content-length", "5"),
        ("set-cookie", "s"),
        ("strict-transport-security", "max-age=1"),
    ]
    assert passed_headers(given) == [*given[:5], ("Retry-After", "2")]
    answer = translate_error(429, given, b"{}")
    assert answer.headers[0] == ("content-type", "application/json")


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [
        ({"retry-after-ms": "1500"}, "2"),
        ({"x-ms-retry-after-ms": "20"}, "1"),
        ({"retry-after": "0.2"}, "1"),
        ({"retry-after": "7", "retry-after-ms": "6500"}, "7"),
        (
            {"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT", "retry-after-ms": "9"},
            "Fri, 31 Dec 1999 23:59:59 GMT",
        ),
        ({"retry-after-ms": "soon"}, None),
        ({}, None),
    ],
)
def test_a_wait_that_codex_understands(headers: dict[str, str], retry_after: str | None) -> None:
    passed = dict(passed_headers(headers.items()))
    assert passed.get("Retry-After") == retry_after
    assert passed.get("retry-after-ms") == headers.get("retry-after-ms")


@given(st.integers(400, 599), st.binary(max_size=30), st.lists(st.tuples(st.text(), st.text()), max_size=3))
def test_any_error_is_told(status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
    answer = translate_error(status, headers, body)
    assert answer.body["error"]["message"]
