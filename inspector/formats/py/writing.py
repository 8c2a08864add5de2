"""A request as a program for Python and the openai package, 2.0 and later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from inspector.capture.model import ExchangeDetail
from inspector.formats.calls import call_again
from inspector.formats.heading import heading, key_remark
from inspector.formats.one import the_one
from inspector.protocol.snippets.python import python


class PyExporter:
    """The request alone, without headers that may hold a secret; its JSON the same, not its spelling."""

    name = "py"
    suffix = "py"
    many = False
    posts = True

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """The program; what it leaves out and where it takes the key from."""
        detail = the_one(details)
        call, remarks = call_again(detail)
        about = heading(detail.exchange, call, remarks)
        comments = "".join(f"# {line}\n" for line in about)
        out.write(f"{comments}\n{python(call)}".encode("utf-8", "backslashreplace"))
        left_out = f"Headers that may hold a secret are left out: {', '.join(call.left_out)}."
        return [*key_remark(call), *([left_out] if call.left_out else []), *remarks]
