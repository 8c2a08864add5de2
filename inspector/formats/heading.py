"""What a script says of itself in its first lines: which exchange it repeats, and what it needs to run.

Python looks for the encoding of a program in the comments of its first two lines. These are words of ours:
else a URL with `coding:utf-7` in it would turn the comments below into code.
"""

from __future__ import annotations

from inspector import __version__
from inspector.capture.model import Exchange, Outcome
from inspector.formats.moments import utc
from inspector.protocol.snippets.call import Call

_LONGEST = 200


def heading(exchange: Exchange, call: Call, remarks: list[str]) -> list[str]:
    """Lines without what makes them comments."""
    sent = utc(exchange.started) if exchange.timing.tells_ends else ""
    lines = [
        f"Written by codex-azure-inspector {__version__}: this asks the upstream again.",
        f"Exchange {exchange.id}{f' was sent at {sent};' if sent else ':'} {_answered(exchange)}.",
        f"{call.method} {call.base_url}{call.path}",
        *([f"The environment is to hold {' and '.join(call.variables)}."] if call.variables else []),
        *([f"Left out, since they may hold a secret: {', '.join(call.left_out)}."] if call.left_out else []),
        *remarks,
    ]
    return [_plain(line) for line in lines]


def _answered(exchange: Exchange) -> str:
    if exchange.status is not None:
        return f"status {exchange.status}"
    if exchange.source is not None and exchange.outcome is Outcome.COMPLETE:
        return "its answer is not in the file"
    return f"not answered ({exchange.outcome.value})"


def key_remark(call: Call) -> list[str]:
    """What stands in place of the key, for whoever exports."""
    if not call.variables:
        return []
    return [f"No key is in it: it is read from {' and '.join(call.variables)} when it is run."]


def _plain(line: str) -> str:
    """One line that no terminal obeys."""
    shown = "".join(letter if letter.isprintable() else " " for letter in line)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
