"""`inspector check-capture`: what of a file is whole, and what is not, with the place."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inspector.capture.model import Damage
from inspector.capture.schema import CaptureError, NewerCapture
from inspector.capture.wholeness import wholeness
from inspector.cli import progress
from inspector.cli.importing import FOREIGN_FILE, named
from inspector.cli.printing import counted, print_json, print_line, print_note
from inspector.formats.own import CaptureImporter

if TYPE_CHECKING:
    from inspector.formats.choosing import Chosen
    from inspector.protocol.progress import Progress

_MOST = 1000  # places of one file that are named


@dataclass(slots=True)
class _Fault:
    text: str
    exchange: int | None = None
    leg: str | None = None
    offset: int | None = None

    def __str__(self) -> str:
        places = [
            f"exchange {self.exchange}" if self.exchange is not None else "",
            self.leg or "",
            f"byte {self.offset:,}" if self.offset is not None else "",
        ]
        where = ", ".join(place for place in places if place)
        return f"{where}: {self.text}" if where else self.text


@dataclass(slots=True)
class _Checked:
    """What one file came to."""

    file: str
    format: str
    exchanges: int = 0
    faults: list[_Fault] = field(default_factory=list)
    more_faults: int = 0  # that are not named
    remarks: list[str] = field(default_factory=list)
    unknown: str | None = None  # why nobody here can tell

    def add(self, fault: _Fault) -> None:
        if len(self.faults) < _MOST:
            self.faults.append(fault)
        else:
            self.more_faults += 1


@click.command("check-capture")
@click.argument("file", type=FOREIGN_FILE)
@click.option("--json", "as_json", is_flag=True, help="What was found, as a JSON array.")
@click.pass_context
def command(ctx: click.Context, /, file: Path, as_json: bool) -> None:
    """Tell whether FILE is whole: a capture, a file of another program, a folder of them, or - for standard
    input.

    Of a capture: the database, every body, what the rows say of each other; of other files what nobody can
    read, with its place in bytes. Nothing is changed. Exit code: 0 whole, 1 damaged, or nobody can tell.
    """
    given = named((file,))
    try:
        with progress.shown("checking") as tell:
            checked = [_checked(chosen, tell) for chosen in given.inputs]
    finally:
        if given.spooled is not None:
            given.spooled.path.unlink(missing_ok=True)
    if as_json:
        print_json([_told(one) for one in checked])
    else:
        for one in checked:
            for fault in one.faults:
                print_line(f"{one.file}: {fault}")
    for one in checked:
        _tell(one)
    ctx.exit(1 if any(one.faults or one.unknown for one in checked) else 0)


def _checked(chosen: Chosen, tell: Progress) -> _Checked:
    found = _Checked(chosen.given.name, chosen.importer.name)
    if chosen.importer.name == CaptureImporter.name:
        _of_ours(chosen.given.path, found, tell)
    else:
        _of_others(chosen, found, tell)
    return found


def _of_ours(path: Path, found: _Checked, tell: Progress) -> None:
    try:
        told = wholeness(path, tell)
    except NewerCapture as error:
        found.unknown = str(error)
        return
    except CaptureError as error:
        found.add(_Fault(str(error)))
        return
    found.exchanges = told.exchanges
    found.remarks += told.remarks
    for fault in told.faults:
        found.add(_Fault(fault.text, fault.exchange, fault.leg))


def _of_others(chosen: Chosen, found: _Checked, tell: Progress) -> None:
    try:
        for item in chosen.importer.read(chosen.given, lambda done: tell(done, chosen.given.size)):
            if isinstance(item, Damage):
                found.add(_Fault(item.text, offset=item.offset))
            else:
                found.exchanges += 1
    except OSError as error:
        found.add(_Fault(f"it cannot be read any further: {error.strerror or error}"))


def _tell(one: _Checked) -> None:
    for remark in one.remarks:
        print_note(f"{one.file}: {remark}")
    if one.unknown is not None:
        print_note(f"{one.file} ({one.format}) may be whole or not: {one.unknown}")
        return
    damaged = {fault.exchange for fault in one.faults} - {None}
    exchanges = counted(one.exchanges, "exchange")
    if not one.faults:
        print_note(f"{one.file} ({one.format}) is whole: {exchanges}")
        return
    places = counted(len(one.faults) + one.more_faults, "place")
    of = f", {len(damaged)} of them damaged" if damaged else ""
    print_note(f"{one.file} ({one.format}) is damaged in {places}: {exchanges}{of}")


def _told(one: _Checked) -> dict[str, Any]:
    return {"whole": None if one.unknown is not None else not one.faults, **asdict(one)}
