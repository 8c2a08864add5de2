"""A capture made safe to share: a new file, written beside its name and given it only when it is proven.

It is read twice, first for what is to go, then for all else. The new file is not a copy with holes: only what
passed through here is in it. What stood for whom in it nobody can tell, since the salt is thrown away.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from inspector.capture.bulk import BulkWriter
from inspector.capture.connect import sidecars
from inspector.capture.holds import Holds
from inspector.capture.model import Damage, ExchangeDetail, Recorder
from inspector.capture.reader import Reader
from inspector.capture.redact import Redactor
from inspector.capture.schema import CaptureError
from inspector.capture.store import RecorderInfo
from inspector.protocol.progress import Progress, untold
from inspector.sharing import holding, naming
from inspector.sharing.documents import gather_text, text
from inspector.sharing.exchanges import gather_from, redacted
from inspector.sharing.found import Found
from inspector.sharing.kinds import Choice, Kind
from inspector.sharing.placeholder import SHORT, Placeholders
from inspector.sharing.proof import Leftover, leftovers
from inspector.sharing.replacing import Replacer

_SMALL = 2**20  # bytes
_TRIES = 4
"""With other salts: by chance a placeholder may be what was to go, three letters long."""


class NotProven(Exception):
    """Something that was to go is still to be found; nothing was written."""

    def __init__(self, left: Sequence[Leftover]) -> None:
        super().__init__(f"{len(left)} texts that were to go are still to be found: nothing was written.")
        self.left = tuple(left)


@dataclass(frozen=True, slots=True)
class Removed:
    """So many texts of a kind were replaced there."""

    kind: Kind
    place: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a capture: the exchanges' new numbers by their old ones, what went, and what to know."""

    numbers: dict[int, int]
    removed: tuple[Removed, ...]
    sought: int  # different texts that were sought in the finished file, and are not in it
    remarks: tuple[str, ...]


def redact(
    source: Path,
    out: Path,
    choice: Choice,
    numbers: Sequence[int] | None = None,
    progress: Callable[[str], Progress] = lambda _: untold,
) -> Report:
    """Writes the capture `source`, or these exchanges of it, to `out`, which is not there yet.

    `progress` is told the step, and gives what is told of exchanges. Raises NotProven, and CaptureError where
    a file cannot be read or written; in either case there is no `out`.
    """
    with closing(Reader(source)) as reader, closing(Holds(source)) as holds:
        wanted = sorted(exchange.id for exchange in reader.exchanges()) if numbers is None else [*numbers]
        recorders = reader.recorders()
        found = _gathered(reader, holds, recorders, wanted, choice, progress("reading"))
        left: Sequence[Leftover] = ()
        for _ in range(_TRIES):
            with _beside(out) as made:
                written = _write(reader, holds, made, wanted, found, progress("writing"))
                left = leftovers(made, found.needles, progress("proving"))
                if not left:
                    _named(made, out)
                    return written
            if any(len(one.text) > SHORT for one in left):
                break  # that was not by chance
    raise NotProven(left)


def _gathered(
    reader: Reader,
    holds: Holds,
    recorders: Sequence[Recorder],
    wanted: Sequence[int],
    choice: Choice,
    progress: Progress,
) -> Found:
    found = Found(choice)
    for recorder in recorders:
        found.machine(recorder.host)
        for url in (recorder.upstream or "", recorder.listening or ""):
            found.names(naming.names_of_url(url))
            gather_text(url, found)
        for words in (recorder.version, recorder.mode, json.dumps(dict(recorder.options))):
            gather_text(words, found)
    for imported in reader.imports():
        found.names([imported.file])
        for damage in imported.damage:
            gather_text(damage.text, found)
    for note in reader.notes():
        gather_text(note.text, found)
    for done, number in enumerate(wanted, 1):
        gather_from(reader.detail(number), found)
        for one in holding.kept(holds, number):
            holding.gather_from(one, found)
        progress(done, len(wanted))
    found.settle()
    return found


