"""What Azure puts around answers: headers and error bodies in their several shapes."""

from __future__ import annotations

import json

from inspector.simulator import azure
from inspector.simulator.ids import Ids


def test_served_requests_have_azures_headers() -> None:
    headers = dict(azure.headers(Ids(b"x"), deployment="my-gpt"))
    assert headers["apim-request-id"] == headers["x-request-id"]
    assert headers["x-ms-region"] == azure.REGION
    assert headers["x-ms-deployment-name"] == "my-gpt"
    assert headers["x-ratelimit-remaining-tokens"] == "249000"


def test_unknown_addresses_are_told_in_azures_own_shape() -> None:
    answer = azure.not_found()
    assert answer.status == 404
    assert json.loads(answer.body) == {"error": {"code": "404", "message": "Resource not found"}}


def test_a_429_has_the_retry_headers_that_it_is_given() -> None:
    def names(**told: str) -> set[str]:
        return {name for name, _ in azure.rate_limited(**told).headers if "retry" in name}  # type: ignore[arg-type]  # only the texts are passed here

    assert names() == set()
    assert names(retry_after="2") == {"retry-after"}
    assert names(retry_after_ms="1500") == {"retry-after-ms"}
    answer = azure.rate_limited(seconds=7)
    assert answer.status == 429
    assert "try again in 7s" in json.loads(answer.body)["error"]["message"]
    assert dict(answer.headers)["x-ratelimit-remaining-requests"] == "0"


def test_a_filtered_prompt_names_the_category() -> None:
    error = json.loads(azure.filtered_prompt().body)["error"]
    assert error["code"] == "content_filter"
    result = error["innererror"]["content_filter_result"]
    assert [harm for harm, verdict in result.items() if verdict["filtered"]] == ["violence"]


def test_the_gateway_has_a_shape_of_its_own() -> None:
    assert json.loads(azure.gateway_error(401, "no key").body) == {"statusCode": 401, "message": "no key"}
