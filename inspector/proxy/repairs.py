"""Repairing: a Responses request is made acceptable to Azure before it goes there; answers pass untouched.

The request that went upstream is a leg of its own in the capture where it differs from the client's; what
needs no repair passes byte for byte, and so does what is no JSON object, and everything if we fail.
"""

from __future__ import annotations

from mitmproxy.http import HTTPFlow

from inspector.capture.model import Leg
from inspector.protocol.json_text import to_bytes
from inspector.protocol.repair import repair_request
from inspector.proxy.answers import json_object, unframe
from inspector.proxy.passage import Passage
from inspector.proxy.routing import Refusal
from inspector.proxy.translation import Translation


class Repairs:
    """Hooks for the flows whose requests may need it."""

    no_websocket = Refusal(
        426, "websocket_not_repaired", "Only POST requests are repaired: Codex falls back to them by itself."
    )

    def __init__(self, translation: Translation) -> None:
        self._translation = translation

    async def request(self, flow: HTTPFlow, passage: Passage) -> None:
        """The request is complete: what has to change changes, all of it or nothing."""
        request = flow.request
        body, _ = json_object(request.raw_content, request.headers)
        if body is None:
            return
        repaired = repair_request(body, self._translation.repair_options(request.url))
        if not repaired.changes:
            return
        content = to_bytes(repaired.body)
        unframe(request.headers)
        request.trailers = None
        request.content = content
        passage.whole(Leg.UPSTREAM_REQUEST, request.headers, content)
