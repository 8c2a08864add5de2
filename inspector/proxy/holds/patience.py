"""How long Codex bears silence in the middle of a response, as its config.toml says when something is held.

Its provider's `stream_idle_timeout_ms` is meant: that of the provider whose base_url is ours, or, in forward
mode, the upstream's. Where that cannot be known (Codex runs elsewhere, or with settings that are not in that
file), its default is assumed.
"""

from __future__ import annotations

import os
import tomllib
from functools import partial
from pathlib import Path

from mitmproxy.http import HTTPFlow

from inspector.capture.held.values import IDLE_TIMEOUT
from inspector.protocol.codex import idle_timeout
from inspector.proxy.holds.waiting import Patience

_LOCAL = ("localhost", "127.0.0.1", "::1")


def patience(flow: HTTPFlow, given: float | None = None) -> Patience:
    """To be asked for the seconds, off the event loop; `given` is what is known already."""
    if given is not None:
        return lambda: given
    request = flow.request
    host, port = flow.client_conn.sockname[:2]
    ours = {(name, port) for name in (host, *_LOCAL)}
    theirs = {(name, request.port) for name in (request.host, request.pretty_host)}
    return partial(_configured, frozenset(ours | theirs))


def _configured(addresses: frozenset[tuple[str, int]]) -> float:
    path = Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex") / "config.toml"
    try:
        found = idle_timeout(tomllib.loads(path.read_text("utf-8")), addresses)
    except (OSError, ValueError, RuntimeError):  # no such file, no TOML, nobody's home
        found = None
    return IDLE_TIMEOUT if found is None else found
