"""The proof that nothing named is left: every text that was to go is sought in the finished file.

It is sought in all forms in which a reader may come upon it: every body as it is stored and without its
content encoding, each text in its JSON, JSON in those texts, the pieces of streams put together, headers,
URLs and all other words of the capture, without the escapes of URLs and out of Base64; and in the raw bytes
of the file, where SQLite may keep what is nowhere else. It reads the file by itself and shares nothing with
what wrote it but the list of what is sought.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inspector.capture.connect import sidecars
from inspector.capture.encodings import decode
from inspector.capture.held.values import Held, Point
from inspector.capture.holds import Holds
from inspector.capture.model import ExchangeDetail, Message
from inspector.capture.reader import Reader
from inspector.protocol.progress import Progress, untold
from inspector.sharing import views
from inspector.sharing.kinds import Kind
from inspector.sharing.literals import STRING, unslashed
from inspector.sharing.needles import CUT, Needles, pieces

_RAW = "the bytes of the file"
_WINDOW, _OVERLAP = 2**20, 2**14
_DEEPEST = 6
_DATA = re.compile(rb"(?:^|[\r\n])data:[ ]?([^\r\n]*)")
_IN_PIECES = (b'"delta"', b'"logprobs"')
_BYTES = "'bytes'))"
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_MOST = 100  # that are named
_MOST_SEEN = 2**21


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that was to go and did not."""

    place: str
    kind: Kind
    text: str


def leftovers(path: Path, needles: Needles, progress: Progress = untold) -> list[Leftover]:
    """What is left in the capture at `path`; [] is the proof. CaptureError where it cannot be read."""
    look = _Look(needles)
    for place, text in _everything(path, progress):
        look.at(place, text, views.FEWEST if place.startswith(_RAW) else 1)
        if len(look.found) >= _MOST:
            break
    return list(look.found.values())


class _Look:
    """At one text after the other, and at all that may be read out of it; at what was there already, not."""

    def __init__(self, needles: Needles) -> None:
        self.found: dict[tuple[str, str], Leftover] = {}
        self._needles = needles
        self._seen: set[int] = set()
        self._place = ""

    def at(self, place: str, text: str, least: int) -> None:
        """`least`: characters of what counts as found, and not as chance."""
        self._place = place
        self._look(text, least, 0)

    def _look(self, text: str, least: int, depth: int) -> None:
        if len(text) < 2 or not self._is_new((text, least, depth)):
            return
        self._find(text, least)
        if (plain := views.spaced(text)) is not None:
            self._find(plain, least)
        if depth == _DEEPEST:
            return
        for read in (views.unescaped, views.without_zeros, views.unwrapped):
            if (plain := read(text)) is not None:
                self._look(plain, least, depth + 1)
        for start, end in pieces(text):
            if not self._is_new((piece := text[start:end], least, depth, "piece")):
                continue
            self._base64(piece, depth)
            if (plain := unslashed(piece)) is not None:
                self._look(plain, least, depth + 1)
        if "\\" in text:
            self._cut_literals(text, least, depth)

    def _find(self, text: str, least: int) -> None:
        for hit in self._needles.find(text):
            words = text[hit.start : hit.end]
            if len(words) >= least:
                self.found.setdefault((self._place, words), Leftover(self._place, hit.kind, words))

    def _base64(self, text: str, depth: int) -> None:
        for start, end in views.runs(text):
            if not self._is_new((text[start:end], depth)):
                continue
            for at in views.starts(start, end):
                if (said := views.decoded(text[at:end])) is not None:
                    self._look(said, views.least(said), depth + 1)

    def _cut_literals(self, text: str, least: int, depth: int) -> None:
        """Those that are in no one piece."""
        for literal in STRING.finditer(text):
            raw = literal[0]
            if "\\" in raw and CUT.search(raw) and (plain := unslashed(raw)) is not None:
                self._look(plain, least, depth + 1)

    def _is_new(self, what: tuple[object, ...]) -> bool:
        mark = hash(what)
        if mark in self._seen:
            return False
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen.add(mark)
        return True


def _everything(path: Path, progress: Progress) -> Iterator[tuple[str, str]]:
    with closing(Reader(path)) as reader, closing(Holds(path)) as holds:
        numbers = [exchange.id for exchange in reader.exchanges()]
        for done, number in enumerate(numbers, 1):
            for place, text in _of_exchange(reader.detail(number)):
                yield f"exchange {number}, {place}", text
            for held in holds.of_exchange(number):
                for text in _of_held(held, b"" if held.point is Point.REQUEST else holds.body(held.id)):
                    yield f"exchange {number}, what was held", text
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
    for leg, message in detail.legs.items():
        for name, value in (*message.headers, *message.trailers):
            yield f"{leg} header {name}", value
            yield f"{leg} header {name}", name
        pieces = [chunk.data for chunk in detail.chunks if chunk.leg is leg]
        for text in _of_message(message, pieces):
            yield f"{leg} body", text


def _of_held(held: Held, body: bytes) -> Iterator[str]:
    yield from _texts(asdict(held))
    yield from _of_message(Message(held.headers, body), [])
    if held.decision is not None and held.decision.body is not None:
        yield from _of_message(Message(held.decision.headers or (), held.decision.body), [])


def _of_message(message: Message, pieces: list[bytes]) -> Iterator[str]:
    yield from _of_body(message.body)
    plain, _ = decode(message.body, message.headers)
    if plain != message.body:
        yield from _of_body(plain)
    for coding in [coding for sign, coding in _PACKED.items() if plain.startswith(sign)]:
        yield from _of_body(decode(plain, (("content-encoding", coding),))[0])
    yield from _joined(
        pieces if message.is_messages else _DATA.findall(plain) if b"data:" in plain else [plain]
    )


def _of_body(body: bytes) -> Iterator[str]:
    yield body.decode("utf-8", "surrogateescape")
    if b"\0" in body or body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        for wide in _WIDE:
            yield body.decode(wide, "replace")


def _joined(events: list[bytes]) -> Iterator[str]:
    """The texts that events bring in pieces, put together by where in an event they stand."""
    texts: dict[str, list[str]] = {}
    for event in events:
        if not any(word in event for word in _IN_PIECES):
            continue
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
                if "delta" in place or "logprobs" in place:
                    texts.setdefault(repr((of, place)), []).append(text)
    for where, brought in texts.items():
        text = "".join(brought)
        yield text.encode("latin-1").decode("utf-8", "surrogateescape") if where.endswith(_BYTES) else text


def _pieces(value: Any, place: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], str]]:
    if isinstance(value, dict):
        index = value.get("index")
        for name, one in value.items():
            yield from _pieces(one, (*place, index, name))
    elif isinstance(value, list) and len(place) < 100:
        if place[-1:] == ("bytes",):  # of tokens
            if all(type(one) is int and 0 <= one < 256 for one in value):
                yield place, bytes(value).decode("latin-1")
            return
        for n, one in enumerate(value):
            yield from _pieces(one, (*place, n) if place[-1:] == ("top_logprobs",) else place)
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


def _raw(file: Path) -> Iterator[str]:
    with file.open("rb") as opened:
        before = b""
        while data := opened.read(_WINDOW):
            yield (before + data).decode("utf-8", "surrogateescape")
            before = data[-_OVERLAP:]
