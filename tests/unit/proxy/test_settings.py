"""Settings: whole after the way to the child process, and one sentence where they cannot work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.protocol.azure import parse_upstream
from inspector.protocol.limits import Limits
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
        families={"mine": "o3"},
        send_metadata=True,
        reasoning_content=True,
        events="dual",
        limits=Limits(tools=3, top_p=(0, 0.5)),
        leave_out=("prompt_cache_key",),
        without=("one-role",),
        idle_shutdown=5.0,
        idle_timeout=45.0,
    )
    assert ProxySettings.from_json(settings.to_json()) == settings
    plain = ProxySettings(capture=Path("a.db"), forward=True)
    assert ProxySettings.from_json(plain.to_json()) == plain


def test_the_version_of_translations_is_the_upstreams_unless_another_is_said() -> None:
    dated = parse_upstream("https://my-res.openai.azure.com/openai?api-version=2025-04-01-preview")
    settings = ProxySettings(Path("a.db"), dated)
    assert settings.translation.api_version == "2025-04-01-preview"
    assert replace(settings, api_version="preview").translation.api_version == "preview"
    assert replace(settings, upstream=UPSTREAM).translation.api_version is None


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
        ({"families": {"mine": "no-such"}}, "There is no model family 'no-such'"),
        ({"without": ("no-such",)}, "There is no repair rule 'no-such'"),
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
