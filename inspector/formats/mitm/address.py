"""Where a request went, told from what mitmproxy keeps: its server, and the name that the client gave it.

The URL of an exchange is upstream's. mitmproxy keeps the server it connected to, which in transparent mode is
an address without a name; and behind it may stand one of our own proxies, with upstream's host in the path.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from inspector.formats.mitm.fields import headers, text
from inspector.formats.mitm.walk import State
from inspector.protocol.azure import is_azure_host, is_loopback, split_host_path

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """Upstream's URL, its path and query, its host and port, and what is odd about them in sentences."""

    url: str
    path: str
    authority: str
    remarks: tuple[str, ...] = ()


def target(request: State, server: State) -> Target:
    """Where a request went that reached, or was to reach, this server."""
    scheme = text(request.get("scheme")) or "http"
    host, port, path = text(request.get("host")), _port(request.get("port")), text(request.get("path"))
    reached = f"{host}:{port}" if port is not None else host
    if text(request.get("method")).upper() == "CONNECT":
        return Target(reached, "", reached)
    if (named := split_host_path(path)) and is_azure_host(named[0]) and is_loopback(host):
        remark = f"It was asked of {scheme}://{reached}, a proxy that is told upstream's host in the path."
        return Target(f"https://{named[0]}{named[1]}", named[1], reached, (remark,))
    remarks: tuple[str, ...] = ()
    if _is_address(host) and not is_loopback(host) and (name := _named(request, server)):
        remarks = (f"mitmproxy connected to {reached}, for a client that asked for {name}.",)
        host = name
    if not host:  # of a file that tells no more
        return Target(path, path, reached, remarks)
    authority = f"[{host}]" if ":" in host else host
    if port is not None and _PORTS.get(scheme) != port:
        authority = f"{authority}:{port}"
    return Target(f"{scheme}://{authority}{'' if path == '*' else path}", path, reached, remarks)


def _named(request: State, server: State) -> str:
    """The server's name by the client's word, without a port; "" if it gave none."""
    given = {name.lower(): value for name, value in headers(request.get("headers"))}.get("host", "")
    for told in (text(request.get("authority")), given, text(server.get("sni"))):
        word = told.rpartition("@")[2]
        name = word.rpartition(":")[0] if word.rpartition(":")[2].isdigit() else word
        if name and not _is_address(name) and not is_loopback(name):
            return name
    return ""


def _is_address(host: str) -> bool:
    if not (host[:1].isdigit() or ":" in host):
        return False
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _port(told: object) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 65536 else None
