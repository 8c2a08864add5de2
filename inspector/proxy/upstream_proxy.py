"""The company proxy between us and Azure: what a person named, else what the environment says.

The environment is read as other programs read it: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` in either case,
and `NO_PROXY` for those that are reached directly. Loopback is never reached through a proxy that only the
environment names.
"""

from __future__ import annotations

import base64
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import unquote, urlsplit

from inspector.protocol.azure import Upstream

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class UpstreamProxy:
    """An HTTP proxy that requests go through; `credentials` is user:password as a header carries it."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    credentials: str | None = field(default=None, repr=False)

    @property
    def address(self) -> tuple[Literal["http", "https"], tuple[str, int]]:
        """As mitmproxy's `via` wants it."""
        return self.scheme, (self.host, self.port)

    @property
    def url(self) -> str:
        """Without the credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def authorization(self) -> str | None:
        """The value of Proxy-Authorization, None without credentials."""
        if self.credentials is None:
            return None
        return f"Basic {base64.b64encode(self.credentials.encode()).decode()}"


def parse_upstream_proxy(text: str) -> UpstreamProxy:
    """A proxy's URL, `http` where it names no scheme. ValueError says what is wrong, not the credentials."""
    parts = urlsplit(text if "://" in text else f"http://{text}")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("The upstream proxy's port is not a number up to 65535.") from None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise ValueError(
            f"The upstream proxy's scheme is {scheme!r}: only http and https proxies are spoken to."
        )
    if not parts.hostname:
        raise ValueError(
            "The upstream proxy has no host name: write it like this, http://proxy.example:3128."
        )
    credentials = None
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    kind: Literal["http", "https"] = "https" if scheme == "https" else "http"
    return UpstreamProxy(kind, parts.hostname, port or _PORTS[scheme], credentials)


def choose(
    named: str | None, destination: Upstream | None, environment: Mapping[str, str] | None = None
) -> UpstreamProxy | None:
    """The proxy to go through, None to connect directly. ValueError when what is given makes no sense.

    `named` is a proxy's URL, "" for none, None when the environment decides (as urllib reads it). Without a
    `destination` (forward mode) NO_PROXY is left to the clients: they read it before they ask us.
    """
    if named is not None:
        return parse_upstream_proxy(named) if named else None
    proxies = dict(urllib.request.getproxies_environment() if environment is None else environment)
    scheme = destination.scheme if destination else "https"
    text = proxies.get(scheme) or proxies.get("all")
    if not text:
        return None
    if destination is not None:
        if _is_loopback(destination.host):
            return None
        bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]  # not in typeshed
        if bypass(f"{destination.host}:{destination.port}", proxies):
            return None
    return parse_upstream_proxy(text)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
