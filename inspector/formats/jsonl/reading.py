"""Our own text form read in: a line, an exchange."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from inspector.capture.model import Damage, ExchangeDetail, Source
from inspector.formats.codex import lines
from inspector.formats.codex.lines import Line
from inspector.formats.importing import At, Input, Item
from inspector.formats.jsonl import form

_LOOKS = re.compile(rb'^(?:\xef\xbb\xbf)?\s*\{\s*"inspector"\s*:\s*\d+\s*,\s*"exchange"\s*:', re.MULTILINE)


class JsonlImporter:
    """Lines in the form of `jsonl.form`. What another program's file told before stays as it was told."""

    name = "jsonl"

    def recognises(self, head: bytes, path: Path) -> bool:
        """By how a line begins: it may be longer than `head`, and the first may be broken."""
        return _LOOKS.search(head) is not None

    def read(self, given: Input, at: At) -> Iterator[Item]:
        """Every line as the exchange it holds."""
        for line in lines.read(given.path, at):
            if isinstance(line, Damage):
                yield line
                continue
            try:
                yield _sourced(form.detail(form.read(line.value)), given, line)
            except form.Malformed as error:
                yield Damage(line.offset, f"Line {line.n} is no exchange: it {error}.")


def _sourced(detail: ExchangeDetail, given: Input, line: Line) -> ExchangeDetail:
    if detail.exchange.source is not None:
        return detail
    source = Source(given.name, JsonlImporter.name, f"line {line.n}")
    return replace(detail, exchange=replace(detail.exchange, source=source))
