"""A held response, changed: its head, its body, or both; upstream's own goes on record beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mitmproxy.http import Response
from mitmproxy.net.http import status_codes

from inspector.capture.held.values import Act, Decision, has_body
from inspector.capture.model import Headers, Leg
from inspector.proxy.answers import fields, unframe
from inspector.proxy.bridged_stream import BridgedStream
from inspector.proxy.holds.answering import answer_of
from inspector.proxy.holds.in_hand import InHand
from inspector.proxy.holds.replaced import Replaced
from inspector.proxy.passage import Passage

_FRAMING = ("content-length", "transfer-encoding", "content-encoding", "trailer")


def edit_head(in_hand: InHand, decision: Decision) -> None:
    """Another status, other headers; the body streams as it comes."""
    response = in_hand.flow.response
    assert response is not None
    if in_hand.source is None:
        in_hand.upstream_leg().tell()
    framing = [(name, response.headers[name]) for name in _FRAMING if name in response.headers]
    _set_head(response, decision.status, decision.headers)
    for name in _FRAMING:
        response.headers.pop(name, None)
    response.headers.update(framing)  # the body is the same


def replace_body(in_hand: InHand, decision: Decision, asked: Mapping[str, Any]) -> None:
    """Another body, which is sent at once; what upstream sends from now on is recorded alone."""
    flow, source = in_hand.flow, in_hand.source
    response = flow.response
    assert response is not None
    upstream: Callable[[bytes], object]
    if isinstance(source, BridgedStream):
        source.records = False
        upstream = source.past
    else:
        leg = in_hand.upstream_leg()
        leg.tell()
        upstream = leg.add
    body = _change(response, decision, asked)
    unframe(response.headers)
    if flow.request.http_version == "HTTP/1.1" and has_body(response.status_code):
        response.headers["transfer-encoding"] = "chunked"
    in_hand.replaced = Replaced(in_hand.passage, body, upstream)
    response.stream = in_hand.replaced.callable


def replace_whole(response: Response, passage: Passage, decision: Decision, asked: Mapping[str, Any]) -> None:
    """The same with a response that has been collected; `asked` is the body of its request."""
    raw = response.raw_content
    if decision.act is Act.EDIT and decision.body is None:
        _set_head(response, decision.status, decision.headers)
        response.raw_content = raw if has_body(response.status_code) else b""
    else:
        body = _change(response, decision, asked)
        unframe(response.headers)
        response.content = body
    passage.head(Leg.RESPONSE, response.headers, response.status_code)


def _change(response: Response, decision: Decision, asked: Mapping[str, Any]) -> bytes:
    """Gives the response its new head; its new body."""
    if decision.act is Act.EDIT:
        _set_head(response, decision.status, decision.headers)
        body = decision.body or b""
    else:
        status, headers, body = answer_of(decision, asked)
        _set_head(response, status, headers)
    return body if has_body(response.status_code) else b""


def _set_head(response: Response, status: int | None, headers: Headers | None) -> None:
    if status is not None and status != response.status_code:
        response.status_code, response.reason = status, status_codes.RESPONSES.get(status, "")
    if headers is not None:
        response.headers = fields(headers)
