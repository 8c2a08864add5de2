"""Exchanges of a capture written to a file, to a folder with a file for each, or to a stream.

What cannot be read of the capture is told, and the rest is written. Headers, URLs and words of errors go out
without secrets even where the capture was told to keep them, unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

from inspector.capture import posted
from inspector.capture.model import ExchangeDetail
from inspector.capture.reader import Reader
from inspector.capture.redact import Redactor
from inspector.capture.schema import CaptureError
from inspector.formats.exporting import EXPORTERS, Exporter, Unfit, exporter
from inspector.formats.output import Refused, Watched, check_free, whole_file
from inspector.protocol.progress import Progress, untold

ALIASES = {"sh": "curl", "flow": "mitm", "flows": "mitm", "markdown": "md"}
"""Other suffixes that files of a format have."""

WHAT = {
    "mitm": "a flow file of mitmproxy",
    "har": "an HTTP archive",
    "jsonl": "a JSON object an exchange",
    "sse": "the stream of an answer",
    "json": "the body of a request",
    "curl": "a shell script that asks again",
    "py": "a Python program that asks again",
    "md": "a report to paste into an issue",
}
"""What each format is, for a person, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written, and how."""

    numbers: Sequence[int]  # of exchanges
    suffix: str  # of the format
    force: bool = False  # replace what stands there
    no_limit: bool = False  # of the size, where the format has one
    keep_secrets: bool = False
    given: Path | None = None  # what the capture was made of, a file or a folder: nothing of it is replaced


@dataclass(slots=True)
class Written:
    """What was written: `files`, none for a stream; `size` in bytes; `remarks`, a sentence each."""

    exchanges: int = 0
    size: int = 0
    files: list[Path] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def format_of(place: Path) -> str | None:
    """The format that the name of a file says; None when it says none."""
    suffix = place.suffix.lower().removeprefix(".")
    suffix = ALIASES.get(suffix, suffix)
    return suffix if suffix in EXPORTERS else None


def to_file(reader: Reader, order: Order, place: Path, progress: Progress = untold) -> Written:
    """One file. Raises Unfit, Refused, and OSError; then nothing has changed."""
    _check_not_read(reader, order, place)
    check_holds(order)
    with whole_file(place, force=order.force) as out:
        written = _written(reader, order, out, progress)
    written.files.append(place)
    return written


def to_folder(reader: Reader, order: Order, folder: Path, progress: Progress = untold) -> Written:
    """A file an exchange, by number. Each is whole, and those that are done stay where a later one fails."""
    folder.mkdir(mode=0o700, exist_ok=True)
    width = max(4, len(str(max(order.numbers, default=0))))
    places = {number: folder / f"{number:0{width}}.{order.suffix}" for number in order.numbers}
    for place in places.values():
        _check_not_read(reader, order, place)
        check_free(place, force=order.force)
    all_of_them = Written()
    problem: Unfit | None = None
    for done, (number, place) in enumerate(places.items()):
        progress(done, len(places))
        try:
            with whole_file(place, force=order.force) as out:
                one = _written(reader, replace(order, numbers=[number]), out, untold)
        except Unfit as error:
            problem = error
            all_of_them.remarks.append(str(error))
            continue
        all_of_them.exchanges += 1
        all_of_them.size += one.size
        all_of_them.files.append(place)
        all_of_them.remarks += one.remarks
    if problem is not None and not all_of_them.files:
        raise problem
    all_of_them.remarks = list(dict.fromkeys(all_of_them.remarks))
    return all_of_them


def to_stream(reader: Reader, order: Order, out: BinaryIO, progress: Progress = untold) -> Written:
    """To whoever reads it. Raises Unfit, and OSError."""
    check_holds(order)
    return _written(reader, order, out, progress)


def check_holds(order: Order) -> None:
    """Raises Unfit where a file of the format has no room for so many."""
    if not order.numbers:
        raise Unfit("There is no exchange to write.")
    if len(order.numbers) > 1 and not exporter(order.suffix).many:
        raise Unfit(f"A .{order.suffix} file holds one exchange, and these are {len(order.numbers)}")


def _check_not_read(reader: Reader, order: Order, place: Path) -> None:
    """Raises Refused where a file would be replaced that the exchanges are read from."""
    if not place.exists():
        return
    capture = reader.path
    if any(_is_same(place, capture.with_name(f"{capture.name}{more}")) for more in ("", "-wal", "-shm")):
        raise Refused(f"{place} is the capture itself.")
    given = order.given
    if given is None:
        return
    if _is_same(place, given) or (given.is_dir() and place.resolve().is_relative_to(given.resolve())):
        raise Refused(f"{place} is what is read: it stays as it is. Name another file.")


def _is_same(place: Path, other: Path) -> bool:
    return other.exists() and place.samefile(other)


def _written(reader: Reader, order: Order, out: BinaryIO, progress: Progress) -> Written:
    made = exporter(order.suffix)
    _unlimit(made, order)
    details = _Details(reader, order, progress, posts=getattr(made, "posts", False))
    watched = Watched(out)
    remarks = made.write(details, cast(BinaryIO, watched))
    if not details.read:
        raise Unfit(" ".join(details.unread) or "There is no exchange to write.")
    if watched.has_marks:
        remarks = [*remarks, "Keys, tokens and cookies are not in it: in their place stands [redacted ...]."]
    return Written(details.read, watched.size, remarks=[*details.unread, *details.awaited, *remarks])


def _unlimit(made: Exporter, order: Order) -> None:
    if order.no_limit and hasattr(made, "limit"):
        made.limit = None


class _Details:
    """The exchanges, each read when it is asked for.

    `posts`: what went over a WebSocket comes as what could be posted, with the history that the socket knew.
    """

    def __init__(self, reader: Reader, order: Order, progress: Progress, *, posts: bool) -> None:
        self.read = 0
        self.unread: list[str] = []
        self._awaited = 0
        self._reader = reader
        self._order = order
        self._progress = progress
        self._redactor: Redactor = reader.redactor()
        self._posts = posts

    @property
    def awaited(self) -> list[str]:
        """That an import which goes on has not brought all bodies, where it has not."""
        if not self._awaited:
            return []
        return [f"Not all is read yet: {self._awaited:,} of them have no bodies so far. Export again later."]

    def __iter__(self) -> Iterator[ExchangeDetail]:
        for done, number in enumerate(self._order.numbers):
            self._progress(done, len(self._order.numbers))
            try:
                detail = self._reader.detail(number)
                if self._posts:
                    detail = posted.whole(self._reader, detail)
            except (CaptureError, KeyError) as error:
                why = str(error) if isinstance(error, CaptureError) else "it is not there any more."
                self.unread.append(f"Exchange {number} is left out: {why}")
                continue
            self.read += 1
            self._awaited += detail.exchange.awaited
            yield detail if self._order.keep_secrets else _without_secrets(detail, self._redactor)


def _without_secrets(detail: ExchangeDetail, redactor: Redactor) -> ExchangeDetail:
    legs = {
        leg: replace(
            message,
            headers=redactor.headers(message.headers),
            trailers=redactor.headers(message.trailers),
        )
        for leg, message in detail.legs.items()
    }
    exchange = detail.exchange
    error = None if exchange.error is None else redactor.text(exchange.error)
    return replace(
        detail,
        exchange=replace(exchange, url=redactor.url(exchange.url), error=error),
        legs=legs,
        tracebacks=tuple(map(redactor.text, detail.tracebacks)),
    )
