"""Why a proxy did not start, in one sentence."""

from __future__ import annotations

import errno
import socket

from inspector.proxy import registry
from inspector.proxy.settings import ProxySettings


class ProxyFailed(Exception):
    """A proxy did not start; the message is one sentence for a person."""


def not_listening(settings: ProxySettings, error: Exception) -> ProxyFailed:
    """The address could not be listened on."""
    where = f"{settings.host}:{settings.port}"
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        holder = registry.find_port(settings.port)
        if holder is not None:
            return ProxyFailed(
                f"{where} is in use by another proxy of ours (pid {holder.pid}, for "
                f"{holder.upstream or 'forward mode'}): end it with `inspector stop`, "
                "or choose another port with --listen 127.0.0.1:0."
            )
        return ProxyFailed(
            f"{where} is in use by another program: choose another port, 127.0.0.1:0 takes a free one."
        )
    if number == errno.EACCES:
        return ProxyFailed(f"Listening on {where} is not permitted: choose a port above 1023.")
    # From Python 3.13 on an address of another machine comes without an errno.
    if number in (errno.EADDRNOTAVAIL, None) or isinstance(error.__cause__, socket.gaierror):
        return ProxyFailed(f"{settings.host} is no address of this machine: listen on 127.0.0.1.")
    return ProxyFailed(f"Listening on {where} failed: {error}.")
