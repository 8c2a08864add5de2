"""Errors on demand, in every shape that comes from Azure or from something before it.

`error-NAME` in the place of a deployment's name, or of a response's id, asks for one:

| name | status | body |
|---|---|---|
| `error-400` | 400 | OpenAI's: type, param, code |
| `error-401`, `error-404`, `error-500`, any other status | that one | Azure's: code, message |
| `error-429` | 429 | OpenAI's; `retry-after-ms` |
| `error-quota` | 429 | OpenAI's, `insufficient_quota` |
| `error-payload` | 400 | Foundry's `invalid_payload` with `details` |
| `error-filter` | 400 | Azure's with `innererror.content_filter_result` |
| `error-gateway` | 401 | API Management's `statusCode`, `message` |
| `error-html` | 502 | a page of HTML |
| `error-empty` | 503 | none |
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

from inspector.simulator import azure
from inspector.simulator.script import Answer, Received, whole

_NAME = re.compile(r"error-([a-z]+|[45]\d\d)")


def _bad_request() -> Answer:
    return azure.invalid_request(
        "Unsupported value: 'temperature' does not support 3 with this model.",
        param="temperature",
        code="unsupported_value",
    )


def _unauthorized() -> Answer:
    return azure.error(
        401, "401", "Access denied: the subscription key is invalid, or it is not for this endpoint."
    )


def _no_deployment() -> Answer:
    return azure.error(404, "DeploymentNotFound", "The API deployment for this resource does not exist.")


def _quota() -> Answer:
    message = "You exceeded your current quota, please check your plan and billing details."
    return azure.error(429, "insufficient_quota", message, kind="insufficient_quota")


def _payload() -> Answer:
    details = [
        {
            "code": "invalid_type",
            "target": "input[0].content",
            "message": "input[0].content: expected a list",
        },
        {"code": "unknown_field", "target": "top_k", "message": "top_k: extra fields are not permitted"},
    ]
    return azure.error(400, "invalid_payload", "The request is not valid.", details=details)


FORMS: dict[str, Callable[[], Answer]] = {
    "400": _bad_request,
    "401": _unauthorized,
    "404": _no_deployment,
    "429": lambda: azure.rate_limited(retry_after="2", retry_after_ms="1500"),
    "quota": _quota,
    "payload": _payload,
    "filter": azure.filtered_prompt,
    "gateway": lambda: azure.gateway_error(401, "Access denied due to missing subscription key."),
    "html": lambda: azure.gateway_page(502, "Bad Gateway"),
    "empty": lambda: whole(b"", status=503),
}


def demanded(received: Received) -> Answer | None:
    """The error that a request asks for by a name in its path or its body; None for an ordinary one."""
    body = received.json()
    model = body.get("model") if isinstance(body, dict) else None
    for named in (model, *unquote(received.path).split("/")):
        if isinstance(named, str) and (found := _NAME.fullmatch(named)):
            return _form(found[1])
    return None


def _form(name: str) -> Answer | None:
    if name in FORMS:
        return FORMS[name]()
    try:
        status = HTTPStatus(int(name))
    except ValueError:
        return None
    code, words = status.phrase.replace(" ", ""), status.description or status.phrase
    return azure.error(status.value, code, f"{words}.")
