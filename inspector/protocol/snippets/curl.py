"""A request as a curl command."""

from __future__ import annotations

from shlex import quote

from inspector.protocol.snippets.call import Call, Variable
from inspector.protocol.snippets.shell import command, short, word


def curl(call: Call) -> str:
    """The command; what streams is shown as it comes."""
    groups = asking(call)
    if not call.body:
        return command(groups)
    argument = short(call.body)
    if argument is not None:
        return command([*groups, ["--data-raw", quote(argument)]])
    return command([*groups, ["--data-binary", "@-"]], call.body)


def asking(call: Call) -> list[list[str]]:
    """Its words but for the body, a group of them a line."""
    usual = "POST" if call.body else "GET"
    method = [] if call.method == usual else ["-X", quote(call.method)]
    if call.method == "HEAD":
        method = ["--head"]  # with -X it would wait for a body
    globs = any(not isinstance(part, Variable) and set("[]{}") & set(part) for part in call.url)
    groups = [["curl", "-sS", "-N", *method, *(["--globoff"] if globs else []), word(call.url)]]
    groups += [["-H", word((f"{name}: ", *value))] for name, value in call.credentials]
    groups += [["-H", quote(f"{name}: {value}")] for name, value in call.headers]
    # Of its own curl tells no length where there is no body, which servers may answer with 411.
    return groups + ([["-H", quote("content-length: 0")]] if call.method == "POST" and not call.body else [])
