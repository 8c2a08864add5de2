"""Codex as a child of ours: its configuration read, its command line completed, its terminal left to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import click

from inspector.protocol.codex import ActiveProvider, active_provider, layered


def configured_provider(arguments: Sequence[str]) -> ActiveProvider | None:
    """The provider that this person's Codex would use; None where its configuration defines none.

    `arguments` are Codex's own: `-p NAME` and `-c key=value` have their say there as they do in Codex. Its
    built-in OpenAI, taken when nobody chose, counts as None, so that AZURE_OPENAI_ENDPOINT has its turn.
    """
    home = Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex")
    profile = _option(arguments, "-p", "--profile")
    layers = [_toml_file(home / "config.toml")]
    if profile:
        layers.append(_toml_file(home / f"{profile}.config.toml"))
    layers += [_override(text) for text in _options(arguments, "-c", "--config")]
    provider = active_provider(layered(*layers), profile)
    return None if provider is None or provider.built_in else provider


def _toml_file(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be read ({error}); mend it or give --upstream") from None


def _override(text: str) -> Mapping[str, Any]:
    """`key=value` as Codex reads it: TOML, or the bare text where that is none."""
    key, equals, value = text.partition("=")
    for written in (value, json.dumps(value)) if equals else ():
        try:
            return tomllib.loads(f"{key.strip()} = {written}")
        except tomllib.TOMLDecodeError:
            continue
    return {}  # no setting: Codex will say so itself


def _option(arguments: Sequence[str], *names: str) -> str | None:
    return next(reversed(_options(arguments, *names)), None)


def _options(arguments: Sequence[str], *names: str) -> list[str]:
    """The values of an option, given as `--name value` or `--name=value`."""
    values = [after for here, after in pairwise(arguments) if here in names]
    return values + [
        word.partition("=")[2] for word in arguments for name in names if word.startswith(f"{name}=")
    ]


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


def check_is_there(program: str) -> None:
    """Raises click's error where a program cannot be found: asked before anything is begun for it."""
    if shutil.which(program) is None and not os.path.exists(
        program
    ):  # what is no program is told by starting it
        raise _no_program(program)


def _no_program(program: str) -> click.ClickException:
    return click.ClickException(
        f"{program!r} is not there; install it (npm install -g @openai/codex) or give its path"
    )


def run_in_terminal(command: Sequence[str]) -> int:
    """Run a program that owns the terminal, Ctrl-C included; its exit status, or 128 + N after signal N."""
    signals = _Signals()
    with signals.left_to_child():
        try:
            child = subprocess.Popen(command)
        except FileNotFoundError:
            raise _no_program(command[0]) from None
        except OSError as error:
            raise click.ClickException(f"{command[0]!r} cannot be started: {error.strerror}") from None
        signals.adopt(child)
        status = child.wait()
    return status if status >= 0 else 128 - status


class _Signals:
    """Ctrl-C reaches the child by the terminal, so we only live on; TERM and HUP are handed down to it.

    Handlers and not SIG_IGN: an ignored signal would stay ignored in the program that is started.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []  # arrived before there was a child

    def adopt(self, child: subprocess.Popen[bytes]) -> None:
        """Whom the signals are for."""
        self._child = child
        for number in self._early:
            child.send_signal(number)

    @contextmanager
    def left_to_child(self) -> Iterator[None]:
        """Ours for as long as the child has the terminal."""
        handlers = {signal.SIGINT: self._stay, signal.SIGTERM: self._hand_down}
        if sys.platform != "win32":
            handlers |= {signal.SIGQUIT: self._stay, signal.SIGHUP: self._hand_down}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stay(self, _number: int, _frame: FrameType | None) -> None:
        return

    def _hand_down(self, number: int, _frame: FrameType | None) -> None:
        if self._child is None:
            self._early.append(number)
        else:
            self._child.send_signal(number)
