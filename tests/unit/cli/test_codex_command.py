"""Codex's configuration as Codex reads it, its command line completed, and a child that owns the terminal.

That the real Codex agrees is tested end to end.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from inspector.cli.codex_command import configured_provider, run_in_terminal, with_overrides
from inspector.protocol.codex import ActiveProvider

BLUE = """
[model_providers.blue]
name = "Azure"
base_url = "https://blue.openai.azure.com/openai/v1"
env_key = "BLUE_KEY"
query_params = { api-version = "preview" }
"""


@pytest.fixture
def codex_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Codex's configuration is."""
    folder = tmp_path / "codex"
    folder.mkdir()
    monkeypatch.setenv("CODEX_HOME", str(folder))
    return folder


def chosen(*arguments: str) -> str | None:
    """The base_url of the provider that Codex would use with these arguments."""
    provider = configured_provider(arguments)
    return provider.base_url if provider else None


def test_without_a_configuration_nobody_is_chosen(codex_home: Path) -> None:
    assert configured_provider(["codex", "exec", "hi"]) is None


def test_codexs_own_provider_is_nobodys_choice(codex_home: Path) -> None:
    (codex_home / "config.toml").write_text(f'model = "gpt-5.5"\n{BLUE}')
    assert configured_provider([]) is None


def test_the_file_chooses(codex_home: Path) -> None:
    (codex_home / "config.toml").write_text(f'model_provider = "blue"\n{BLUE}')
    assert configured_provider(["codex"]) == ActiveProvider(
        "blue",
        "Azure",
        "https://blue.openai.azure.com/openai/v1",
        "BLUE_KEY",
        query_params={"api-version": "preview"},
    )


def test_the_home_folder_is_codexs_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODEX_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / ".codex").mkdir()
    (tmp_path / ".codex" / "config.toml").write_text(f'model_provider = "blue"\n{BLUE}')
    assert chosen() == "https://blue.openai.azure.com/openai/v1"


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", 'model_provider="blue"'),
        ("-c", "model_provider=blue"),  # no TOML: the bare text
        ("--config", "model_provider = 'blue'"),
        ("--config=model_provider=blue",),
        ("-c", "model_provider=red", "exec", "-c", "model_provider=blue"),  # the last one counts
    ],
)
def test_settings_on_the_command_line_choose(codex_home: Path, arguments: tuple[str, ...]) -> None:
    (codex_home / "config.toml").write_text(BLUE)
    assert chosen("codex", *arguments) == "https://blue.openai.azure.com/openai/v1"


def test_settings_on_the_command_line_change_a_provider(codex_home: Path) -> None:
    (codex_home / "config.toml").write_text(f'model_provider = "blue"\n{BLUE}')
    assert chosen("codex", "-c", "model_providers.blue.base_url=https://red.example/v1") == (
        "https://red.example/v1"
    )


@pytest.mark.parametrize("arguments", [("-p", "work"), ("--profile", "work"), ("--profile=work",)])
def test_a_profile_lies_over_the_file(codex_home: Path, arguments: tuple[str, ...]) -> None:
    (codex_home / "config.toml").write_text('model_provider = "red"\n')
    (codex_home / "work.config.toml").write_text(f'model_provider = "blue"\n{BLUE}')
    assert chosen("codex", *arguments) == "https://blue.openai.azure.com/openai/v1"
    assert chosen("codex") is None  # red is not defined


def test_a_profile_of_older_releases_is_a_table(codex_home: Path) -> None:
    text = f'model_provider = "red"\n{BLUE}\n[profiles.work]\nmodel_provider = "blue"\n'
    (codex_home / "config.toml").write_text(text)
    assert chosen("codex", "-p", "work") == "https://blue.openai.azure.com/openai/v1"


def test_a_broken_configuration_is_one_sentence(codex_home: Path) -> None:
    (codex_home / "config.toml").write_text("model_provider = \n")
    with pytest.raises(click.ClickException, match=r"config\.toml cannot be read .*line 1.*mend it") as error:
        configured_provider(["codex"])
    assert error.value.exit_code == 1


