"""A request sent again from the app: what a person wishes, made ready, carried out, told in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.capture.model import ExchangeDetail, Leg, Made
from inspector.capture.reader import Reader
from inspector.capture.schema import CaptureError, check_ours
from inspector.capture.stored_history import Items
from inspector.capture.writer import Writer
from inspector.protocol.json_text import parse_object
from inspector.replay.boundary import Boundary, BuildProblem, Built, body_at, build
from inspector.replay.credentials import Credential, CredentialProblem, Source, UnnamedHostError, find
from inspector.replay.difference import difference
from inspector.replay.edits.operations import for_the_record
from inspector.replay.endpoint import AS_CAPTURED, Destination, EndpointProblem
from inspector.replay.past import past_of
from inspector.replay.repeating import repeat
from inspector.replay.sending import Sender, SendProblem, Sent
from inspector.replay.warnings import Price, Warning, before_sending, known_of, of_schema
from inspector.ui.view.measures import counted, duration

REFUSALS = (BuildProblem, EndpointProblem, CredentialProblem, SendProblem, CaptureError, LookupError)
"""Why nothing was sent; `refusal` has the words."""


ENVIRONMENT = Source()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants sent. `body`: what they made of the request; None: as it is."""

    exchange: int
    boundary: Boundary = Boundary.CAPTURED
    destination: Destination = AS_CAPTURED
    source: Source = ENVIRONMENT
    body: Mapping[str, Any] | None = None
    times: int = 1
    concurrency: int = 1


@dataclass(frozen=True, slots=True)
class Ready:
    """What will be sent, with what there is to know before."""

    wish: Wish
    detail: ExchangeDetail
    built: Built
    credential: Credential | None
    made: Made
    warnings: Sequence[Warning]


def prepare(capture: Path, wish: Wish, price: Price | None = None) -> Ready:
    """Everything but the sending. May wait, for a file or for a key. Raises one of REFUSALS."""
    check_ours(capture)
    with closing(Reader(capture)) as reader:
        detail = reader.detail(wish.exchange)
        built = _built(reader, detail, wish)
        credential = _credential(built, detail, wish)
        warnings = _warnings(reader, detail, built, credential, wish, price)
    made = Made("replay", wish.boundary.value)
    if wish.body is not None:
        before = body_at(detail, wish.boundary)
        made = Made("edit", wish.boundary.value, for_the_record(before, wish.body))
        warnings = [*of_schema(before, wish.body), *warnings]
    return Ready(wish, detail, built, credential, made, warnings)


def outlook(detail: ExchangeDetail, past: Items | None, wish: Wish) -> str:
    """Where a wish would go, for whoever is still writing it. Raises one of REFUSALS."""
    built = build(detail, wish.boundary, wish.destination, past=past, body=wish.body)
    return f"{built.call.method} {built.call.url}"


async def carry_out(ready: Ready, writer: Writer, on_sent: Callable[[Sent], None]) -> list[Sent]:
    """Send it as often as wished. Raises SendProblem or CredentialProblem where nothing could be sent."""
    wish, call = ready.wish, ready.built.call
    async with Sender(writer, named_hosts=ready.built.endpoint.named_hosts) as sender:
        return await repeat(
            lambda: sender.send(call, ready.credential, parent=wish.exchange, made=ready.made),
            wish.times,
            concurrency=wish.concurrency,
            on_sent=on_sent,
        )


def refusal(error: Exception) -> str:
    """Why nothing was sent, in a sentence of the app's: it has no options, but a dialog."""
    if isinstance(error, UnnamedHostError):
        return (
            f"Nothing was sent: {error.host} is neither Azure's nor this machine, and only the capture names "
            "it. If it is yours, write it as the address in Replay as (R)."
        )
    if isinstance(error, LookupError):
        return "Nothing was sent: the exchange is no longer in the capture."
    return str(error).replace("--to", "the address in Replay as (R)")


def outcome(capture: Path, ready: Ready, sent: Sequence[Sent]) -> tuple[str, bool]:
    """What came of it in a sentence, and whether all went well. Reads the answer: for a thread."""
    if len(sent) == 1:
        return _one(capture, ready, sent[0]), sent[0].is_fine
    ends = Counter("fine" if one.is_fine else str(one.status or one.outcome.value) for one in sent)
    told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    errors = dict.fromkeys(one.error for one in sent if one.error)
    return f"{counted(len(sent), 'request')} sent: {told}. {' '.join(errors)}".strip(), not errors


def _one(capture: Path, ready: Ready, sent: Sent) -> str:
    if sent.exchange is None:
        return f"It was sent, but not recorded: {sent.error or sent.status}"
    if sent.error is not None:
        return f"Exchange {sent.exchange}: {sent.error}"
    told = f"Exchange {sent.exchange}: {sent.status} after {duration(sent.seconds)}"
    if ready.wish.body is not None:
        return f"{told}."
    with closing(Reader(capture)) as reader:
        return f"{told}, {difference(ready.detail, reader.detail(sent.exchange))}."


def _built(reader: Reader, detail: ExchangeDetail, wish: Wish) -> Built:
    return build(
        detail, wish.boundary, wish.destination, past=past_of(reader, detail, wish.body), body=wish.body
    )


def _credential(built: Built, detail: ExchangeDetail, wish: Wish) -> Credential | None:
    request = detail.legs.get(Leg.REQUEST)
    # The captured headers tell where this endpoint looks for its key, and nothing of another one.
    before = request.headers if request is not None and wish.destination.to is None else ()
    return find(built.call.url, wish.source, named_hosts=built.endpoint.named_hosts, sent_before=before)


def _warnings(
    reader: Reader,
    detail: ExchangeDetail,
    built: Built,
    credential: Credential | None,
    wish: Wish,
    price: Price | None,
) -> Sequence[Warning]:
    body = parse_object(built.call.body)
    if body is None:
        return []
    known = known_of(reader, body, detail, credential)
    price = price if credential is not None else None  # whoever wants no key writes no bill
    return before_sending(body, detail, built.call.url, known, price=price, times=wish.times)
