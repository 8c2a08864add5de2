"""Captured exchanges in memory, as the reader gives them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from inspector.capture.model import Exchange, ExchangeDetail, Headers, Leg, Message, Outcome

MakeDetail = Callable[..., ExchangeDetail]

REQUEST: dict[str, Any] = {"model": "my-gpt5", "input": "hi", "stream": True}
HEADERS: Headers = (
    ("Host", "my-res.openai.azure.com"),
    ("Authorization", "Bearer [redacted 0123456789ab]"),
    ("Content-Type", "application/json"),
    ("Accept", "text/event-stream"),
    ("Originator", "codex_exec"),
    ("X-Odd", "1"),
    ("Content-Length", "52"),
)


@pytest.fixture
def make_detail() -> MakeDetail:
    """An exchange that asked for `body` (JSON, or bytes as they are); `sent`: what the bridge sent."""

    def make(
        body: Any = REQUEST,
        *,
        url: str = "https://my-res.openai.azure.com/openai/v1/responses",
        operation: str = "responses.create",
        headers: Headers = HEADERS,
        options: dict[str, Any] | None = None,
        sent: dict[str, Any] | None = None,
        answer: dict[str, Any] | None = None,
        **more: Any,
    ) -> ExchangeDetail:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        legs = {Leg.REQUEST: Message(headers, data)}
        if sent is not None:
            legs[Leg.UPSTREAM_REQUEST] = Message(headers, json.dumps(sent).encode())
        if answer is not None:
            legs[Leg.RESPONSE] = Message((), json.dumps(answer).encode(), 200)
        told: dict[str, Any] = {
            "id": 7, "revision": 1, "method": "POST", "url": url, "operation": operation,
            "mode": "observe" if sent is None else "bridge", "started": 0.0, "outcome": Outcome.COMPLETE,
            "request_done": 0.1, "model": "my-gpt5", "status": 200,
        }  # fmt: skip
        return ExchangeDetail(Exchange(**{**told, **more}), legs, (), options=options or {})

    return make
