"""What the screen may ask of the proxy: how it is, and to stop. Both take time: call them in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from inspector.proxy import registry
from inspector.proxy.registry import Running


class ProxyControl(Protocol):
    """A proxy that may run. `ours`: this app started it, so quitting asks what is to become of it."""

    @property
    def ours(self) -> bool:
        """Whether quitting asks about it."""

    def look(self) -> Running | None:
        """Its record as it is now; None when it has ended."""

    def stop(self) -> bool:
        """Ask it to end and wait; False when it goes on."""


@dataclass(frozen=True, slots=True)
class RegisteredProxy:
    """A proxy of the registry, known by its pid."""

    running: Running
    ours: bool = True

    def look(self) -> Running | None:
        """Its record as it is now."""
        return registry.find(pid=self.running.pid)

    def stop(self) -> bool:
        """SIGTERM, and wait."""
        return registry.stop(self.running)