def _write(
    reader: Reader, holds: Holds, path: Path, wanted: Sequence[int], found: Found, progress: Progress
) -> Report:
    avoid = found.needles.short()
    replacer = Replacer(found, Placeholders(secrets.token_bytes(32), avoid))
    redactor = Redactor(secrets.token_bytes(16))
    recorders = [_recorder(recorder, replacer) for recorder in reader.recorders()]
    info = RecorderInfo("", "observe")
    for one in recorders[:1]:
        info = RecorderInfo(one.version, one.mode, one.upstream, one.listening, one.options)
    numbers: dict[int, int] = {}
    held: list[tuple[int, holding.Kept]] = []
    remarks = [f"{name!r} stays: it is a word of the protocols." for name in sorted(found.kept)]
    with closing(BulkWriter(path, info)) as writer:
        for done, number in enumerate(wanted, 1):
            detail, problems = redacted(reader.detail(number), replacer, redactor)
            numbers[number] = writer.add(_kept(detail, wanted))
            replacer.where = "what was held"
            held += [
                (numbers[number], holding.redacted(each, replacer, redactor))
                for each in holding.kept(holds, number)
            ]
            remarks += problems
            progress(done, len(wanted))
        replacer.where = "errors, notes and sources"
        for imported in reader.imports():
            row = writer.begin_import(text(imported.file, replacer), imported.format, imported.size)
            for damage in imported.damage:
                writer.damage(row, Damage(damage.offset, text(damage.text, replacer)))
            writer.progress(row, imported.done)
            if imported.ended is not None:
                writer.end_import(row)
        writer.flush()
    notes = [
        (note.at, note.kind, numbers.get(note.exchange or 0), text(note.text, replacer))
        for note in reader.notes()
        if note.exchange is None or (note.exchange in numbers and note.kind != "failure")
    ]
    _forget_the_machine(path, recorders, notes, held)
    if any(old != new for old, new in numbers.items()):
        remarks.append("The exchanges have new numbers.")
    removed = [Removed(kind, place, count) for (kind, place), count in sorted(replacer.counts.items())]
    return Report(numbers, tuple(removed), len(found.needles), tuple(remarks))


def _kept(detail: ExchangeDetail, wanted: Sequence[int]) -> ExchangeDetail:
    """Without references to exchanges that do not come along."""
    exchange = detail.exchange
    known = set(wanted)
    return replace(
        detail,
        edited=None,  # it comes with what was held
        exchange=replace(
            exchange,
            parent=exchange.parent if exchange.parent in known else None,
            socket=exchange.socket if exchange.socket in known else None,
        ),
    )


def _recorder(recorder: Recorder, replacer: Replacer) -> Recorder:
    replacer.where = "recorders"
    return replace(
        recorder,
        host=text(recorder.host, replacer),
        version=text(recorder.version, replacer),
        mode=text(recorder.mode, replacer),
        upstream=recorder.upstream and text(recorder.upstream, replacer),
        listening=recorder.listening and text(recorder.listening, replacer),
        options=json.loads(text(json.dumps(dict(recorder.options)), replacer)),
    )


def _forget_the_machine(
    path: Path,
    recorders: Sequence[Recorder],
    notes: Sequence[tuple[float, str, int | None, str]],
    held: Sequence[tuple[int, holding.Kept]],
) -> None:
    """Who wrote this file is nobody's business; who recorded what is in it, and said of it, stays."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executemany("INSERT INTO notes (at, kind, exchange, text) VALUES (?, ?, ?, ?)", notes)
        connection.execute("UPDATE recorders SET host = '', process = '', pid = 0, ended = started")
        holding.write(connection, held)
        for recorder in recorders:
            connection.execute(
                """UPDATE recorders
                    SET version = ?, mode = ?, upstream = ?, listening = ?, started = ?, ended = ?, host = ?
                    WHERE id = (SELECT min(id) FROM recorders WHERE options = ?)""",
                (
                    recorder.version, recorder.mode, recorder.upstream, recorder.listening, recorder.started,
                    recorder.ended, recorder.host, json.dumps(dict(recorder.options)),
                ),
            )  # fmt: skip
        connection.execute("PRAGMA journal_mode = DELETE")
        if path.stat().st_size < _SMALL:  # many small tables: most of it would be empty pages
            connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A name for what is to become `out`; what is left under it at the end goes."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".new", dir=out.absolute().parent)
    except OSError as error:
        raise CaptureError(f"{out} cannot be written: {error.strerror or error}.") from None
    os.close(handle)
    made = Path(name)
    try:
        yield made
    except (sqlite3.Error, OSError) as error:
        raise CaptureError(f"{out} cannot be written: {error}.") from error
    finally:
        for file in (made, *sidecars(made)):
            file.unlink(missing_ok=True)


def _named(made: Path, out: Path) -> None:
    """Gives it its name, if nobody has taken that meanwhile."""
    try:
        os.link(made, out)
    except FileExistsError:
        raise CaptureError(f"{out} is there already.") from None
    except OSError:  # a file system without hard links
        if out.exists():
            raise CaptureError(f"{out} is there already.") from None
        made.replace(out)
