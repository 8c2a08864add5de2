"""The group: what it offers, how it says so, and that the README says the same."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from inspector.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text("utf-8")
FULL = Path("/dev/full")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readmes_table(name: str) -> None:
    table = README.split("\n## Commands\n")[1].split("\n## ")[0]
    assert re.search(rf"^\| `inspector {name}\b", table, re.MULTILINE)


def test_the_readmes_table_knows_no_other_command() -> None:
    table = README.split("\n## Commands\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `inspector ([\w-]+)", table, re.MULTILINE)) == set(COMMANDS)


def test_ci_runs_the_readmes_test_command() -> None:
    [line] = [line for line in README.splitlines() if line.endswith("&& .venv/bin/pytest")]
    install, tests = line.split(" && ")
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    runs = [each.strip() for each in ci.splitlines()]
    assert any(each.startswith(install) for each in runs)
    assert tests in runs
    assert runs.index(tests) > next(n for n, each in enumerate(runs) if each.startswith(install))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(call: Callable[..., Result], name: str) -> None:
    result = call(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: main {name}")


def test_help_lists_the_commands_in_their_order(call: Callable[..., Result]) -> None:
    said = call("--help").stdout
    places = [said.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    assert "Exit codes" in said


def test_the_version(call: Callable[..., Result]) -> None:
    assert call("--version").stdout.strip() == version("codex-azure-inspector")


def test_a_command_that_is_none(refused: Callable[..., str]) -> None:
    assert "No such command 'mend'" in refused(2, "mend")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("options", [("--json",), ("1",), ("1", "--raw", "request")], ids=len)
def test_a_full_disk_is_one_sentence(tape: Any, options: tuple[str, ...]) -> None:
    tape.exchange(b'{"model": "gpt-5.5"}', b"{}")
    command = [sys.executable, "-m", "inspector", "show", tape.path, *options]
    with FULL.open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: stdout cannot be written: No space left on device\n")


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'mitmproxy', 'textual', 'rich', 'httpx', 'pydantic', 'sqlite3', 'importlib.metadata'}"
    code = f"""
import sys
from inspector.cli import main
main(["--help"], standalone_mode=False)
found = {heavy} & set(sys.modules)
sys.exit(f"imported: {{found}}" if found else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["show", "translate", "captures", "addon", "stop", "config"])
def test_commands_without_a_screen_or_a_proxy_import_neither(name: str) -> None:
    code = f"""
import sys
from inspector.cli import main
main(["{name}", "--help"], standalone_mode=False)
found = {{'mitmproxy', 'textual'}} & set(sys.modules)
sys.exit(f"imported: {{found}}" if found else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
