"""A bar on stderr: for a terminal, after a while, and full at the end."""

from __future__ import annotations

import io

import pytest

from inspector.cli.progress import shown


class Screen(io.StringIO):
    """A stderr that a person may look at."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(("is_terminal", "after"), [(False, 0.0), (True, 60.0)])
def test_nothing_in_a_pipe_nor_of_what_is_quick(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, after: float
) -> None:
    screen = Screen(is_terminal)
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("inspector.cli.progress.AFTER", after)
    with shown("comparing") as progress:
        progress(1, 2)
    assert screen.getvalue() == ""


def test_a_bar_that_is_full_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(True)
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("inspector.cli.progress.AFTER", 0.0)
    monkeypatch.setattr("inspector.cli.progress.EVERY", 0.0)
    with shown("comparing items") as progress:
        for done in range(1, 4):
            progress(done, 4)
    assert "comparing items" in screen.getvalue()
    assert " 75%" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_what_goes_wrong_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Screen(True))
    monkeypatch.setattr("inspector.cli.progress.AFTER", 0.0)

    def work() -> None:
        with shown("comparing") as progress:
            progress(1, 2)
            raise KeyError

    with pytest.raises(KeyError):
        work()
