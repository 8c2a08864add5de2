"""Flow files for mitmproxy 11 and 12: bodies, headers and times as they are in the capture.

A flow tells when a message began and ended, not when its pieces came. What has no place in one stands in its
metadata (see ours.py), where mitmproxy shows it and our own importer finds it again: the outcome in our
words, the mode, that a person had it sent. The upstream side of an exchange that was changed on its way is
a flow of its own behind it. Not carried: the boundaries and times of chunks (but of a WebSocket's messages),
what an exchange was made of (`parent`), the edits, what a person made of a held request (`edited`), our own
failures (`tracebacks`) and the recorder's options.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import BinaryIO

from inspector.capture.model import ExchangeDetail, Leg
from inspector.formats.mitm import tnetstring
from inspector.formats.mitm.flow import flow_of, upstream_flow_of
from inspector.formats.mitm.joining import Joining, is_of_socket

PIECES = (
    "Of a streamed body a flow file tells when it began and ended, not when its pieces came: "
    "played back, it comes evenly."
)
UPSTREAM = (
    "What went upstream instead of the client's request, and came from there, is a flow of its own "
    "behind the client's, with a comment that says so."
)
PARTS = (
    "Requests over a WebSocket are one flow with their handshake: their marks and notes are not in it, "
    "nor the outcome of each."
)
NO_HANDSHAKE = "The handshake of a WebSocket was not among the exchanges: its flow has another one's head."
ABSENT = "Bodies that are not in the capture are missing from the flow file as well."


class MitmExporter:
    """Writes flow files."""

    name = "mitmproxy"
    suffix = "mitm"
    many = True

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """A flow an exchange, WebSockets at the end."""
        remarks: dict[str, None] = {}
        with closing(Joining()) as sockets:
            for detail in details:
                if is_of_socket(detail):
                    sockets.add(detail)
                    if detail.exchange.socket is not None:
                        remarks[PARTS] = None
                    continue
                remarks |= dict.fromkeys(_not_carried(detail))
                flow = flow_of(detail)
                out.write(tnetstring.encode(flow))
                if (other := upstream_flow_of(detail, flow)) is not None:
                    remarks[UPSTREAM] = None
                    out.write(tnetstring.encode(other))
            for flow, whole in sockets.flows():
                if not whole:
                    remarks[NO_HANDSHAKE] = None
                out.write(tnetstring.encode(flow))
        return list(remarks)


def _not_carried(detail: ExchangeDetail) -> list[str]:
    answers = (Leg.RESPONSE, Leg.UPSTREAM_RESPONSE)
    streamed = any(sum(chunk.leg is leg for chunk in detail.chunks) > 1 for leg in answers)
    absent = any(message.absent for message in detail.legs.values())
    return [*([PIECES] if streamed else []), *([ABSENT] if absent else [])]
