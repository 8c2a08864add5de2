"""Bridging: the client speaks Responses, upstream is asked for Chat Completions, translated in passing.

```
 client ── REQUEST ──► translate_request ── UPSTREAM_REQUEST ──► chat endpoint
 client ◄── RESPONSE ── BridgedStream, translate_response, translate_error ◄── UPSTREAM_RESPONSE ──
```

The chat endpoint is the one beside the address that the client asked: its base path, its api-version. A
request that cannot be translated is answered 400 and goes nowhere. If we fail ourselves, the client gets an
answer that says so (in a stream: `response.failed`), and the capture the traceback.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from mitmproxy.http import Headers, HTTPFlow, Request, Response

from inspector.capture.encodings import decode
from inspector.capture.model import Leg, Outcome
from inspector.protocol.azure import Operation, Upstream, chat_target, parse_upstream
from inspector.protocol.codex import identify
from inspector.protocol.json_text import parse, to_bytes
from inspector.protocol.translate_request import Options, translate_request
from inspector.protocol.translate_response import translate_error, translate_response
from inspector.proxy.bridged_stream import OUR_FAILURE, BridgedStream, Call
from inspector.proxy.passage import Passage, plain
from inspector.proxy.recorder import Recorder
from inspector.proxy.routing import Refusal

NO_WEBSOCKET = Refusal(
    426, "websocket_not_bridged", "The bridge carries POST requests only: Codex falls back to them by itself."
)


class Bridge:
    """Hooks for the flows that it carries; the recorder has begun them."""

    def __init__(
        self,
        recorder: Recorder,
        *,
        api_version: str | None = None,
        deployments: Mapping[str, str] | None = None,
    ) -> None:
        """`api_version` is the chat endpoint's, `deployments` maps models to deployment names."""
        self._recorder = recorder
        self._api_version = api_version
        self._deployments = deployments or {}
        self._calls: dict[str, Call] = {}

    def refusal(self, flow: HTTPFlow, operation: Operation) -> Refusal | None:
        """What the bridge says to a request whose head is here; None: go on."""
        wants_websocket = operation is Operation.CONNECT and "upgrade" in flow.request.headers
        return NO_WEBSOCKET if wants_websocket else None

    def call(self, flow: HTTPFlow) -> Call | None:
        """The call of a flow that is on its way over the bridge."""
        return self._calls.get(flow.id)

    def request(self, flow: HTTPFlow, passage: Passage) -> None:
        """The request is complete: what goes upstream is its translation."""
        call = Call(passage, self._recorder)
        try:
            self._translate(flow, call)
        except Exception:  # noqa: BLE001 - whatever it is, the client must get an answer
            self._recorder.failed(passage)
            passage.error = OUR_FAILURE
            flow.response = _answer(500, _error("server_error", "bridge_failed", OUR_FAILURE))
            if call.streams:
                content = call.failed(OUR_FAILURE)
                flow.response = Response.make(200, content, {"content-type": "text/event-stream"})

    def _translate(self, flow: HTTPFlow, call: Call) -> None:
        request = flow.request
        body = _json_object(request.raw_content or b"", request.headers)
        if body is None:
            reason = "The request body is not a JSON object."
            return self._reject(flow, call, _error("invalid_request_error", "invalid_json", reason))
        call.upstream = f"{request.host}:{request.port}"
        call.streams = body.get("stream") is True
        model = body.get("model")
        call.model = model if isinstance(model, str) else ""
        call.request = body
        call.codex_client = identify(plain(request.headers)).is_codex
        translation = translate_request(body, Options(model=self._deployments.get(call.model)))
        call.tools = translation.tools
        if translation.error is not None:
            return self._reject(flow, call, translation.error)
        deployment = str(translation.payload.get("model", call.model))
        request.path = chat_target(_upstream(request), deployment=deployment, api_version=self._api_version)
        for name in ("content-encoding", "transfer-encoding"):
            request.headers.pop(name, None)
        request.headers["content-type"] = "application/json"
        request.headers["accept-encoding"] = "identity"
        request.content = to_bytes(translation.payload)
        call.passage.head(Leg.UPSTREAM_REQUEST, request.headers)
        call.passage.chunk(Leg.UPSTREAM_REQUEST, request.raw_content)
        call.passage.end(Leg.UPSTREAM_REQUEST)
        self._calls[flow.id] = call
        return None

    def _reject(self, flow: HTTPFlow, call: Call, error: Mapping[str, Any]) -> None:
        call.passage.outcome = Outcome.REFUSED
        call.passage.error = str(error["error"]["message"])
        flow.response = _answer(400, error)

    def responseheaders(self, flow: HTTPFlow, call: Call) -> None:
        """The head of the chat endpoint's answer is here."""
        response = flow.response
        assert response is not None
        call.passage.head(Leg.UPSTREAM_RESPONSE, response.headers, response.status_code)
        if not (call.streams and 200 <= response.status_code < 300):
            return  # mitmproxy collects the body, `response` translates it
        stream = BridgedStream(call, plain(response.headers))
        _unframe(response.headers)
        response.headers["content-type"] = "text/event-stream"
        if flow.request.http_version == "HTTP/1.1":
            response.headers["transfer-encoding"] = "chunked"
        call.passage.head(Leg.RESPONSE, response.headers, response.status_code)
        call.passage.streamed = True
        call.stream = stream
        response.stream = stream.past

    def response(self, flow: HTTPFlow, call: Call) -> None:
        """The answer is complete: what was collected is translated now."""
        del self._calls[flow.id]
        response = flow.response
        assert response is not None
        if call.stream is not None:
            return
        call.passage.chunk(Leg.UPSTREAM_RESPONSE, response.raw_content)
        call.passage.end(Leg.UPSTREAM_RESPONSE, response.trailers)
        response.trailers = None
        try:
            self._translate_answer(response, call)
        except Exception:  # noqa: BLE001 - whatever it is, the client must get an answer
            self._recorder.failed(call.passage)
            call.passage.error = OUR_FAILURE
            _replace(response, 500, _error("server_error", "bridge_failed", OUR_FAILURE))
        call.passage.head(Leg.RESPONSE, response.headers, response.status_code)

    def _translate_answer(self, response: Response, call: Call) -> None:
        raw = response.raw_content or b""
        if not 200 <= response.status_code < 300:
            body, _ = decode(raw, plain(response.headers))
            answer = translate_error(response.status_code, plain(response.headers), body)
            fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
            response.headers = Headers(fields)
            _replace(response, answer.status, answer.body)
            return
        chat = _json_object(raw, response.headers)
        if chat is None:
            reason = "The upstream's answer is not a JSON object: is its URL a chat completions endpoint?"
            _replace(response, 502, _error("server_error", "invalid_upstream_answer", reason))
            return
        request, tools = call.request, call.tools
        answered = translate_response(chat, request=request, tools=tools, codex_client=call.codex_client)
        _replace(response, response.status_code, answered)

    def error(self, flow: HTTPFlow) -> None:
        """The exchange broke off."""
        self._calls.pop(flow.id, None)


def _upstream(request: Request) -> Upstream:
    """The base that a Responses URL stands on, with its api-version."""
    path, _, query = request.path.partition("?")
    version = dict(parse_qsl(query)).get("api-version")
    target = f"{request.scheme}://{request.host}:{request.port}{path}"
    return parse_upstream(f"{target}?api-version={version}" if version else target)


def _json_object(raw: bytes, headers: Headers) -> dict[str, Any] | None:
    body, problem = decode(raw, plain(headers))
    if problem is not None:
        return None
    try:
        value = parse(body.decode())
    except ValueError:  # UnicodeDecodeError is one
        return None
    return value if isinstance(value, dict) else None


def _error(kind: str, code: str, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _answer(status: int, body: Mapping[str, Any]) -> Response:
    return Response.make(status, to_bytes(body), {"content-type": "application/json"})


def _replace(response: Response, status: int, body: Mapping[str, Any]) -> None:
    _unframe(response.headers)
    response.headers["content-type"] = "application/json"
    response.status_code = status
    response.content = to_bytes(body)


def _unframe(headers: Headers) -> None:
    """Takes away what was said about a body that is not the one to come."""
    for name in ("content-encoding", "content-length", "transfer-encoding", "trailer"):
        headers.pop(name, None)
