from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result


def test_it_prints_the_path_of_a_script_for_mitmproxy(call: Callable[..., Result]) -> None:
    [path] = call("addon").stdout.splitlines()
    assert Path(path).is_absolute()
    assert "\naddons = [" in Path(path).read_text("utf-8")
