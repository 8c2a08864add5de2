"""Azure's own calls on the response of an exchange: made ready, carried out, told in words."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from inspector.capture.events import TimedEvent, response_events
from inspector.capture.model import Exchange, ExchangeDetail, Leg
from inspector.capture.reader import Reader
from inspector.capture.schema import check_ours
from inspector.capture.translated import asked
from inspector.capture.writer import Writer
from inspector.protocol.accumulate import TERMINALS
from inspector.protocol.azure import Operation
from inspector.replay import stored
from inspector.replay.boundary import BuildProblem
from inspector.replay.credentials import Credential, Source, find
from inspector.replay.endpoint import AS_CAPTURED, Endpoint, resolve
from inspector.replay.links import Link, follow, of_azure, of_capture
from inspector.replay.sending import READ_SECONDS, Sender, Sent
from inspector.replay.served import served
from inspector.replay.stored import LOOK_SECONDS, UNDER_WAY, Look, StoredCalls, response_id_of
from inspector.replay.wording import in_words
from inspector.ui.view.chain import chain_title
from inspector.ui.view.measures import counted, duration


class Asked(StrEnum):
    """What can be asked of a stored response."""

    GET = "get"
    INCLUDE = "include"
    STREAM = "stream"
    ITEMS = "items"
    CHAIN = "chain"
    WAIT = "wait"
    CANCEL = "cancel"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what a person said to it."""

    what: Asked
    include: tuple[str, ...] = ()  # of INCLUDE
    after: int | None = None  # of STREAM: the number of the last event that is not wanted again


@dataclass(frozen=True, slots=True)
class Ready:
    """What will be asked, where, and with which key."""

    question: Question
    detail: ExchangeDetail
    response_id: str
    endpoint: Endpoint
    credential: Credential | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a sentence, whether all went well, and the chain that was asked for."""

    words: str
    well: bool
    links: tuple[Link, ...] = ()


def stored_id(exchange: Exchange) -> str:
    """The response that the calls are about. Raises BuildProblem where there is none."""
    response_id = response_id_of(exchange)
    if response_id is None:
        why = (
            "is a chat completion, and Azure stores responses only"
            if exchange.operation == Operation.CHAT
            else "has no response's id"
        )
        raise BuildProblem(f"Exchange {exchange.id} {why}.")
    return response_id


def remark(detail: ExchangeDetail) -> str:
    """What speaks against asking for it; "" where nothing does."""
    is_create = detail.exchange.operation == Operation.CREATE
    if is_create and (asked(detail) or {}).get("store") is False:
        return "It was asked not to be stored (store:false), so Azure will hardly have it."
    return ""


def known_chain(capture: Path, response_id: str) -> tuple[Link, ...]:
    """The chain as far as the capture has it."""
    with closing(Reader(capture)) as reader:
        return tuple(asyncio.run(follow(response_id, partial(of_capture, reader), None)))


def last_event(detail: ExchangeDetail) -> int | None:
    """The number of the last event of a stream that did not come to its end: from there it can go on."""
    return goes_on_after(response_events(detail))


def goes_on_after(events: Sequence[TimedEvent]) -> int | None:
    """The number of the last of these events; None where it ends a stream, or has none."""
    if not events or events[-1].type in TERMINALS:
        return None
    number = events[-1].members.get("sequence_number")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def question(what: Asked, line: str) -> Question:
    """What is asked, with the line that a person wrote to it. Raises BuildProblem."""
    words = line.replace(",", " ").split()
    if what is Asked.INCLUDE:
        return Question(what, include=tuple(words))
    if not words:
        return Question(what)
    if len(words) > 1 or not re.fullmatch(r"[0-9]{1,18}", words[0]):
        raise BuildProblem(f"{line.strip()!r} is no event's number: they count from 0.")
    return Question(what, after=int(words[0]))


def prepare(capture: Path, exchange_id: int, asked: Question, source: Source) -> Ready:
    """Everything but the sending. May wait for a key. Raises one of replaying.REFUSALS."""
    check_ours(capture)
    with closing(Reader(capture)) as reader:
        detail = reader.detail(exchange_id)
    response_id = stored_id(detail.exchange)
    endpoint = resolve(detail.exchange.url, AS_CAPTURED, os.environ)
    request = detail.legs.get(Leg.REQUEST)
    credential = find(
        endpoint.responses(),
        source,
        named_hosts=endpoint.named_hosts,
        sent_before=request.headers if request is not None else (),
    )
    return Ready(asked, detail, response_id, endpoint, credential)


async def carry_out(ready: Ready, capture: Path, writer: Writer, tell: Callable[[str], None]) -> Outcome:
    """Ask. `tell` hears in a few words how far it is. Raises SendProblem or CredentialProblem."""
    asked = ready.question
    silence = LOOK_SECONDS if asked.what is Asked.WAIT else READ_SECONDS
    async with Sender(writer, named_hosts=ready.endpoint.named_hosts, timeout=silence) as sender:
        calls = StoredCalls(sender, ready.endpoint, ready.credential, parent=ready.detail.exchange.id)
        match asked.what:
            case Asked.ITEMS:
                found, last = await calls.all_items(ready.response_id)
                return _outcome(last, f"{counted(len(found), 'item')} in all")
            case Asked.CHAIN:
                return await _chain(calls, capture, ready.response_id, tell)
            case Asked.WAIT:
                return await _wait(calls, ready.response_id, tell)
            case Asked.CANCEL:
                sent = await calls.send(stored.cancel(ready.endpoint, ready.response_id))
            case Asked.DELETE:
                sent = await calls.send(stored.delete(ready.endpoint, ready.response_id))
            case Asked.STREAM:
                call = stored.get(ready.endpoint, ready.response_id, stream=True, starting_after=asked.after)
                sent = await calls.send(call)
                return _outcome(sent, counted(sent.summary.event_count, "event"))
            case _:
                call = stored.get(ready.endpoint, ready.response_id, include=asked.include)
                sent = await calls.send(call)
    return _outcome(sent, stored.status_of(sent) or "")


async def _wait(calls: StoredCalls, response_id: str, tell: Callable[[str], None]) -> Outcome:
    last: Look | None = None
    async with aclosing(calls.looks(response_id)) as looks:
        async for last in looks:
            if last.status in UNDER_WAY:
                tell(f"▷ {last.status} {duration(last.seconds)}")
            elif last.again is not None:
                tell(f"▷ no answer, trying again {duration(last.seconds)}")
    assert last is not None  # there is one look at least
    said = f"{last.status} after {duration(last.seconds)}" if last.status else ""
    outcome = _outcome(last.sent, said)
    return Outcome(outcome.words, outcome.well and last.status == "completed")


async def _chain(calls: StoredCalls, capture: Path, response_id: str, tell: Callable[[str], None]) -> Outcome:
    async def fetch(wanted: str) -> Link:
        tell("fetching a chain")
        return await of_azure(calls, wanted)

    with closing(Reader(capture)) as reader:
        links = tuple(await follow(response_id, partial(of_capture, reader), fetch))
    return Outcome(chain_title(links), not any(link.problem for link in links), links)


def _outcome(sent: Sent, said: str) -> Outcome:
    number = f"Exchange {sent.exchange}" if sent.exchange is not None else "Not recorded"
    if (trouble := in_words(sent)) is not None:
        return Outcome(f"{number}: {trouble}", well=False)
    told = served(sent.headers)
    parts = [f"{number}: {sent.status}", said, f"request id {told.request_id}" if told.request_id else ""]
    limits = [limit.words for limit in told.limits]
    return Outcome("; ".join(part for part in (*parts, *limits) if part), well=True)
