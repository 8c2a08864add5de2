"""What an exporter is, and which there are: how exchanges of a capture become a file of another program.

An exporter is given the exchanges one by one and writes as it goes, so that the memory it takes does not
grow with the capture. What its format has no place for it says afterwards, a sentence each: nobody should
find out from the file what is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import BinaryIO, Protocol

from inspector.capture.model import ExchangeDetail


class Unfit(Exception):
    """These exchanges cannot be written in that format; the message is one sentence for a person."""


class Exporter(Protocol):
    """One format; made without arguments, for one file."""

    name: str
    """What the format is called."""

    suffix: str
    """What its files end with, without the dot."""

    many: bool
    """Whether a file holds any number of exchanges: else it is exactly one."""

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """Writes all of them; what could not be carried, in sentences. Raises Unfit, and OSError."""
        ...


EXPORTERS: dict[str, str] = {
    "har": "inspector.formats.har.writing:HarExporter",
    "jsonl": "inspector.formats.jsonl.writing:JsonlExporter",
    "sse": "inspector.formats.plain.sse:SseExporter",
    "json": "inspector.formats.plain.body:JsonExporter",
    "mitm": "inspector.formats.mitm.writing:MitmExporter",
    "curl": "inspector.formats.curl.writing:CurlExporter",
    "py": "inspector.formats.py.writing:PyExporter",
    "md": "inspector.formats.md.writing:MdExporter",
}
"""The class of each format by the suffix of its files, imported when it is wanted."""


def exporter(suffix: str) -> Exporter:
    """A new exporter for files that end so. KeyError when there is none."""
    module, _, cls = EXPORTERS[suffix].partition(":")
    made: Exporter = getattr(import_module(module), cls)()
    return made
