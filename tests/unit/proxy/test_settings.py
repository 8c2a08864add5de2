"""Settings: whole after the way to the child process, and one sentence where they cannot work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inspector.protocol.azure import parse_upstream
from inspector.proxy.settings import Mode, ProxySettings

UPSTREAM = parse_upstream("https://my-res.openai.azure.com")


def test_they_travel_as_json() -> None:
    settings = ProxySettings(
        capture=Path("/c/a.db"),
        upstream=UPSTREAM,
        host="::1",
        port=0,
        mode=Mode.BRIDGE,
        hosts=("a", "b"),
        upstream_proxy="http://u:secret@p:1",
        upstream_ca=Path("/ca.pem"),
        keep_secrets=True,
        api_version="preview",
        deployments={"gpt": "mine"},
        idle_shutdown=5.0,
    )
    assert ProxySettings.from_json(settings.to_json()) == settings
    plain = ProxySettings(capture=Path("a.db"), forward=True)
    assert ProxySettings.from_json(plain.to_json()) == plain


def test_a_password_is_not_shown() -> None:
    assert "hush" not in repr(ProxySettings(Path("a.db"), UPSTREAM, upstream_proxy="http://u:hush@p:1"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"upstream": None}, "No upstream is given"),
        ({"port": 65536}, "The port 65536"),
        ({"hosts": ("(",)}, "The host pattern '('"),
        ({"upstream_ca": Path("/nowhere.pem")}, "/nowhere.pem does not exist"),
        ({"upstream_ca": Path("/")}, "The upstream CA file /"),
    ],
)
def test_what_cannot_work(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as wrong:
        ProxySettings(**{"capture": Path("a.db"), "upstream": UPSTREAM, **given}).check()
    assert told in str(wrong.value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("box.local", False)],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert ProxySettings(Path("a.db"), UPSTREAM, host=host).is_loopback is loopback
