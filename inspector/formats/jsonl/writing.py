"""Exchanges in our own text form: for jq and scripts, and back again without a loss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from inspector.capture.model import ExchangeDetail
from inspector.formats.jsonl import form
from inspector.protocol import json_text


class JsonlExporter:
    """A line an exchange, in the form of `jsonl.form`, which carries everything."""

    name = "jsonl"
    suffix = "jsonl"
    many = True

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """The lines; nothing is left out."""
        for detail in details:
            out.write(json_text.to_bytes(form.of(detail)) + b"\n")
        return []
