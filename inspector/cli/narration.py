"""What commands say of a proxy on stderr: how to point Codex at it, and where its recording is."""

from __future__ import annotations

import shlex

from inspector.proxy.registry import Running


def directions(proxy: Running) -> str:
    """How to point Codex at a proxy that is ready."""
    if (block := proxy.config_block) is not None:
        return f"For Codex's config.toml:\n\n{block}"
    return (
        "For the environment of Codex:\n\n"
        f"export HTTPS_PROXY={proxy.listening}\nexport CODEX_CA_CERTIFICATE={proxy.certificate}\n"
    )


def recorded(proxy: Running) -> str:
    """Where the recording is, if it could be made."""
    if not proxy.capture.exists():
        return f"nothing was recorded: {proxy.capture} could not be made"
    return f"recorded to {proxy.capture}; see it with: inspector open {shlex.quote(str(proxy.capture))}"
