"""What a script says of itself in its first lines: which exchange it repeats, and what it needs to run.

Python looks for the encoding of a program in the comments of its first two lines. These are words of ours:
else a URL with `coding:utf-7` in it would turn the comments below into code.
"""

from __future__ import annotations

from datetime import UTC, datetime

from inspector import __version__
from inspector.capture.model import Exchange
from inspector.protocol.snippets.call import Call

_LONGEST = 200


def heading(exchange: Exchange, call: Call, remarks: list[str]) -> list[str]:
    """Lines without what makes them comments."""
    asked = datetime.fromtimestamp(exchange.started, UTC)
    said = f"not answered ({exchange.outcome.value})" if exchange.status is None else exchange.status
    lines = [
        f"Written by codex-azure-inspector {__version__}: this asks the upstream again.",
        f"Exchange {exchange.id} was sent at {asked:%Y-%m-%d %H:%M:%S} UTC; status: {said}.",
        f"{call.method} {call.base_url}{call.path}",
        *([f"The environment is to hold {' and '.join(call.variables)}."] if call.variables else []),
        *([f"Left out, since they may hold a secret: {', '.join(call.left_out)}."] if call.left_out else []),
        *remarks,
    ]
    return [_plain(line) for line in lines]


def key_remark(call: Call) -> list[str]:
    """What stands in place of the key, for whoever exports."""
    if not call.variables:
        return []
    return [f"No key is in it: it is read from {' and '.join(call.variables)} when it is run."]


def _plain(line: str) -> str:
    """One line that no terminal obeys."""
    shown = "".join(letter if letter.isprintable() else " " for letter in line)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
