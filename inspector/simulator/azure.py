"""What Azure puts around an answer: its headers, and its error bodies in their several shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.simulator.ids import Ids
from inspector.simulator.script import Answer, Headers, whole, whole_json

REGION = "Sweden Central"
EVENT_STREAM = ("content-type", "text/event-stream; charset=utf-8")
JSON = ("content-type", "application/json")


def headers(
    ids: Ids, *, deployment: str | None = None, remaining: tuple[int, int] = (249, 249_000)
) -> Headers:
    """The headers of a served request; `remaining` are requests and tokens of the rate window."""
    requests, tokens = remaining
    request_id = ids.uuid()
    named = (("x-ms-deployment-name", deployment), ("x-ms-model-id", deployment)) if deployment else ()
    return (
        ("apim-request-id", request_id),
        ("x-request-id", request_id),
        ("x-ms-request-id", request_id),
        ("x-ms-region", REGION),
        ("x-ms-rai-invoked", "true"),
        *named,
        ("x-ratelimit-limit-requests", "250"),
        ("x-ratelimit-remaining-requests", str(requests)),
        ("x-ratelimit-limit-tokens", "250000"),
        ("x-ratelimit-remaining-tokens", str(tokens)),
        ("azureml-model-session", f"d{ids.hex(12)}"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("x-content-type-options", "nosniff"),
    )


def usage_header(body: Mapping[str, Any]) -> Headers:
    """The tokens of a whole answer once more, as a header."""
    used = body.get("usage")
    return (("azure-openai-usage", json.dumps(used, separators=(",", ":"))),) if used else ()


def error(
    status: int,
    code: str | None,
    message: str,
    *,
    kind: str | None = None,
    param: str | None = None,
    inner: Mapping[str, Any] | None = None,
    details: Sequence[Mapping[str, Any]] = (),
    extra: Headers = (),
    seed: bytes = b"error",
) -> Answer:
    """An error answer: Azure's own shape is code and message; `kind` (the `type`) makes it OpenAI's."""
    body: dict[str, Any] = {"code": code, "message": message}
    if kind is not None:
        body = {"message": message, "type": kind, "param": param, "code": code}
    if inner is not None:
        body["innererror"] = dict(inner)
    if details:
        body["details"] = [dict(detail) for detail in details]
    ids = Ids(seed)
    request_id = ids.uuid()
    around = (
        ("apim-request-id", request_id),
        ("x-request-id", request_id),
        ("x-ms-request-id", request_id),
        ("x-ms-region", REGION),
    )
    return whole_json({"error": body}, status=status, headers=(*around, *extra))


def not_found() -> Answer:
    """An address that the resource does not serve."""
    return error(404, "404", "Resource not found")


def gateway_error(status: int, message: str) -> Answer:
    """The shape of API Management, which answers for what it did not pass on."""
    return whole_json({"statusCode": status, "message": message}, status=status)


def gateway_page(status: int, title: str) -> Answer:
    """A page of HTML: something between the client and Azure answered."""
    page = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return whole(page.encode(), status=status, headers=(("content-type", "text/html"),))


def invalid_request(message: str, *, param: str | None = None, code: str | None = None) -> Answer:
    """A 400 in OpenAI's shape."""
    return error(400, code, message, kind="invalid_request_error", param=param)


def rate_limited(
    *,
    retry_after: str | None = None,
    retry_after_ms: str | None = None,
    seconds: int = 2,
    seed: bytes = b"429",
) -> Answer:
    """A 429. The two headers go out as given, or not at all; `seconds` is what the message says."""
    extra: Headers = (
        ("x-ratelimit-limit-requests", "250"),
        ("x-ratelimit-remaining-requests", "0"),
        ("x-ratelimit-reset-requests", f"{seconds}s"),
        ("x-ratelimit-limit-tokens", "250000"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("x-ratelimit-reset-tokens", f"{seconds}s"),
    )
    if retry_after is not None:
        extra += (("retry-after", retry_after),)
    if retry_after_ms is not None:
        extra += (("retry-after-ms", retry_after_ms),)
    message = f"Rate limit of this deployment reached. Please try again in {seconds}s."
    return error(429, "too_many_requests", message, kind="too_many_requests", extra=extra, seed=seed)


def filtered_prompt() -> Answer:
    """A 400: the prompt itself was stopped by the content filter."""
    message = "The prompt was stopped by the content filter of this deployment. Change it and try again."
    inner = {
        "code": "ResponsibleAIPolicyViolation",
        "content_filter_result": filter_results(filtered="violence"),
    }
    return error(400, "content_filter", message, kind="invalid_request_error", param="prompt", inner=inner)


_HARMS = ("hate", "self_harm", "sexual", "violence")


def filter_results(*, filtered: str | None = None, prompt: bool = False) -> dict[str, Any]:
    """A verdict of the content filter: every category safe but the `filtered` one; a prompt has one more."""
    results: dict[str, Any] = {
        harm: {"filtered": harm == filtered, "severity": "medium" if harm == filtered else "safe"}
        for harm in _HARMS
    }
    if prompt:
        results["jailbreak"] = {"filtered": False, "detected": False}
    return results
