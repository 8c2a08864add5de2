"""A request as a shell script for any POSIX shell, with curl."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from inspector.capture.model import ExchangeDetail
from inspector.formats.calls import call_again
from inspector.formats.curl.feeding import fed
from inspector.formats.heading import heading, key_remark
from inspector.formats.one import the_one
from inspector.protocol.snippets.call import Call
from inspector.protocol.snippets.curl import asking


class CurlExporter:
    """The request alone, without headers that may hold a secret; the body to the byte."""

    name = "curl"
    suffix = "curl"
    many = False
    posts = True

    def write(self, details: Iterable[ExchangeDetail], out: BinaryIO) -> list[str]:
        """The script; what it leaves out and where it takes the key from."""
        detail = the_one(details)
        call, remarks = call_again(detail)
        out.write(script(call, heading(detail.exchange, call, remarks)).encode("utf-8", "backslashreplace"))
        left_out = f"Headers that may hold a secret are left out: {', '.join(call.left_out)}."
        return [*key_remark(call), *([left_out] if call.left_out else []), *remarks]


def script(call: Call, about: Iterable[str]) -> str:
    """It ends with curl's own status."""
    needed = [
        f': "${{{name}:?must be set: it stands for what may be a secret}}"\n' for name in call.variables
    ]
    words = " \\\n  ".join(" ".join(group) for group in asking(call))
    comments = "".join(f"# {line}\n" for line in about)
    sent = fed(words, call.body) if call.body else f"{words}\n"
    return f"#!/bin/sh\n{comments}set -eu\n{''.join(needed)}\n{sent}"
