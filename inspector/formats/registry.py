"""Which formats there are to read, and which one a file is in: by its content, never by its suffix."""

from __future__ import annotations

import os
import stat
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.formats.importing import HEAD, ForeignFile
from inspector.formats.own import SQLITE
from inspector.formats.utf16 import recoded

if TYPE_CHECKING:
    from inspector.formats.importing import Importer

IMPORTERS: dict[str, str] = {
    "capture": "inspector.formats.own:CaptureImporter",
    "mitmproxy": "inspector.formats.mitm.reading:MitmImporter",
    "codex-trace": "inspector.formats.codex.trace:TraceImporter",
    "codex-rollout": "inspector.formats.codex.rollout:RolloutImporter",
    "har": "inspector.formats.har.reading:HarImporter",
    "jsonl": "inspector.formats.jsonl.reading:JsonlImporter",
    "sse": "inspector.formats.plain.sse:SseImporter",
    "json": "inspector.formats.plain.body:JsonImporter",
}
"""The class of each format, imported when it is wanted. They are asked in this order: those that know
themselves by a mark come before those that know themselves by their looks (capture, mitmproxy, codex-trace,
codex-rollout, har, jsonl, sse, json)."""


def importer(name: str) -> Importer:
    """A new importer of that format. KeyError when there is none."""
    module, _, cls = IMPORTERS[name].partition(":")
    made: Importer = getattr(import_module(module), cls)()
    return made


def recognise(path: Path) -> Importer:
    """The importer for the file or folder at `path`. Raises ForeignFile when nobody knows it."""
    head = _head(path)
    for name in IMPORTERS:
        found = importer(name)
        if found.recognises(head, path):
            return found
    if path.is_dir():
        raise ForeignFile(f"{path} is a folder that is no file of any program that can be read here.")
    if not head:
        raise ForeignFile(f"{path} is empty.")
    if head.startswith(SQLITE):
        raise ForeignFile(f"{path} is not a capture: it is another program's SQLite file.")
    none = f"{path} is in no format that can be read here"
    if head.lstrip()[:1] in (b"{", b"["):
        raise ForeignFile(
            f"{none}: it begins like JSON, and is broken, or no HTTP archive, request, answer, error or list "
            "of events."
        )
    raise ForeignFile(f"{none}: {', '.join(IMPORTERS)}.")


def _head(path: Path) -> bytes:
    """The file's beginning, b"" of a folder.

    Not to be asked while this process has the file open as a capture: with the descriptor go SQLite's locks.
    """
    if os.path.isdir(path):
        return b""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # nobody may ever write to a pipe that is opened here
            raise ForeignFile(f"{path} is no file on a disk: pipe it into - instead.")
        with path.open("rb") as file:
            return recoded(file).read(HEAD)
    except FileNotFoundError:
        raise ForeignFile(f"There is no file {path}.") from None
    except OSError as error:
        raise ForeignFile(f"{path} cannot be read: {error.strerror or error}.") from None
