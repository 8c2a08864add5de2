"""An exchange as a JSON object, and back: all that an `ExchangeDetail` holds, in names that read well.

    {"inspector": 1,
     "exchange": {"id": 3, "method": "POST", "url": ..., what is not told is left out},
     "legs": {"response": {"status": 200, "headers": [["content-type", "text/event-stream"]],
                           "text": "event: ...", "times": [0.41, 0.43], "sizes": [120, 88]}}}

A body is `text` where it is UTF-8, else `base64`; `times` and `sizes` are those of its chunks, in seconds
after the start and in bytes. Chunks that do not make up the body, as no capture has them, are not kept.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, NonNegativeInt, TypeAdapter, ValidationError

from inspector.capture.model import Chunk, Exchange, ExchangeDetail, Headers, Leg, Message

VERSION = 1
_MOST = 2**18  # values in the facts of an exchange, which are about fifty and what edits it was made by
Many = TypeVar("Many")
AtOnce = Annotated[Many, Field(fail_fast=True)]
"""A list of which the first wrong member is told: each would take a kilobyte, and there may be millions."""
_EXCHANGE = TypeAdapter(Exchange)
_ORDER = {leg: n for n, leg in enumerate(Leg)}


class Malformed(ValueError):
    """It is no such object; the message says what is wrong, after "it"."""


class Body(BaseModel):
    """Bytes: text, or base64."""

    text: str | None = None
    base64: str | None = None

    def decoded(self) -> bytes:
        """They. ValueError when it is no base64."""
        if self.base64 is not None:
            return b64decode(self.base64, validate=True)
        return (self.text or "").encode()


class LegForm(Body):
    """A leg; what it leaves out is as in `Message`."""

    headers: AtOnce[Headers] = ()
    status: int | None = None
    trailers: AtOnce[Headers] = ()
    absent: bool = False
    binary_messages: AtOnce[frozenset[NonNegativeInt]] | None = None
    times: AtOnce[tuple[float, ...]] = ()
    sizes: AtOnce[tuple[NonNegativeInt, ...]] = ()

    @property
    def is_messages(self) -> bool:
        """Whether it went over a WebSocket."""
        return self.binary_messages is not None

    def message(self, body: bytes) -> Message:
        """The leg with that body."""
        return Message(self.headers, body, self.status, self.trailers, self.absent, self.binary_messages)

    def chunks(self, leg: Leg, body: bytes) -> list[Chunk] | None:
        """Those of that body; None when the sizes are not of it."""
        if len(self.times) != len(self.sizes) or sum(self.sizes) != len(body):
            return None
        cuts = pairwise(accumulate(self.sizes, initial=0))
        pieces = enumerate(zip(self.times, cuts, strict=True))
        return [Chunk(leg, n, at, body[start:end]) for n, (at, (start, end)) in pieces]


class Form(BaseModel):
    """The object. `exchange` is looked at by itself."""

    inspector: int
    exchange: dict[str, Any]
    legs: dict[Leg, LegForm] = {}
    tracebacks: AtOnce[tuple[str, ...]] = ()
    options: dict[str, Any] = {}
    edited: Body | None = None


def of(detail: ExchangeDetail) -> dict[str, Any]:
    """The whole exchange."""
    legs = {
        leg.value: {**leg_of(message, detail.chunks, leg), **body_of(message.body)}
        for leg, message in detail.legs.items()
    }
    return {
        "inspector": VERSION,
        "exchange": exchange_of(detail.exchange),
        "legs": legs,
        **besides_of(detail),
    }


def exchange_of(exchange: Exchange) -> dict[str, Any]:
    """Its facts and what was derived from them, without what is as it mostly is."""
    told: dict[str, Any] = _EXCHANGE.dump_python(exchange, mode="json", exclude_defaults=True)
    del told["revision"]  # it counts the changes of one capture's rows
    return told


def leg_of(message: Message, chunks: Iterable[Chunk], leg: Leg) -> dict[str, Any]:
    """A leg without its body."""
    own = [chunk for chunk in chunks if chunk.leg is leg]
    told = {
        "status": message.status,
        "headers": message.headers,
        "trailers": message.trailers or None,
        "absent": message.absent or None,
        "binary_messages": None if message.binary_messages is None else sorted(message.binary_messages),
        "times": [chunk.at for chunk in own],
        "sizes": [len(chunk.data) for chunk in own],
    }
    return {name: value for name, value in told.items() if value is not None}


def body_of(body: bytes) -> dict[str, str]:
    """Text, or base64."""
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


def besides_of(detail: ExchangeDetail) -> dict[str, Any]:
    """What few exchanges have."""
    told: dict[str, Any] = {}
    if detail.tracebacks:
        told["tracebacks"] = detail.tracebacks
    if detail.options:
        told["options"] = dict(detail.options)
    if detail.edited is not None:
        told["edited"] = body_of(detail.edited)
    return told


def read(value: Mapping[str, Any]) -> Form:
    """The object, looked at. Malformed."""
    if isinstance(legs := value.get("legs"), dict) and len(legs) > len(Leg):
        raise Malformed(f"has {len(legs):,} legs")
    try:
        form = Form.model_validate(value)
    except ValidationError as error:
        raise Malformed(_words(error)) from None
    if form.inspector > VERSION:
        raise Malformed("was written by a newer inspector")
    return form


def exchange(told: Mapping[str, Any]) -> Exchange:
    """The exchange that this tells of. Malformed."""
    if _is_crowded(told):
        raise Malformed(f"has an exchange of more than {_MOST:,} values")
    try:
        return _EXCHANGE.validate_python({**told, "revision": 0})
    except ValidationError as error:
        raise Malformed(_words(error, "exchange")) from None


def detail(form: Form) -> ExchangeDetail:
    """The exchange with all that it holds. Malformed."""
    legs: dict[Leg, Message] = {}
    chunks: list[Chunk] = []
    for leg, told in form.legs.items():
        body = content(told, f"legs.{leg}")
        legs[leg] = told.message(body)
        chunks += told.chunks(leg, body) or []
    edited = None if form.edited is None else content(form.edited, "edited")
    return ExchangeDetail(
        exchange(form.exchange), legs, by_arrival(chunks), form.tracebacks, form.options, edited
    )


def by_arrival(chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    """Chunks in the order of their times."""
    return tuple(sorted(chunks, key=lambda chunk: (chunk.at, _ORDER[chunk.leg], chunk.n)))


def content(body: Body, where: str) -> bytes:
    """The bytes of a body. Malformed."""
    try:
        return body.decoded()
    except ValueError as error:
        raise Malformed(f"has a body that is no base64 ({where}: {error})") from None


def _is_crowded(told: Mapping[str, Any]) -> bool:
    """Whether there are more than _MOST values in it, of whatever depth."""
    found: list[Any] = [told]
    for one in found:
        if isinstance(one, dict | list):
            found += one.values() if isinstance(one, dict) else one
        if len(found) > _MOST:
            return True
    return False


def _words(error: ValidationError, *where: str) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join([*where, *map(str, first["loc"])])
    said = first["msg"][:1].lower() + first["msg"][1:]
    return f"is not as it should be at {place[:200]}: {said}"
