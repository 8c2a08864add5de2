"""Answers of the chat endpoint that are there as a whole: completions, errors, and what is neither."""

from __future__ import annotations

from mitmproxy.http import Response

from inspector.capture.encodings import decode
from inspector.protocol.json_text import to_bytes
from inspector.protocol.translate_response import translate_error, translate_response
from inspector.proxy.answers import (
    EVENT_STREAM,
    answer,
    error_body,
    event_stream,
    fields,
    json_object,
    replace,
)
from inspector.proxy.bridged_call import OUR_FAILURE, Call
from inspector.proxy.passage import plain


def translate(response: Response, call: Call) -> None:
    """Makes of upstream's whole answer the client's, in place."""
    raw = response.raw_content or b""
    if not 200 <= response.status_code < 300:
        headers = plain(response.headers)
        body, _ = decode(raw, headers)
        told = translate_error(response.status_code, headers, body, report=call.report)
        response.headers = fields(told.headers)
        replace(response, told.status, to_bytes(told.body))
        return
    chat, _ = json_object(raw, response.headers)
    if chat is None:
        reason = "The upstream's answer is not a JSON object: is its URL a chat completions endpoint?"
        replace(response, 502, to_bytes(error_body("server_error", "invalid_upstream_answer", reason)))
    elif call.streams:
        events = call.translator().feed_completion(chat)
        content = b"".join([event.encode() for event in events])
        replace(response, response.status_code, content, EVENT_STREAM)
    else:
        answered = translate_response(
            chat, request=call.request, tools=call.tools, codex_client=call.codex_client
        )
        replace(response, response.status_code, to_bytes(answered))


def failed(call: Call) -> Response:
    """While an exception of ours is handled: what the client gets instead."""
    stream = call.failed()
    if call.streams:
        return event_stream(stream)
    return answer(500, error_body("server_error", "bridge_failed", OUR_FAILURE))
