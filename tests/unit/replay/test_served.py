"""The headers around an answer, read and told; those that mean nothing, and malformed ones, left out."""

from __future__ import annotations

import json

import pytest

from inspector.capture.model import Headers
from inspector.replay.served import Served, served

FULL: Headers = (
    ("X-Request-Id", "third"),
    ("apim-request-id", "second"),
    ("x-ms-request-id", "first"),
    ("x-ms-model-id", "my-gpt"),
    ("x-ms-deployment-name", "my-gpt"),
    ("x-ms-served-model", "gpt-5.5-2026-04-24"),
    ("x-ms-region", "Sweden Central"),
    ("azure-openai-usage", '{"input_tokens":1200,"output_tokens":3}'),
    ("x-ratelimit-limit-requests", "250"),
    ("x-ratelimit-remaining-requests", "249"),
    ("x-ratelimit-remaining-tokens", "9000"),
    ("x-ratelimit-reset-tokens", "6s"),
    ("retry-after-ms", "1500"),
)


def test_all_of_it_is_told_in_a_line() -> None:
    assert served(FULL).words == (
        "request id first; served by my-gpt, gpt-5.5-2026-04-24; in Sweden Central; "
        "1,200 tokens in, 3 out; 249 of 250 requests left; 9,000 tokens left, reset in 6s; wait 1.5 s"
    )


def test_the_json_has_every_field() -> None:
    told = served(FULL).to_json()
    assert told["usage"] == {"input_tokens": 1200, "output_tokens": 3}
    assert told["rate_limits"]["requests"] == {"remaining": 249, "limit": 250, "reset": None}
    assert (told["request_id"], told["retry_after_ms"]) == ("first", 1500)
    assert json.loads(json.dumps(served(()).to_json())).keys() == told.keys()


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("x-ratelimit-remaining-requests", "-1"), ("x-ratelimit-limit-requests", "-1")),
        (("azure-openai-usage", "[" * 9000),),
        (("azure-openai-usage", "12"), ("retry-after", "soon"), ("x-ms-request-id", " ")),
        (("x-ratelimit-limit-tokens", "9" * 5000),),
    ],
)
def test_what_says_nothing_is_not_told(headers: Headers) -> None:
    assert served(headers) == Served()
    assert served(headers).words == ""


def test_a_usage_of_chat_is_one_too() -> None:
    told = served((("azure-openai-usage", '{"prompt_tokens":5,"completion_tokens":6}'),))
    assert told.words == "5 tokens in, 6 out"
