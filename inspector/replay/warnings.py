"""What is likely to go wrong with a request, told before it is sent; nothing is kept from being sent.

| told | when |
|---|---|
| chain | its `previous_response_id` is stale: unknown here, elsewhere, too old, never stored ... |
| orphan | a tool's output has lost its call, or a call its output |
| encrypted | reasoning or a compaction that only the endpoint, deployment or key it came from can read |
| stored | an item that is known by its id only, and is not stored where this goes |
| prewarm | over its WebSocket it only warmed up, and posted it generates |
| schema | the API's model has something against it that was not so before |
| cost | what it will cost, estimated |

`known_of` asks the capture; all else is pure.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from inspector.capture.asked import read_request
from inspector.capture.encodings import decode
from inspector.capture.model import Exchange, ExchangeDetail, Leg, Outcome, Usage
from inspector.capture.reader import Reader
from inspector.protocol.azure import Operation
from inspector.protocol.json_text import parse_object, to_bytes
from inspector.replay.credentials import Credential
from inspector.replay.edits.remarks import remarks
from inspector.replay.edits.together import items_of, list_name, orphans

Body = Mapping[str, Any]

DAYS_STORED = 30  # how long Azure keeps a response
BYTES_A_TOKEN = 4  # of English JSON, roughly; for requests whose tokens nobody counted
_FINGERPRINT = re.compile(
    r"\[redacted ([0-9a-f]{12})\]"
)  # of a key; tokens, which say more, are never the same

_GENERATES = "It asked for nothing yet (generate: false); posted, which has no such word, it is answered."


class Risk(StrEnum):
    """What a warning is about."""

    CHAIN = "chain"
    ORPHAN = "orphan"
    ENCRYPTED = "encrypted"
    STORED = "stored"
    PREWARM = "prewarm"
    SCHEMA = "schema"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Warning:
    """One sentence for a person; `pointer` is the place in the body, "" where it is about the whole."""

    risk: Risk
    sentence: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the capture tells about a request's surroundings.

    `previous`: the exchange that made the response it continues; `deleted`: that one was deleted since;
    `stored`: it was asked for with `store`. `same_key`: None where it cannot be told.
    """

    previous: Exchange | None = None
    stored: bool = True
    deleted: bool = False
    same_key: bool | None = None


Price = Callable[[Exchange], float | None]
"""What an exchange costs by its model and usage: `prices.costs.Costs.of`."""


def known_of(
    reader: Reader, body: Body, detail: ExchangeDetail, credential: Credential | None = None
) -> Known:
    """What the capture knows of a body that is to be sent. Raises CaptureError."""
    known = Known(same_key=_same_key(reader, detail, credential))
    previous = body.get("previous_response_id")
    if not isinstance(previous, str):
        return known
    of_it = reader.of_response(previous)
    deleted = any(one.operation == Operation.DELETE and one.status == 200 for one in of_it)
    makers = [one for one in of_it if one.operation == Operation.CREATE]
    if not makers:
        return replace(known, deleted=deleted)
    asked = parse_object(reader.body(makers[-1].id, Leg.REQUEST) or b"") or {}
    return replace(known, previous=makers[-1], stored=asked.get("store") is not False, deleted=deleted)


def before_sending(
    body: Body,
    detail: ExchangeDetail,
    url: str,
    known: Known = Known(),
    *,
    price: Price | None = None,
    times: int = 1,
    now: float | None = None,
) -> list[Warning]:
    """The warnings about a body that is to be sent to `url`, made of the exchange `detail`.

    Without a `price` there is none of the cost. `now` is Unix time.
    """
    now = time.time() if now is None else now
    found = [*_chain(body, url, known, now), *_orphans(body), *_bound(body, detail, url, known)]
    if detail.exchange.socket is not None and detail.exchange.request_kind == "prewarm":
        found.append(Warning(Risk.PREWARM, _GENERATES))
    if price is not None:
        found += _cost(body, detail, url, price, times, now)
    return found


def of_schema(before: Body, edited: Body) -> list[Warning]:
    """What the API's model has against an edited body, and did not have against what it was."""
    said = {remark.sentence for remark in remarks(before)}
    return [
        Warning(Risk.SCHEMA, remark.sentence, remark.pointer)
        for remark in remarks(edited)
        if remark.sentence not in said
    ]


