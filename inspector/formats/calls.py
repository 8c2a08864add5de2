"""The call that an exchange's request makes again, for whatever can be run or pasted."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import SplitResult, urlsplit

from inspector.capture.encodings import decode
from inspector.capture.model import Exchange, ExchangeDetail, Leg
from inspector.capture.posted import as_posted, is_message
from inspector.formats.exporting import Unfit
from inspector.protocol import json_text
from inspector.protocol.azure import Operation, is_azure_host
from inspector.protocol.codex import DEFAULT_ENV_KEY
from inspector.protocol.snippets.call import Call, Variable, call_of, without_userinfo

_SOMEWHERE = "https://YOUR-RESOURCE.openai.azure.com/openai/v1"


def call_again(detail: ExchangeDetail) -> tuple[Call, list[str]]:
    """The request that went upstream, a bridged one as Codex asked for it; what is different, in sentences.

    What went over a WebSocket is posted: give it with its history (`capture.posted.whole`), which a POST has
    to have. Raises Unfit when there is no whole request.
    """
    if detail.exchange.operation == Operation.CONNECT:
        raise Unfit(
            f"Exchange {detail.exchange.id} is a WebSocket's handshake: there is nothing to ask again."
        )
    over_a_socket = is_message(detail) or detail.exchange.socket is not None
    detail = as_posted(detail, None)
    exchange = detail.exchange
    sent = Leg.UPSTREAM_REQUEST if exchange.mode == "repair" else Leg.REQUEST
    found = detail.legs.get(sent) or detail.legs.get(Leg.REQUEST)
    if found is None or found.absent:
        raise Unfit(f"The body of exchange {exchange.id}'s request is not in the file, so it cannot be sent.")
    body, problem = decode(found.body, found.headers)
    if problem is not None:
        raise Unfit(f"The body of exchange {exchange.id}'s request cannot be decoded: {problem}.")
    url, remarks = exchange.url, []
    address = _address(exchange)
    if not address.netloc:
        remarks.append("The file does not tell the address: put your resource in the place of YOUR-RESOURCE.")
        url = f"{_SOMEWHERE}/{address.path.removeprefix('/')}"
    call = call_of(exchange.method, url, found.headers, body)
    if exchange.mode == "bridge":
        remarks.append("The bridge asked upstream for Chat Completions; here it is asked as Codex asked.")
    if body != found.body:
        remarks.append("The body was sent compressed; here it is plain.")
    if over_a_socket:
        remarks.append("It was a message on a WebSocket; here it is a POST, with what the socket knew.")
        if "previous_response_id" in (json_text.parse_object(body) or {}):
            remarks.append(
                "It goes on from a response that is not in the file, or not whole: it may be refused."
            )
    if not call.credentials and is_azure_host(urlsplit(call.base_url).hostname or ""):
        remarks.append("No header with a key was recorded; here it is asked with one.")
        call = replace(call, credentials=(("api-key", (Variable(DEFAULT_ENV_KEY),)),))
    return call, remarks


def _address(exchange: Exchange) -> SplitResult:
    """The parts of its URL; of some files that is the path alone."""
    try:
        parts = urlsplit(without_userinfo(exchange.url))
    except ValueError:
        parts = None
    if parts is None or (any(parts[:2]) and parts.scheme not in ("http", "https")):
        raise Unfit(f"Exchange {exchange.id} was sent to no URL that could be asked again.")
    return parts
