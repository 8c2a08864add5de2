"""What a proxy is started with: one value that crosses to the child process as JSON."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from inspector.protocol.azure import Upstream
from inspector.protocol.limits import Limits
from inspector.proxy.translation import Events, Translation

IDLE_SHUTDOWN = 8 * 3600.0


class Mode(StrEnum):
    """What the proxy does with a Responses request."""

    OBSERVE = "observe"
    REPAIR = "repair"
    BRIDGE = "bridge"


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """How one proxy runs. Without `forward` it is a reverse proxy and needs an upstream."""

    capture: Path
    upstream: Upstream | None = None
    host: str = "127.0.0.1"
    port: int = 8080  # 0: any free one
    mode: Mode = Mode.OBSERVE
    forward: bool = False
    hosts: tuple[str, ...] = ()  # regular expressions, searched in host:port: what forward mode opens too
    upstream_proxy: str | None = field(default=None, repr=False)  # URL; None: from the environment, "": none
    upstream_ca: Path | None = None  # PEM file, trusted besides the public authorities
    keep_secrets: bool = False
    api_version: str | None = None  # this and the eight that follow: see Translation
    deployments: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)
    send_metadata: bool = False
    reasoning_content: bool = False
    events: Events = "official"
    limits: Limits = field(default_factory=Limits)
    leave_out: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    idle_shutdown: float = IDLE_SHUTDOWN  # seconds without a connection
    idle_timeout: float | None = None  # seconds of silence that Codex bears; None: as its config.toml says

    def check(self) -> None:
        """ValueError with one sentence when these settings cannot work."""
        if not self.forward and self.upstream is None:
            raise ValueError(
                "No upstream is given: say where requests go with "
                "--upstream https://RESOURCE.openai.azure.com, or set AZURE_OPENAI_ENDPOINT."
            )
        if not 0 <= self.port <= 65535:
            raise ValueError(f"The port {self.port} is not between 0 and 65535.")
        for pattern in self.hosts:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"The host pattern {pattern!r} is no regular expression: {error}.") from None
        if self.upstream_ca is not None:
            _check_ca(self.upstream_ca)
        self.translation.check()

    @property
    def translation(self) -> Translation:
        """By which settings requests are translated and repaired; the upstream's api-version is one."""
        given = Translation(**{each.name: getattr(self, each.name) for each in fields(Translation)})
        if given.api_version is None and self.upstream is not None:
            return replace(given, api_version=self.upstream.api_version)
        return given

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def to_json(self) -> str:
        """For the child process. May hold the upstream proxy's password: never for a command line."""
        values = asdict(self)
        values["capture"] = str(self.capture)
        values["upstream_ca"] = str(self.upstream_ca) if self.upstream_ca else None
        return json.dumps(values)

    @classmethod
    def from_json(cls, text: str) -> ProxySettings:
        """The settings that `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        upstream, ca = values.pop("upstream"), values.pop("upstream_ca")
        return cls(
            **{
                **values,
                "capture": Path(values["capture"]),
                "mode": Mode(values["mode"]),
                "hosts": tuple(values["hosts"]),
                "limits": _limits(values["limits"]),
                "leave_out": tuple(values["leave_out"]),
                "without": tuple(values["without"]),
                "upstream": Upstream(**upstream) if upstream else None,
                "upstream_ca": Path(ca) if ca else None,
            }
        )


def _check_ca(path: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except FileNotFoundError:
        raise ValueError(f"The upstream CA file {path} does not exist.") from None
    except ssl.SSLError:
        raise ValueError(f"The upstream CA file {path} holds no certificate in PEM form.") from None
    except OSError as error:
        raise ValueError(f"The upstream CA file {path} cannot be read: {error.strerror}.") from None


def _limits(values: dict[str, Any]) -> Limits:
    """From JSON, where a range is a list."""
    read: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return Limits(**read)
