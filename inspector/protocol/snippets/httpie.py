"""A request as an HTTPie command."""

from __future__ import annotations

import re
from shlex import quote

from inspector.protocol.snippets.call import Call
from inspector.protocol.snippets.shell import command, short, word

_UNSAYABLE = re.compile(r"\\[:=@;]")  # HTTPie takes the backslash away, and has no way to write one


def httpie(call: Call) -> str:
    """The command; what streams is shown as it comes."""
    argument = short(call.body) if call.body else None
    reads = bool(call.body) and argument is None
    options = ["--stream", *([] if reads else ["--ignore-stdin"])]
    groups = [["http", *options, quote(call.method), word(call.url)]]
    groups += [[word((f"{name}:", *value))] for name, value in call.credentials]
    groups += [
        [quote(f"{name}:{_value(value)}")] for name, value in call.headers if not _UNSAYABLE.search(value)
    ]
    if argument is not None:
        groups.append(["--raw", quote(argument)])
    return command(groups, call.body if reads else b"")


def _value(value: str) -> str:
    """With an escape where it would make another separator of the colon before it: `:=`, `:@`."""
    return f"\\{value}" if value[0] in "=@" else value