def test_settings_that_are_none_are_left_to_codex(codex_home: Path) -> None:
    (codex_home / "config.toml").write_text(f'model_provider = "blue"\n{BLUE}')
    for odd in ("", "=", "a b=1", "model_provider"):
        assert chosen("codex", "-c", odd) == "https://blue.openai.azure.com/openai/v1"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["codex"], ["codex", "-c", "x=1"]),
        (["codex", "exec", "hi"], ["codex", "-c", "x=1", "exec", "hi"]),
        (["/opt/codex-0.169/bin/codex", "e"], ["/opt/codex-0.169/bin/codex", "-c", "x=1", "e"]),
        (["npx", "-y", "@openai/codex", "exec"], ["npx", "-y", "@openai/codex", "-c", "x=1", "exec"]),
        (["npx", "@openai/codex@0.130.0", "hi"], ["npx", "@openai/codex@0.130.0", "-c", "x=1", "hi"]),
        (["node", "/lib/codex.js", "hi"], ["node", "/lib/codex.js", "-c", "x=1", "hi"]),
        (["mise", "x", "--", "codex", "hi"], ["mise", "x", "--", "codex", "-c", "x=1", "hi"]),
        (["my-wrapper", "hi"], ["my-wrapper", "-c", "x=1", "hi"]),
        (["codex", "exec", "explain codex"], ["codex", "-c", "x=1", "exec", "explain codex"]),
    ],
)
def test_overrides_stand_right_behind_codex(command: list[str], expected: list[str]) -> None:
    assert with_overrides(command, ["-c", "x=1"]) == expected


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_status_is_the_childs() -> None:
    assert run_in_terminal(python("")) == 0
    assert run_in_terminal(python("raise SystemExit(7)")) == 7
    assert run_in_terminal(python("import os, signal; os.kill(os.getpid(), signal.SIGTERM)")) == 143
    assert run_in_terminal(python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")) == 137


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="'no-such-codex' is not there; install it"):
        run_in_terminal(["no-such-codex"])
    folder = tmp_path / "codex"
    folder.write_text("#!/bin/sh\n")
    with pytest.raises(click.ClickException, match="cannot be started: Permission denied"):
        run_in_terminal([str(folder)])


@pytest.fixture
def hit(tmp_path: Path) -> Callable[[int], None]:
    """Sends this process a signal as soon as `tmp_path/ready` is there, and then makes `tmp_path/sent`."""

    def later(number: int) -> None:
        def wait() -> None:
            deadline = time.monotonic() + 20
            while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
                time.sleep(0.005)
            os.kill(os.getpid(), number)
            (tmp_path / "sent").touch()

        threading.Thread(target=wait, daemon=True).start()

    return later


WAITING = """
import pathlib, signal, sys
signal.signal(signal.{0}, lambda *_: sys.exit(5))
pathlib.Path(sys.argv[1]).touch()
signal.pause()
"""


def test_ctrl_c_is_the_childs_alone(tmp_path: Path, hit: Callable[[int], None]) -> None:
    # The terminal would send it to both of us: here only we get it, and must live on until the child ends.
    code = """
import pathlib, sys, time
ready = pathlib.Path(sys.argv[1])
ready.touch()
while not ready.with_name("sent").exists():
    time.sleep(0.005)
"""
    before = signal.getsignal(signal.SIGINT)
    hit(signal.SIGINT)
    assert run_in_terminal([*python(code), str(tmp_path / "ready")]) == 0
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_end_is_handed_down(
    tmp_path: Path, hit: Callable[[int], None], number: signal.Signals
) -> None:
    hit(number)
    assert run_in_terminal([*python(WAITING.format(number.name)), str(tmp_path / "ready")]) == 5


def test_the_child_does_not_inherit_deafness() -> None:
    code = "import signal, sys; sys.exit(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    assert run_in_terminal(python(code)) == 0
