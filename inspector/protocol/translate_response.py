"""A complete chat completion -> a Response; an error of the chat endpoint -> an error of Responses.

A completion is read by the stream's own state machine, as one chunk: both ways give the same Response.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.protocol.from_chat.parameters import client_parameter
from inspector.protocol.from_chat.stream_event import new_id as random_id
from inspector.protocol.json_text import is_shallow, parse
from inspector.protocol.report import Report
from inspector.protocol.tools import ToolNames
from inspector.protocol.translate_stream import StreamTranslator
from inspector.protocol.upstream_error import UpstreamError, read_error


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """What a client of the Responses API gets for an error of the chat endpoint."""

    status: int
    headers: list[tuple[str, str]]
    body: dict[str, Any]


def translate_response(
    chat: Mapping[str, Any],
    *,
    request: Mapping[str, Any],
    tools: ToolNames,
    codex_client: bool = False,
    now: Callable[[], float] = time.time,
    new_id: Callable[[str], str] = random_id,
) -> dict[str, Any]:
    """The Response that a complete chat completion amounts to; of status `failed` when it is none."""
    model = request.get("model")
    translator = StreamTranslator(
        request=request,
        tools=tools,
        model=model if isinstance(model, str) else "",
        codex_client=codex_client,
        now=now,
        new_id=new_id,
    )
    response: dict[str, Any] = translator.feed_completion(chat)[-1].data["response"]
    return response


def translate_error(
    status: int, headers: Iterable[tuple[str, str]], body: bytes, *, report: Report | None = None
) -> ErrorAnswer:
    """A non-2xx answer of the chat endpoint as a Responses error: status kept, the original message kept.

    The error object's other fields (`innererror` with the content filter's results, `details`) stay as they
    are. `report` of the request's translation finds the piece of the client's request that `param` is about.
    """
    text = body.decode("utf-8", "replace")
    try:
        value = parse(text)
    except ValueError:
        value = None
    error = read_error(value) or UpstreamError(
        text.strip() or f"The upstream answered {status} with an empty body."
    )
    told: dict[str, Any] = {
        "message": _with_limit(error),
        "type": error.type or _type_of(status),
        "param": client_parameter(error.param, report) if error.param else None,
        "code": error.code,
    }
    if _is_limit(error):
        told["param"] = "max_output_tokens"
    told |= {name: value for name, value in error.extra.items() if is_shallow(value)}
    return ErrorAnswer(
        status, [("content-type", "application/json"), *passed_headers(headers)], {"error": told}
    )


_PASSED = re.compile(
    r"x-ms-.*|x-ratelimit-.*|apim-request-id|x-request-id|azure-openai-.*|azureml-model-session|retry-after-ms",
    re.IGNORECASE,
)


def passed_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of the chat endpoint's answer that its translation keeps, whatever the status.

    Codex knows waits in whole seconds only (measured): a `retry-after-ms`, or a `Retry-After` with a
    fraction, becomes an integer `Retry-After`, rounded up.
    """
    given = [(name, value.strip()) for name, value in headers]
    passed = [(name, value) for name, value in given if _PASSED.fullmatch(name)]
    waits = {name.lower(): value for name, value in given}
    wait = waits.get("retry-after")
    if wait is not None and not _seconds(wait, 1):
        passed.append(("Retry-After", wait))  # a date, or something that only the client can judge
    else:
        seconds = (
            _seconds(wait, 1)
            or _seconds(waits.get("retry-after-ms"), 1000)
            or _seconds(waits.get("x-ms-retry-after-ms"), 1000)
        )
        if seconds is not None:
            passed.append(("Retry-After", seconds))
    return passed


def _seconds(value: str | None, per_second: int) -> str | None:
    """A number of seconds, or of thousandths, as whole seconds; None for what is no number."""
    if value is None or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", value):
        return None
    return str(math.ceil(float(value) / per_second))


_LIMIT_NAMES = re.compile(r"\bmax_(?:completion_|output_)?tokens\b")
_TOO_LARGE = re.compile(
    r"too (?:large|big|high)|at most|above maximum|exceed|(?:less|greater|more) than|larger than|<=|maximum"
    r"|valid range",
    re.IGNORECASE,
)
_NUMBER = r"[0-9]+(?:,[0-9]{3})*"
_ALLOWED = re.compile(
    r"(?:at most|<=|less than or equal to|(?:greater|more|larger) than|maximum(?: value)?(?: of| is)?:?"
    rf"|up to|limit (?:of|is)|exceed|range[^\[]{{0,40}}\[\s*{_NUMBER}\s*,)\s*({_NUMBER})"
    rf"|({_NUMBER}), which is the maximum",
    re.IGNORECASE,
)


def _is_limit(error: UpstreamError) -> bool:
    """Whether the error says that a token limit was too large, by whichever name it calls it."""
    said = _said(error)
    return bool(_LIMIT_NAMES.search(f"{error.param or ''} {said}") and _TOO_LARGE.search(said))


def _with_limit(error: UpstreamError) -> str:
    if not _is_limit(error) or not (allowed := _ALLOWED.search(_said(error))):
        return error.message
    number = (allowed[1] or allowed[2]).replace(",", "")
    return f"{error.message} (max_output_tokens can be {number} at most.)"


def _said(error: UpstreamError) -> str:
    """The message, and those of Foundry's `details`."""
    details = error.extra.get("details")
    texts = (
        [one.get("message") for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    )
    return "\n".join([error.message, *(text for text in texts if isinstance(text, str))])


def _type_of(status: int) -> str:
    if status == 429:
        return "rate_limit_error"
    return "server_error" if status >= 500 else "invalid_request_error"
