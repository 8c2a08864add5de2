"""Starting a proxy as a process of its own, which goes on when whoever started it is gone."""

from __future__ import annotations

from inspector.proxy.registry import Running
from inspector.proxy.settings import ProxySettings


class ProxyFailed(Exception):
    """A proxy did not start; the message is one sentence for a person."""


def spawn(settings: ProxySettings, *, timeout: float = 30.0) -> Running:
    """Starts a detached proxy and returns when it accepts connections. Raises ProxyFailed."""
    raise NotImplementedError
