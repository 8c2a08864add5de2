"""`run` with stand-ins around it: which upstream, which settings, which status."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector.proxy import process, registry
from inspector.proxy.process import ProxyFailed
from inspector.proxy.registry import Running
from inspector.proxy.settings import ProxySettings

BASE_URL = "http://127.0.0.1:4321/my-res.openai.azure.com/openai/v1"


class Stage:
    """What was started, with what, and what became of it."""

    def __init__(self, folder: Path) -> None:
        self.codex_home = folder / "codex"
        self.codex_home.mkdir()
        self.heard = folder / "arguments.json"
        self.codex = folder / "codex.py"
        self.codex.write_text(
            "import json, pathlib, sys\n"
            f"pathlib.Path({str(self.heard)!r}).write_text(json.dumps(sys.argv[1:]))\n"
            "sys.exit(int(sys.argv[-1]))\n"
        )
        self.settings: list[ProxySettings] = []
        self.stopped: list[Running] = []

    def command(self, *arguments: str) -> list[str]:
        return ["--", sys.executable, str(self.codex), *arguments]

    @property
    def arguments(self) -> list[str]:
        """What Codex was told."""
        told: list[str] = json.loads(self.heard.read_text())
        return told

    def spawn(self, settings: ProxySettings) -> Running:
        self.settings.append(settings)
        settings.capture.touch()
        return Running(
            pid=1,
            listening="http://127.0.0.1:4321",
            base_url=BASE_URL,
            capture=settings.capture,
            upstream=None,
            mode=settings.mode,
            forward=False,
            started=time.time(),
        )

    def stop(self, proxy: Running) -> bool:
        self.stopped.append(proxy)
        return True


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage(tmp_path)
    monkeypatch.setenv("CODEX_HOME", str(made.codex_home))
    monkeypatch.setattr(process, "spawn", made.spawn)
    monkeypatch.setattr(registry, "stop", made.stop)
    return made


def upstream(stage: Stage) -> str:
    [settings] = stage.settings
    assert settings.upstream is not None
    return settings.upstream.base_url


def test_a_provider_of_ours_where_the_person_has_none(call: Callable[..., Result], stage: Stage) -> None:
    result = call("run", "--upstream", "https://my-res.openai.azure.com", *stage.command("exec", "7"))
    assert result.exit_code == 7
    assert stage.arguments[-2:] == ["exec", "7"]
    settings = dict(each.split("=", 1) for each in stage.arguments[1:-2:2])
    assert set(stage.arguments[0:-2:2]) == {"-c"}
    assert settings["model_provider"] == '"inspector"'
    assert settings["model_providers.inspector.base_url"] == f'"{BASE_URL}"'
    assert settings["model_providers.inspector.env_key"] == '"AZURE_OPENAI_API_KEY"'
    assert len(stage.stopped) == 1
    assert f"recorded to {stage.settings[0].capture}" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("name", ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY", "OPENAI_API_KEY"])
def test_the_key_that_is_there_is_named(
    call: Callable[..., Result], stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "hunter2-the-key")
    call("run", "--upstream", "https://my-res.openai.azure.com", *stage.command("0"))
    assert f'model_providers.inspector.env_key="{name}"' in stage.arguments
    assert not any("hunter2" in argument for argument in stage.arguments)


def test_a_server_on_this_machine_may_want_no_key(call: Callable[..., Result], stage: Stage) -> None:
    call("run", "--upstream", "http://127.0.0.1:9/v1", *stage.command("0"))
    assert not any("env_key" in argument for argument in stage.arguments)


def test_a_dated_version_travels_as_a_query(call: Callable[..., Result], stage: Stage) -> None:
    dated = "https://my-res.openai.azure.com/openai?api-version=2025-04-01-preview"
    call("run", "--upstream", dated, *stage.command("0"))
    [params] = [each for each in stage.arguments if "query_params" in each]
    assert params.endswith('{ api-version = "2025-04-01-preview" }')


PROVIDER = """
model_provider = "mine"
[model_providers.mine]
name = "Mine"
base_url = "{}"
env_key = "MINE"
"""


def test_the_persons_provider_keeps_everything_but_its_address(
    call: Callable[..., Result], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stage.codex_home / "config.toml").write_text(PROVIDER.format("https://mine.openai.azure.com/openai/v1"))
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://other.openai.azure.com")
    call("run", *stage.command("0"))
    assert upstream(stage) == "https://mine.openai.azure.com/openai/v1"
    assert stage.arguments == ["-c", f'model_providers.mine.base_url="{BASE_URL}"', "0"]


def test_how_long_codex_bears_silence_is_the_providers(call: Callable[..., Result], stage: Stage) -> None:
    patient = PROVIDER.format("https://mine.openai.azure.com/openai/v1") + "stream_idle_timeout_ms = 90000"
    (stage.codex_home / "config.toml").write_text(patient)
    call("run", *stage.command("0"))
    assert stage.settings[0].idle_timeout == 90.0


def test_a_bridged_provider_is_not_called_azure(call: Callable[..., Result], stage: Stage) -> None:
    mine = PROVIDER.format("https://mine.openai.azure.com/openai/v1").replace('"Mine"', '"Azure"')
    (stage.codex_home / "config.toml").write_text(mine)
    call("run", "--mode", "bridge", *stage.command("0"))
    assert 'model_providers.mine.name="Azure, bridged"' in stage.arguments


def test_a_provider_that_points_at_a_proxy_of_ours_means_what_is_behind_it(
    call: Callable[..., Result], stage: Stage
) -> None:
    ours = "http://127.0.0.1:8080/my-res.openai.azure.com/openai/v1"
    (stage.codex_home / "config.toml").write_text(PROVIDER.format(ours))
    call("run", *stage.command("0"))
    assert upstream(stage) == "https://my-res.openai.azure.com/openai/v1"


def test_what_is_said_comes_before_the_provider(call: Callable[..., Result], stage: Stage) -> None:
    (stage.codex_home / "config.toml").write_text(PROVIDER.format("https://mine.openai.azure.com/openai/v1"))
    call("run", "--upstream", "https://said.openai.azure.com", *stage.command("0"))
    assert upstream(stage) == "https://said.openai.azure.com/openai/v1"
    assert f'model_providers.mine.base_url="{BASE_URL}"' in stage.arguments  # whose key and headers are right


def test_the_environment_comes_last(
    call: Callable[..., Result], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://env.openai.azure.com")
    call("run", *stage.command("0"))
    assert upstream(stage) == "https://env.openai.azure.com/openai/v1"


@pytest.mark.parametrize(("options", "port"), [((), 0), (("--listen", "127.0.0.1:4321"), 4321)])
def test_any_port_will_do_unless_one_is_named(
    call: Callable[..., Result], stage: Stage, options: tuple[str, ...], port: int
) -> None:
    call("run", "--upstream", "http://127.0.0.1:9/v1", *options, *stage.command("0"))
    assert stage.settings[0].port == port


def test_what_cannot_work_is_said_before_anything_starts(
    refused: Callable[..., str], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no upstream" in refused(2, "run", *stage.command("0"))
    assert "Missing argument" in refused(2, "run")
    assert "--forward needs no `run`" in refused(2, "run", "--forward", *stage.command("0"))
    (stage.codex_home / "config.toml").write_text(PROVIDER.format("ftp://nowhere"))
    said = refused(1, "run", *stage.command("0"))
    assert "the Codex provider 'mine' has a base_url that cannot be used" in said
    assert stage.settings == []
    assert not stage.heard.exists()


def test_a_proxy_that_does_not_start(
    refused: Callable[..., str], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_settings: ProxySettings) -> Running:
        raise ProxyFailed("127.0.0.1:1 is in use by another program.")

    monkeypatch.setattr(process, "spawn", fail)
    assert "is in use" in refused(1, "run", "--upstream", "http://127.0.0.1:9/v1", *stage.command("0"))


def test_nothing_begins_for_a_codex_that_is_not_there(refused: Callable[..., str], stage: Stage) -> None:
    said = refused(1, "run", "--upstream", "http://127.0.0.1:9/v1", "--", "no-such-codex")
    assert "'no-such-codex' is not there" in said
    assert not stage.settings


def test_the_proxy_ends_though_codex_cannot_be_started(refused: Callable[..., str], stage: Stage) -> None:
    said = refused(1, "run", "--upstream", "http://127.0.0.1:9/v1", "--", str(stage.codex))
    assert "cannot be started: Permission denied" in said
    assert len(stage.stopped) == 1


def test_codexs_options_are_codexs(call: Callable[..., Result], stage: Stage) -> None:
    codex = ("exec", "--listen", "x", "--upstream", "y", "--help", "-m", "gpt-5.5", "0")
    result: Any = call("run", "--upstream", "http://127.0.0.1:9/v1", *stage.command(*codex))
    assert result.exit_code == 0
    assert stage.arguments[-len(codex) :] == list(codex)
