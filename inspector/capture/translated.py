"""What becomes of a recorded Responses request, by the settings of its recorder: translated, or repaired.

What the proxy sent is on record; how it came to be is derived anew, so these have to be the options of then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.capture.encodings import decode
from inspector.capture.model import ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.capture.stored_history import Items, history_of
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object
from inspector.protocol.limits import Limits
from inspector.protocol.repair import Repaired, RepairOptions, is_dated, repair_request
from inspector.protocol.translate_request import ChatTranslation, Options, translate_request

OF_A_SOCKET = ("type", "generate")
"""Members that a WebSocket's message has and a POST has not."""


def chat_request(detail: ExchangeDetail, history: Items | None = None) -> ChatTranslation | None:
    """The translation of an exchange's request; None where it is no Responses request.

    `history` as from `earlier_items`.
    """
    if detail.exchange.operation not in (Operation.CREATE, Operation.COMPACT):
        return None
    body = sent_on(detail)
    if body is None:
        return None
    if detail.legs[Leg.REQUEST].is_messages:
        body = {name: value for name, value in body.items() if name not in OF_A_SOCKET}
    return translate_request(body, options_of(detail.options, body.get("model"), history))


def repaired_request(detail: ExchangeDetail) -> Repaired | None:
    """What repair mode makes of an exchange's request; None where it is no Responses request."""
    if detail.exchange.operation not in (Operation.CREATE, Operation.COMPACT):
        return None
    body = sent_on(detail)
    if body is None:
        return None
    return repair_request(body, repair_options_of(detail.options, detail.exchange.url))


def earlier_items(reader: Reader, detail: ExchangeDetail) -> Items | None:
    """What the request's `previous_response_id` stands for; None when it has none, or nobody knows."""
    previous = (sent_on(detail) or {}).get("previous_response_id")
    return history_of(reader, previous) if isinstance(previous, str) else None


def asked(detail: ExchangeDetail) -> dict[str, Any] | None:
    """The client's request body; None where it is no JSON object."""
    message = detail.legs.get(Leg.REQUEST)
    return None if message is None else parse_object(decode(message.body, message.headers)[0])


def sent_on(detail: ExchangeDetail) -> dict[str, Any] | None:
    """The same as it went on: changed, where a person held and edited it."""
    return asked(detail) if detail.edited is None else parse_object(detail.edited)


def options_of(recorded: Mapping[str, Any], model: object = None, history: Items | None = None) -> Options:
    """The translator's options among a recorder's; whatever a file holds instead of one counts as unset.

    Recorders that say nothing of the length of descriptions had no limit for it.
    """
    deployment = _names(recorded.get("deployments")).get(model) if isinstance(model, str) else None
    return Options(
        model=deployment,
        families=_names(recorded.get("families")),
        send_metadata=recorded.get("send_metadata") is True,
        reasoning_content=recorded.get("reasoning_content") is True,
        leave_out=_texts(recorded.get("leave_out")),
        history=history,
        limits=Limits(tool_description=_number(recorded.get("tool_description"))),
    )


def repair_options_of(recorded: Mapping[str, Any], url: str) -> RepairOptions:
    """The options of repair among a recorder's, for a request that goes to `url`."""
    return RepairOptions(
        families=_names(recorded.get("families")),
        without=frozenset(_texts(recorded.get("without"))),
        dated=is_dated(url),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def _names(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {key: name for key, name in value.items() if isinstance(key, str) and isinstance(name, str)}
