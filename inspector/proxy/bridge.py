"""Bridging: the client speaks Responses, upstream is asked for Chat Completions, translated in passing.

```
 client ── REQUEST ──► validate, translate_request ── UPSTREAM_REQUEST ──► chat endpoint
 client ◄── RESPONSE ── BridgedStream, bridged_answer ◄── UPSTREAM_RESPONSE ──
```

The chat endpoint is the one beside the address that the client asked: its base path, its query. A request
that cannot be translated is answered 400 and goes nowhere. Models that cannot stream are asked for a whole
answer, which becomes the stream that the client wants. If we fail ourselves, the client gets an answer that
says so (where it wants a stream: `response.failed`), and the capture the traceback.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mitmproxy.http import HTTPFlow, Request

from inspector.capture.model import Leg, Outcome
from inspector.protocol.azure import chat_target, parse_upstream
from inspector.protocol.codex import identify
from inspector.protocol.json_text import to_bytes
from inspector.protocol.responses import error_of, validate
from inspector.protocol.translate_request import translate_request
from inspector.proxy import bridged_answer
from inspector.proxy.answers import EVENT_STREAM, JSON, answer, error_body, json_object, replace, unframe
from inspector.proxy.bridged_call import Call
from inspector.proxy.bridged_stream import BridgedStream
from inspector.proxy.passage import Passage, plain
from inspector.proxy.past import Past
from inspector.proxy.recorder import Recorder
from inspector.proxy.routing import Refusal
from inspector.proxy.translation import Translation


class Bridge:
    """Hooks for the flows that it carries; the recorder has begun them."""

    no_websocket = Refusal(
        426,
        "websocket_not_bridged",
        "The bridge carries POST requests only: Codex falls back to them by itself.",
    )

    def __init__(self, recorder: Recorder, translation: Translation, past: Past) -> None:
        self._recorder = recorder
        self._translation = translation
        self._past = past
        self._calls: dict[str, Call] = {}
        self._streams: dict[str, BridgedStream] = {}

    def carries(self, flow: HTTPFlow) -> bool:
        """Whether the flow is on its way over the bridge."""
        return flow.id in self._calls

    def stream(self, flow: HTTPFlow) -> BridgedStream | None:
        """The stream that answers a flow, once it has begun."""
        return self._streams.get(flow.id)

    async def request(self, flow: HTTPFlow, passage: Passage) -> None:
        """The request is complete: what goes upstream is its translation."""
        call = Call(passage, self._recorder, events=self._translation.events)
        try:
            await self._translate(flow, call)
        except Exception:  # noqa: BLE001 - whatever it is, the client must get an answer
            flow.response = bridged_answer.failed(call)

    async def _translate(self, flow: HTTPFlow, call: Call) -> None:
        request = flow.request
        body, size = json_object(request.raw_content, request.headers)
        if body is None:
            reason = "The request body is not a JSON object."
            return _reject(flow, call, error_body("invalid_request_error", "invalid_json", reason))
        model = body.get("model")
        call.begin(body, model if isinstance(model, str) else "", f"{request.host}:{request.port}")
        call.codex_client = identify(plain(request.headers)).is_codex
        if problems := validate(body, limits=self._translation.limits, size=size):
            return _reject(flow, call, error_of(problems[0]))
        previous = body.get("previous_response_id")
        history = await self._past.items(previous) if previous is not None else None
        translation = translate_request(body, self._translation.options(call.model, history))
        if translation.error is not None:
            return _reject(flow, call, translation.error)
        call.tools, call.report = translation.tools, translation.report
        call.upstream_streams = translation.streams
        request.path = _chat_target(
            request, str(translation.payload.get("model", call.model)), self._translation.api_version
        )
        unframe(request.headers)
        request.headers["content-type"] = JSON
        request.headers["accept"] = EVENT_STREAM if translation.streams else JSON
        request.headers["accept-encoding"] = "identity"
        request.trailers = None
        request.content = to_bytes(translation.payload)
        call.passage.whole(Leg.UPSTREAM_REQUEST, request.headers, request.raw_content)
        self._calls[flow.id] = call
        return None

    def responseheaders(self, flow: HTTPFlow) -> None:
        """The head of the chat endpoint's answer is here."""
        call, response = self._calls[flow.id], flow.response
        assert response is not None
        call.passage.head(Leg.UPSTREAM_RESPONSE, response.headers, response.status_code)
        if not (call.upstream_streams and 200 <= response.status_code < 300):
            return  # mitmproxy collects the body, `response` translates it
        stream = BridgedStream(call, plain(response.headers))
        unframe(response.headers)
        response.headers["content-type"] = EVENT_STREAM
        if flow.request.http_version == "HTTP/1.1":
            response.headers["transfer-encoding"] = "chunked"
        call.passage.head(Leg.RESPONSE, response.headers, response.status_code)
        call.passage.streamed = True
        self._streams[flow.id] = stream
        response.stream = stream.past

    def response(self, flow: HTTPFlow) -> None:
        """The answer is complete: what was collected is translated now."""
        call, response = self._calls.pop(flow.id), flow.response
        assert response is not None
        if (stream := self._streams.pop(flow.id, None)) is not None:
            if not stream.finished:
                # It had no body at all, and mitmproxy asks the stream callable for bodies only.
                replace(response, 200, b"".join(stream.past(b"")), EVENT_STREAM)
                call.passage.head(Leg.RESPONSE, response.headers, response.status_code)
            return
        call.passage.chunk(Leg.UPSTREAM_RESPONSE, response.raw_content)
        call.passage.end(Leg.UPSTREAM_RESPONSE, response.trailers)
        response.trailers = None
        try:
            bridged_answer.translate(response, call)
        except Exception:  # noqa: BLE001 - whatever it is, the client must get an answer
            flow.response = response = bridged_answer.failed(call)
        call.passage.head(Leg.RESPONSE, response.headers, response.status_code)

    def error(self, flow: HTTPFlow) -> None:
        """The exchange broke off."""
        self._calls.pop(flow.id, None)
        self._streams.pop(flow.id, None)


def _reject(flow: HTTPFlow, call: Call, error: Mapping[str, Any]) -> None:
    call.passage.outcome = Outcome.REFUSED
    call.passage.error = str(error["error"]["message"])
    flow.response = answer(400, error)


def _chat_target(request: Request, deployment: str, api_version: str | None) -> str:
    """Path and query to ask: the chat endpoint's, and what else the client's query has (a gateway's key)."""
    path, _, query = request.path.partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    others = [(name, value) for name, value in asked if name != "api-version"]
    base = parse_upstream(f"{request.scheme}://{request.host}:{request.port}{path}")
    version = api_version or dict(asked).get("api-version") or None
    target = chat_target(base, deployment=deployment, api_version=version)
    return f"{target}{'&' if '?' in target else '?'}{urlencode(others)}" if others else target
