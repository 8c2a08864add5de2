"""Where a request goes: the host in the path, and what is refused so that nobody gets an open relay.

In reverse mode there is one upstream. Codex is given a base_url that still shows its host
(`http://127.0.0.1:8080/my-res.openai.azure.com/openai/v1`), because it tells Azure by the URL. That host must
be the upstream's own: a proxy that believed any host would hand keys to strangers. Decisions are made on
values here; whoever asks carries them out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inspector.protocol.azure import Upstream, client_base_url, opened_hosts, parse_upstream, split_host_path


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of our own to a request that is not passed on."""

    status: int
    code: str
    message: str

    def body(self) -> dict[str, Any]:
        """In the form of a Responses error."""
        error = {"message": self.message, "type": "invalid_request_error", "param": None, "code": self.code}
        return {"error": error}


def upstream_path(upstream: Upstream, target: str, listening: str) -> str | Refusal:
    """The path and query to ask `upstream` for, given the client's: its host taken off, or refused.

    `listening` is our own URL, for the advice in a refusal.
    """
    if upstream.path and target.startswith((f"{upstream.path}/", f"{upstream.path}?")):
        return target  # the base path itself may look like a host: /v1.1/responses
    parts = split_host_path(target)
    if parts is None:
        return target
    authority, rest = parts
    if authority in _own_names(upstream):
        return rest
    return _wrong_host(upstream, authority, listening)


def absolute_target(upstream: Upstream, authority: str, listening: str) -> Refusal | None:
    """A request in absolute form, as clients send it to a forward proxy: refused but for our own names."""
    own = listening.partition("://")[2]
    if authority.lower() in _own_names(upstream) or authority.lower() == own:
        return None
    message = (
        f"This proxy stands for {upstream.authority} only and is no forward proxy, "
        f"but it was asked for {authority!r}. Set the client's base_url to "
        f"{client_base_url(upstream, listening)} instead of HTTP_PROXY, or start the proxy with --forward."
    )
    return Refusal(400, "not_a_forward_proxy", message)


def _own_names(upstream: Upstream) -> tuple[str, str]:
    host = f"[{upstream.host}]" if ":" in upstream.host else upstream.host
    return upstream.authority.lower(), f"{host}:{upstream.port}".lower()


def _wrong_host(upstream: Upstream, authority: str, listening: str) -> Refusal:
    try:
        wanted = parse_upstream(f"https://{authority}").base_url
    except ValueError:
        wanted = "URL"
    message = (
        f"This proxy stands for {upstream.authority} only, but the path asks for the host {authority!r}. "
        f"Set the client's base_url to {client_base_url(upstream, listening)}, "
        f"or start the proxy with --upstream {wanted}."
    )
    return Refusal(400, "wrong_host_in_path", message)


class OpenedHosts:
    """What forward mode opens: Azure's and OpenAI's hosts, and those that a person names."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        """`named`: regular expressions, searched in `host:port` as mitmproxy does."""
        self.patterns = (*opened_hosts, *named)
        self._compiled = [re.compile(pattern, re.IGNORECASE) for pattern in self.patterns]

    def has(self, host: str, port: int) -> bool:
        """Whether traffic with that server is looked into."""
        return any(pattern.search(f"{host}:{port}") for pattern in self._compiled)