def _chain(body: Body, url: str, known: Known, now: float) -> Iterator[Warning]:
    previous = body.get("previous_response_id")
    if not isinstance(previous, str):
        return
    maker = known.previous
    reason = None
    if known.deleted:
        reason = "it was deleted"
    elif maker is None:
        reason = "no exchange of this capture made it, so the server may not have it"
    elif not known.stored:
        reason = f"exchange {maker.id}, which made it, asked for it not to be stored (store: false)"
    elif _authority(maker.url) != _authority(url):
        reason = f"it is stored at {_authority(maker.url)}, and this goes to {_authority(url)}"
    elif maker.outcome is Outcome.COMPLETE and maker.error is not None:
        reason = f"exchange {maker.id}, which made it, failed"
    elif (days := int((now - maker.started) // 86_400)) >= DAYS_STORED:
        reason = f"it is {days} days old, and responses are stored for {DAYS_STORED}"
    if reason is not None:
        yield Warning(
            Risk.CHAIN, f"previous_response_id {previous} is stale: {reason}.", "/previous_response_id"
        )


def _orphans(body: Body) -> Iterator[Warning]:
    # What a request continues has calls of its own, which the server knows.
    continues = any(body.get(name) is not None for name in ("previous_response_id", "conversation"))
    name = list_name(body)
    for n, call_id, is_call in orphans(items_of(body)):
        if is_call:
            yield Warning(
                Risk.ORPHAN,
                f"{name}[{n}] is a call ({call_id}) that no output behind it answers.",
                f"/{name}/{n}",
            )
        elif not continues:
            yield Warning(
                Risk.ORPHAN,
                f"{name}[{n}] is the output of a call ({call_id}) that is not before it.",
                f"/{name}/{n}",
            )


def _bound(body: Body, detail: ExchangeDetail, url: str, known: Known) -> Iterator[Warning]:
    """Items that mean something at the place they came from only."""
    sealed, referred = [], []
    for n, item in enumerate(items_of(body)):
        if not isinstance(item, dict):
            continue
        if isinstance(item.get("encrypted_content"), str) and item["encrypted_content"]:
            sealed.append(n)
        elif item.get("type") in ("reasoning", "item_reference") and isinstance(item.get("id"), str):
            referred.append(n)
    moved = list(_moved(body, detail, url))
    if sealed and (changed := [*moved, *(["with another key"] if known.same_key is False else [])]):
        yield Warning(
            Risk.ENCRYPTED,
            f"{_numbers(sealed)}: encrypted by whoever answered before, and this is sent "
            f"{' and '.join(changed)}: what nobody can read there is refused; drop it then.",
            f"/input/{sealed[0]}",
        )
    unstored = body.get("store") is False and body.get("previous_response_id") is None
    if referred and (moved or unstored):
        why = f"this is sent {' and '.join(moved)}" if moved else "with store: false nothing is"
        yield Warning(
            Risk.STORED,
            f"{_numbers(referred)}: only an id, of what has to be stored where this goes, and {why}.",
            f"/input/{referred[0]}",
        )


def _moved(body: Body, detail: ExchangeDetail, url: str) -> Iterator[str]:
    here, there = _authority(detail.exchange.url), _authority(url)
    if here != there:
        yield f"to {there} (not {here})"
    then, now = detail.exchange.model, _model(body, url)
    if then is not None and now is not None and then != now:
        yield f"to {now} (not {then})"


def _cost(
    body: Body, detail: ExchangeDetail, url: str, price: Price, times: int, now: float
) -> Iterator[Warning]:
    old, size = detail.exchange, len(to_bytes(body))
    before = old.usage
    tokens = size // BYTES_A_TOKEN
    if before is not None and before.input_tokens and (size_before := _size(detail)):
        tokens = round(before.input_tokens * size / size_before)
    answer = before.output_tokens if before is not None else None
    model = _model(body, url)
    asked = replace(
        old,
        id=0,  # no exchange has it: prices that are remembered by the number are another's
        revision=hash((model, tokens, answer)),
        model=model,
        answered=old.answered if model == old.model else None,
        usage=Usage(tokens, 0, answer or 0),
        started=now,
    )
    amount = price(asked)
    if amount is None:
        return
    told = f"{tokens:,} tokens in" + (f", {answer:,} out as then" if answer else ", the answer not counted")
    each = f" each, {amount * times:,.4f} for all {times}" if times > 1 else ""
    yield Warning(
        Risk.COST, f"It will cost about {amount:,.4f}{each}: an estimate, {told}, none from the cache."
    )


def _size(detail: ExchangeDetail) -> int:
    """Bytes of the request's body, its content encoding undone."""
    request = detail.legs.get(Leg.REQUEST)
    return 0 if request is None else len(decode(request.body, request.headers)[0])


def _same_key(reader: Reader, detail: ExchangeDetail, credential: Credential | None) -> bool | None:
    """Whether the key is the one of then, by the fingerprint that the capture keeps; tokens do not tell."""
    request = detail.legs.get(Leg.REQUEST)
    if request is None or credential is None:
        return None
    now = _fingerprints(reader.redacted(((credential.header, credential.value),)))
    then = _fingerprints(request.headers)
    return bool(now & then) if now and then else None


def _fingerprints(headers: Any) -> set[str]:
    keys = ("authorization", "api-key", "x-api-key", "ocp-apim-subscription-key")
    return {
        found[1]
        for name, value in headers
        if name.lower() in keys and (found := _FINGERPRINT.search(value)) is not None
    }


def _model(body: Body, url: str) -> str | None:
    named = body.get("model")
    return named if isinstance(named, str) else read_request(url, (), b"").model


def _authority(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _numbers(numbers: list[int]) -> str:
    told = ", ".join(f"input[{n}]" for n in numbers[:3])
    return f"{told} and {len(numbers) - 3} more" if numbers[3:] else told
