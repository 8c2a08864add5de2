"""Where our own files live: one place that asks the platform, so that no other room has to."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP = "codex-azure-inspector"


def captures() -> Path:
    """The folder of captures that were recorded without `--capture`."""
    return _ours("captures", platformdirs.user_data_path(_APP, appauthor=False) / "captures")


def state() -> Path:
    """The folder in which running proxies register."""
    return _ours("state", platformdirs.user_state_path(_APP, appauthor=False))


def config() -> Path:
    """The folder of the person's settings."""
    return _ours("config", platformdirs.user_config_path(_APP, appauthor=False))


def certificates() -> Path:
    """The folder of the certificate authority that forward mode signs with."""
    return _ours("certificates", platformdirs.user_data_path(_APP, appauthor=False) / "certificates")


def copies() -> Path:
    """The folder of what was copied where there is no clipboard, and of screenshots."""
    return _ours("copies", platformdirs.user_data_path(_APP, appauthor=False) / "copies")


def cache() -> Path:
    """The folder of what can be made again, such as converted captures."""
    return _ours("cache", platformdirs.user_cache_path(_APP, appauthor=False))


def _ours(name: str, usual: Path) -> Path:
    """`usual`, or `name` below `INSPECTOR_HOME`; made on use, for its owner's eyes only."""
    home = os.environ.get("INSPECTOR_HOME")
    folder = Path(home).expanduser().absolute() / name if home else usual
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
