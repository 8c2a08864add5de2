from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from inspector.cli.proxy_options import listen_address, proxy_options, settings_from
from inspector.proxy.settings import Mode, ProxySettings

UP = ("--upstream", "https://my-res.openai.azure.com")


@pytest.fixture
def ask() -> Callable[..., ProxySettings]:
    """The settings that a command line gives."""

    @click.command()
    @proxy_options
    def command(**options: Any) -> ProxySettings:
        return settings_from(options)

    def run(*arguments: object) -> ProxySettings:
        settings = command.main([str(argument) for argument in arguments], standalone_mode=False)
        assert isinstance(settings, ProxySettings)
        return settings

    return run


def test_the_defaults(ask: Callable[..., ProxySettings], home: Path) -> None:
    settings = ask(*UP)
    assert settings.upstream is not None
    assert settings.upstream.base_url == "https://my-res.openai.azure.com/openai/v1"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.capture.parent == home / "captures"
    assert (settings.mode, settings.forward, settings.keep_secrets) == (Mode.OBSERVE, False, False)
    assert not settings.capture.exists()


def test_a_proxy_knows_the_families_of_the_settings(ask: Callable[..., ProxySettings], home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text('[families]\nmine = "o3-mini"\nother = "gpt-4o"\n')
    settings = ask(*UP, "--family", "other=gpt-5")
    assert settings.translation.families == {"mine": "o3-mini", "other": "gpt-5"}


def test_everything_that_can_be_said(ask: Callable[..., ProxySettings], tmp_path: Path) -> None:
    settings = ask(
        *("--upstream", "my-res.openai.azure.com/openai/v1?api-version=preview"),
        *("--listen", "[::1]:0", "--capture", tmp_path / "a.db", "--mode", "bridge", "--keep-secrets"),
        *("--api-version", "2025-04-01-preview", "--upstream-proxy", "http://proxy.example:3128"),
        *("--deployment", "gpt-5.5=blue", "--deployment", "o3=red=2"),
        *("--leave-out", "prompt_cache_key", "--leave-out", "store"),
    )
    assert (settings.host, settings.port, settings.mode) == ("::1", 0, Mode.BRIDGE)
    assert settings.upstream is not None
    assert settings.upstream.api_version == "preview"
    assert settings.capture == tmp_path / "a.db"
    assert settings.deployments == {"gpt-5.5": "blue", "o3": "red=2"}
    assert settings.translation.leave_out == ("prompt_cache_key", "store")
    assert (settings.api_version, settings.keep_secrets) == ("2025-04-01-preview", True)
    assert settings.upstream_proxy == "http://proxy.example:3128"


@pytest.mark.parametrize("value", ["https://env-res.openai.azure.com", "https://env-res.openai.azure.com/"])
def test_the_upstream_may_come_from_the_environment(
    ask: Callable[..., ProxySettings], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", value)
    settings = ask()
    assert settings.upstream is not None
    assert settings.upstream.base_url == "https://env-res.openai.azure.com/openai/v1"
    said = ask(*UP).upstream
    assert said is not None
    assert said.host == "my-res.openai.azure.com"  # what is said comes first


def test_a_forward_proxy_needs_no_upstream(ask: Callable[..., ProxySettings]) -> None:
    settings = ask("--forward", "--host", "*.corp.example", "--host", "a.b")
    assert (settings.forward, settings.upstream) == (True, None)
    assert settings.hosts == (r"^.*\.corp\.example(:\d+)?$", r"^a\.b(:\d+)?$")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "set AZURE_OPENAI_ENDPOINT"),
        (("--upstream", "ftp://my-res.openai.azure.com"), "it must be http or https"),
        (("--upstream", "https://user:pw@my-res.openai.azure.com"), "has credentials in its URL"),
        (("--upstream", "https://my-res.openai.azure.com?sig=1"), "only api-version is understood"),
        (("--upstream", "https://"), "no valid host name"),
        ((*UP, "--listen", "localhost"), "'localhost' is not HOST:PORT"),
        ((*UP, "--listen", "127.0.0.1:http"), "is not HOST:PORT"),
        ((*UP, "--listen", "127.0.0.1:70000"), "is not HOST:PORT"),
        ((*UP, "--mode", "translate"), "'translate' is not one of"),
        ((*UP, "--deployment", "gpt-5.5"), "'gpt-5.5' is not MODEL=NAME"),
        ((*UP, "--deployment", "=blue"), "is not MODEL=NAME"),
        ((*UP, "--leave-out", "model"), "cannot be left out"),
        ((*UP, "--upstream-ca", "/no/such.pem"), "does not exist"),
        ((*UP, "--capture", "/"), "is a directory"),
        ((*UP, "--forward"), "--forward needs no --upstream"),
        ((*UP, "--host", "a.b"), "--host belongs to --forward"),
        ((*UP, "--colour"), "No such option"),
        ((*UP, "left over"), "unexpected extra argument"),
    ],
)
@pytest.mark.parametrize("command", ["record", "live"])
def test_a_wrong_value_is_one_sentence_and_status_2(
    refused: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.setattr("inspector.cli.live.require_terminal", lambda: None)
    assert words in refused(2, command, *arguments)


def test_a_wrong_variable_is_named(refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "ftp://nowhere")
    assert "AZURE_OPENAI_ENDPOINT" in refused(2, "record")


def test_authorities_that_are_none(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    said = refused(2, "record", *UP, "--upstream-ca", tmp_path / "ca.pem")
    assert "no certificate in PEM form" in said


def test_no_secret_is_in_the_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy.example")
    command = proxy_options(click.Command("x", callback=lambda **_: None))
    assert "hunter2" not in CliRunner().invoke(command, ["--help"]).output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("localhost:0", ("localhost", 0)),
        ("http://127.0.0.1:9", ("127.0.0.1", 9)),
        ("[::1]:8080", ("::1", 8080)),
        (":8080", ("127.0.0.1", 8080)),
        ("8080", ("127.0.0.1", 8080)),
    ],
)
def test_listen_addresses(text: str, expected: tuple[str, int]) -> None:
    assert listen_address(text) == expected


def test_settings_survive_their_way_to_the_child(ask: Callable[..., ProxySettings]) -> None:
    settings = ask(*UP, "--deployment", "a=b", "--mode", "bridge")
    assert ProxySettings.from_json(settings.to_json()) == settings
    assert json.loads(settings.to_json())["mode"] == "bridge"
