"""The proof that nothing named is left: every text that was to go is sought in the finished file.

It is sought in all forms in which a reader may come upon it: every body as it is stored and without its
content encoding, each text in its JSON, JSON in those texts, the pieces of streams put together, headers,
URLs and all other words of the capture, without the escapes of URLs and out of Base64; and in the raw bytes
of the file, where SQLite may keep what is nowhere else. It reads the file by itself and shares nothing with
what wrote it but the list of what is sought.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inspector.capture.connect import sidecars
from inspector.capture.encodings import decode
from inspector.capture.model import ExchangeDetail, Message
from inspector.capture.reader import Reader
from inspector.protocol.progress import Progress, untold
from inspector.sharing import views
from inspector.sharing.kinds import Kind
from inspector.sharing.needles import Needles

_RAW = "the bytes of the file"
_WINDOW, _OVERLAP = 2**20, 2**14
_DEEPEST = 6
_DATA = re.compile(rb"^data:[ ]?(.*?)\r?$", re.M)
_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.S)
_MOST = 100  # that are named
_LEAST_RAW = 5  # characters: what is shorter is in any packed data by chance


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that was to go and did not."""

    place: str
    kind: Kind
    text: str


def leftovers(path: Path, needles: Needles, progress: Progress = untold) -> list[Leftover]:
    """What is left in the capture at `path`; [] is the proof. CaptureError where it cannot be read."""
    found: dict[tuple[str, str], Leftover] = {}
    seen: set[int] = set()
    for place, text in _everything(path, progress):
        if len(text) < 2 or (mark := hash(text)) in seen:
            continue
        seen.add(mark)
        for view in _views(text, 0):
            for hit in needles.find(view):
                words = view[hit.start : hit.end]
                if place.startswith(_RAW) and len(words) < _LEAST_RAW:
                    continue
                found.setdefault((place, words), Leftover(place, hit.kind, words))
                if len(found) == _MOST:
                    return list(found.values())
    return list(found.values())


def _everything(path: Path, progress: Progress) -> Iterator[tuple[str, str]]:
    with closing(Reader(path)) as reader:
        numbers = [exchange.id for exchange in reader.exchanges()]
        for done, number in enumerate(numbers, 1):
            for place, text in _of_exchange(reader.detail(number)):
                yield f"exchange {number}, {place}", text
            progress(done, len(numbers))
        for recorder in reader.recorders():
            yield "a recorder", json.dumps(asdict(recorder), default=str)
        for imported in reader.imports():
            yield "an import", json.dumps(asdict(imported), default=str)
        for note in reader.notes():
            yield "a note", note.text
    for file in (path, *sidecars(path)):
        if file.exists():
            for text in _raw(file):
                yield f"{_RAW}{file.name.removeprefix(path.name)}", text


def _of_exchange(detail: ExchangeDetail) -> Iterator[tuple[str, str]]:
    yield "its line", json.dumps(asdict(detail.exchange), default=str, ensure_ascii=False)
    for value in _texts(asdict(detail.exchange)):
        yield "its line", value
    for trace in detail.tracebacks:
        yield "a failure", trace
    if detail.edited is not None:
        yield from (("an edit", text) for text in _of_body(detail.edited))
    for leg, message in detail.legs.items():
        for name, value in (*message.headers, *message.trailers):
            yield f"{leg} header {name}", value
            yield f"{leg} header {name}", name
        pieces = [chunk.data for chunk in detail.chunks if chunk.leg is leg]
        for text in _of_message(message, pieces):
            yield f"{leg} body", text


def _of_message(message: Message, pieces: list[bytes]) -> Iterator[str]:
    yield from _of_body(message.body)
    plain, _ = decode(message.body, message.headers)
    if plain != message.body:
        yield from _of_body(plain)
    yield from _joined(pieces if message.is_messages else _DATA.findall(plain))


def _of_body(body: bytes) -> Iterator[str]:
    text = body.decode("utf-8", "surrogateescape")
    yield text
    for literal in _TEXT.finditer(text):
        if "\\" in literal[0]:  # the others stand in the text as they are
            try:
                yield json.loads(literal[0], strict=False)
            except ValueError:
                continue


def _joined(events: list[bytes]) -> Iterator[str]:
    """The texts that events bring in pieces, put together by where in an event they stand."""
    texts: dict[str, list[str]] = {}
    for event in events:
        try:
            value = json.loads(event)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            of = [
                value.get(name)
                for name in ("type", "item_id", "output_index", "content_index", "summary_index")
            ]
            for place, text in _pieces(value, ()):
                if "delta" in place:
                    texts.setdefault(repr((of, place)), []).append(text)
    for pieces in texts.values():
        yield "".join(pieces)


def _pieces(value: Any, place: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], str]]:
    if isinstance(value, dict):
        index = value.get("index")
        for name, one in value.items():
            yield from _pieces(one, (*place, index, name))
    elif isinstance(value, list) and len(place) < 100:
        for one in value:
            yield from _pieces(one, place)
    elif isinstance(value, str):
        yield place, value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _views(text: str, depth: int) -> Iterator[str]:
    """The text, and what may be read out of it."""
    yield text
    if depth == _DEEPEST:
        return
    if (plain := views.unescaped(text)) is not None:
        yield plain
        yield views.unpacked(plain)
    yield views.unpacked(text)
    if "\\" in text:
        for literal in _TEXT.finditer(text):
            if "\\" in literal[0]:
                try:
                    inside = json.loads(literal[0], strict=False)
                except ValueError:
                    continue
                yield from _views(inside, depth + 1)


def _raw(file: Path) -> Iterator[str]:
    with file.open("rb") as opened:
        before = b""
        while data := opened.read(_WINDOW):
            yield (before + data).decode("utf-8", "surrogateescape")
            before = data[-_OVERLAP:]
