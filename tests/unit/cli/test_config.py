"""`inspector config`: the path, the file to begin with, and what is wrong with a file."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from inspector.settings import Settings, load

Call = Callable[..., Result]


def test_the_path(call: Call, home: Path) -> None:
    for arguments in ((), ("--path",)):
        result = call("config", *arguments)
        assert result.stdout == f"{home / 'config' / 'config.toml'}\n"
        assert result.stderr == "it is not there yet; --init writes it\n"


def test_init_writes_what_print_prints_once(call: Call, refused: Callable[..., str], home: Path) -> None:
    file = home / "config" / "config.toml"
    assert call("config", "--init").stdout == f"{file}\n"
    assert file.read_text("utf-8") == call("config", "--print").stdout
    assert '#"pane.raw" = ["x"]' in file.read_text("utf-8")
    assert load(file) == Settings()
    assert call("config").stderr == ""
    file.write_text('theme = "nord"\n')
    assert refused(1, "config", "--init").startswith(f"{file} is there already")
    assert file.read_text() == 'theme = "nord"\n'


def test_init_where_nothing_can_be_written(refused: Callable[..., str], home: Path) -> None:
    (home / "config" / "config.toml").mkdir(parents=True)
    assert "is there already" in refused(1, "config", "--init")


def test_a_file_that_init_wrote_is_fine(call: Call) -> None:
    call("config", "--init")
    result = call("config", "--check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("config.toml: nothing is wrong\n")


def test_no_file_is_fine(call: Call) -> None:
    result = call("config", "--check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("config.toml: it is not there, which is fine\n")


def test_what_is_wrong_is_told_line_by_line(call: Call, home: Path) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(
        'theme = "inspector-drak"\n[keys]\npane.rwa = "y"\n"a\\u001b[2J" = "y"\n[families]\nx = "gpt-55"\n'
    )
    result = call("config", "--check")
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    theme, action, control, family = (line.removeprefix(f"{file}: ") for line in lines)
    assert theme == "line 1: theme: there is no theme 'inspector-drak'; did you mean 'inspector-dark'?"
    assert action == "line 3: keys.pane.rwa: there is no action 'pane.rwa'; did you mean 'pane.raw'?"
    assert control.startswith("line 4: keys.a\\x1b[2J: there is no action 'a\\x1b[2J'")
    assert family.startswith("line 6: families.x: There is no model family 'gpt-55'")


def test_the_file_is_its_owners(call: Call, home: Path) -> None:
    call("config", "--init")
    assert stat.S_IMODE((home / "config").stat().st_mode) == 0o700
