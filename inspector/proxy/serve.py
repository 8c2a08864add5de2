"""Running the proxy in this process: stock mitmproxy code with our addon, until it is told to end."""

from __future__ import annotations

from collections.abc import Callable

from inspector.proxy.registry import Running
from inspector.proxy.settings import ProxySettings


def serve(settings: ProxySettings, announce: Callable[[Running], None]) -> int:
    """Serves until SIGINT or SIGTERM; `announce` is called once it accepts connections. Returns 0.

    Raises ProxyFailed when it cannot start.
    """
    raise NotImplementedError
