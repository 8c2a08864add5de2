"""Exchanges with placeholders in them: legs, heads, URLs, words of ours, and what a person wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote_plus

from inspector.capture.model import Chunk, ExchangeDetail, Headers, Leg, Made, Message, Source
from inspector.capture.redact import Redactor, is_secret_parameter
from inspector.sharing import naming
from inspector.sharing.bodies import Body, with_length
from inspector.sharing.documents import Document, gather, gather_text, replaced, text
from inspector.sharing.found import Found
from inspector.sharing.kinds import Kind
from inspector.sharing.places import Place
from inspector.sharing.replacing import Replacer
from inspector.sharing.secrets import secret_of_header

_HOSTS = frozenset({"host", "x-forwarded-host", "x-original-host", ":authority"})
_WHOSE = frozenset({"openai-organization", "openai-project", "x-ms-client-principal-name", "from"})
_URLS = frozenset(
    {"location", "operation-location", "content-location", "referer", "origin", "azure-asyncoperation"}
)


def gather_from(detail: ExchangeDetail, found: Found) -> None:
    """What an exchange holds is made known."""
    exchange = detail.exchange
    found.names(naming.names_of_url(exchange.url))
    for secret in _secrets_of_url(exchange.url):
        found.secret(secret)
    for words in _words(detail):
        gather_text(words, found)
    if exchange.note and found.choice.has(Kind.PROMPT):
        found.prose(exchange.note, Kind.PROMPT)
    if exchange.source is not None:
        found.names([exchange.source.file])
    for leg, message in detail.legs.items():
        gather_headers((*message.headers, *message.trailers), found)
        body = Body(message, _chunks(detail, leg, message))
        body.gather(found)
        if leg in (Leg.REQUEST, Leg.UPSTREAM_REQUEST):
            found.names(naming.names_of_model(exchange.model or ""))
    if exchange.made is not None:
        gather([_edits(exchange.made)], found)


def redacted(
    detail: ExchangeDetail, replacer: Replacer, redactor: Redactor
) -> tuple[ExchangeDetail, list[str]]:
    """The exchange with placeholders in it, and what of it could not be kept, in sentences."""
    exchange = detail.exchange
    problems: list[str] = []
    legs: dict[Leg, Message] = {}
    chunks: list[Chunk] = []
    for leg, message in detail.legs.items():
        body = Body(message, _chunks(detail, leg, message))
        if body.problem:
            problems.append(f"Exchange {exchange.id}, {leg}: {body.problem}")
        replacer.where = f"{leg} bodies"
        made = body.replaced(replacer)
        data = b"".join([piece for _, piece in made])
        replacer.where = f"{leg} headers"
        whole = with_length(message, len(data))
        legs[leg] = replace(
            whole,
            body=data,
            headers=replaced_headers(whole.headers, replacer, redactor),
            trailers=replaced_headers(whole.trailers, replacer, redactor),
        )
        chunks += [Chunk(leg, n, at, piece) for n, (at, piece) in enumerate(made)]
    replacer.where = "URLs"
    url = redactor.url(text(exchange.url, replacer))
    replacer.where = "errors, notes and sources"

    def words(value: str | None) -> str | None:
        return value and text(value, replacer)

    def kept(said: str, kind: Kind) -> str:
        return replacer.at(said, Place(kind), lambda text, place: None)

    exchange = replace(
        exchange,
        url=url,
        method=text(exchange.method, replacer),
        http_version=text(exchange.http_version, replacer),
        connection=text(exchange.connection, replacer),
        session=words(exchange.session),
        error=words(exchange.error),
        note=exchange.note and kept(exchange.note, Kind.PROMPT),
        source=exchange.source and _source(exchange.source, replacer),
        made=exchange.made and _made(exchange.made, replacer),
    )
    tracebacks = tuple(text(trace, replacer) for trace in detail.tracebacks)
    options = json.loads(text(json.dumps(dict(detail.options)), replacer))
    return replace(
        detail, exchange=exchange, legs=legs, chunks=tuple(chunks), tracebacks=tracebacks, options=options,
    ), problems  # fmt: skip


def _chunks(detail: ExchangeDetail, leg: Leg, message: Message) -> list[tuple[float, bytes]]:
    found = [(chunk.at, chunk.data) for chunk in detail.chunks if chunk.leg is leg]
    if b"".join([data for _, data in found]) != message.body:
        return [(found[0][0] if found else 0.0, message.body)]
    return found


def _words(detail: ExchangeDetail) -> Iterator[str]:
    exchange = detail.exchange
    yield from (exchange.url, exchange.method, exchange.connection, exchange.session or "")
    yield from (exchange.error or "", exchange.note, *detail.tracebacks, json.dumps(dict(detail.options)))
    if exchange.source is not None:
        yield from (exchange.source.file, exchange.source.place, *exchange.source.remarks)


def gather_headers(headers: Headers, found: Found) -> None:
    for name, value in headers:
        gather_text(value, found)
        if secret := secret_of_header(name, value):
            found.secret(secret)
        low = name.lower()
        if low in _HOSTS:
            found.names(naming.names_of_url(value))
        elif low in _URLS:
            found.names(naming.names_of_url(value) if "//" in value else ())
        elif low in _WHOSE:
            found.names([value])


def replaced_headers(headers: Headers, replacer: Replacer, redactor: Redactor) -> Headers:
    """Secrets as a recording takes them out, and first: their scheme and form are still there."""
    return tuple((text(name, replacer), text(value, replacer)) for name, value in redactor.headers(headers))


def _secrets_of_url(url: str) -> Iterator[str]:
    """Also as they stand there, escaped."""
    for field in url.partition("?")[2].partition("#")[0].split("&"):
        name, _, value = field.partition("=")
        if is_secret_parameter(name) and not value.startswith("[redacted"):
            yield from {value, unquote_plus(value)}


def _source(source: Source, replacer: Replacer) -> Source:
    return replace(
        source,
        file=text(source.file, replacer),
        place=text(source.place, replacer),
        remarks=tuple(text(one, replacer) for one in source.remarks),
    )


def _edits(made: Made) -> Document:
    return Document(json.dumps([list(made.edits), made.source]))


def _made(made: Made, replacer: Replacer) -> Made:
    edits, source = json.loads(replaced([_edits(made)], replacer)[0])
    return replace(made, edits=tuple(edits), source=source)
