"""Codex as a child of ours: its configuration read, its command line completed, its terminal left to it."""

from __future__ import annotations

import os
import signal
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from inspector.protocol.codex import ActiveProvider, active_provider


def configured_provider(arguments: Sequence[str]) -> ActiveProvider | None:
    """The provider that this person's Codex would use; None where no configuration chooses one.

    `arguments` are Codex's: `-p NAME` selects a profile there. Without a `model_provider` Codex falls back to OpenAI
    itself, which nobody chose: that counts as None here, so that AZURE_OPENAI_ENDPOINT has its turn.
    """
    path = Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex") / "config.toml"
    try:
        config: Mapping[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be read ({error}); mend it or give --upstream") from None
    provider = active_provider(config, _profile(arguments))
    return provider if provider is not None and provider.id in config.get("model_providers", {}) else None


def _profile(arguments: Sequence[str]) -> str | None:
    for here, after in zip(arguments, [*arguments[1:], ""], strict=True):
        if here in ("-p", "--profile"):
            return after or None
        if here.startswith("--profile="):
            return here.partition("=")[2]
    return None


def with_overrides(command: Sequence[str], overrides: Sequence[str]) -> list[str]:
    """The command with Codex's `-c` settings right after its program, also behind `npx` and the like."""
    at = next(
        (
            n
            for n, word in enumerate(command)
            if "codex" in Path(word).name.lower() and not word.startswith("-")
        ),
        0,
    )
    return [*command[: at + 1], *overrides, *command[at + 1 :]]


def run_in_terminal(command: Sequence[str]) -> int:
    """Run a program that owns the terminal, Ctrl-C included; its exit status, or 128 + N after signal N."""
    with _signals_left_to_child() as forward:
        try:
            child = subprocess.Popen(command)
        except FileNotFoundError:
            raise click.ClickException(
                f"{command[0]!r} is not there; install Codex with `npm install -g @openai/codex` or give its path"
            ) from None
        except OSError as error:
            raise click.ClickException(f"{command[0]!r} cannot be started: {error.strerror}") from None
        forward.append(child)
        status = child.wait()
    return status if status >= 0 else 128 - status


@contextmanager
def _signals_left_to_child() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Ctrl-C reaches the child by the terminal, so we only live on; TERM and HUP are meant for us, and handed down.

    Handlers and not SIG_IGN: an ignored signal would stay ignored in the program that is started.
    """
    children: list[subprocess.Popen[bytes]] = []

    def stay(_number: int, _frame: FrameType | None) -> None:
        return

    def hand_down(number: int, _frame: FrameType | None) -> None:
        for child in children:
            child.send_signal(number)

    handlers = {signal.SIGINT: stay, signal.SIGTERM: hand_down}
    for name in ("SIGQUIT", "SIGHUP"):  # not on Windows
        if hasattr(signal, name):
            handlers[getattr(signal, name)] = stay if name == "SIGQUIT" else hand_down
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield children
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
