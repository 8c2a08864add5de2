"""Style sheets in tests are parsed once for each theme, not by every app and again for every screen of it.

The same text with the same colours gives the same rules, which nobody changes. Loaded by the conftests of the
tests with screens.
"""

from __future__ import annotations

from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_PARSED: dict[frozenset[tuple[str, str]], dict[tuple[Any, ...], list[RuleSet]]] = {}
"""By the colours, what each style sheet keeps for itself: the rules by their text and where that is from."""


@pytest.fixture(autouse=True)
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one app has parsed, the others know."""
    make, set_variables = Stylesheet.__init__, Stylesheet.set_variables

    def share(sheet: Stylesheet, variables: dict[str, str] | None) -> None:
        shared = _PARSED.setdefault(frozenset((variables or {}).items()), {})
        sheet._parse_cache = shared  # type: ignore[assignment]  # used as a mapping, and this one forgets nothing

    def make_shared(self: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        make(self, variables=variables)
        share(self, variables)

    def set_and_share(self: Stylesheet, variables: dict[str, str]) -> None:
        self._parse_cache = {}  # type: ignore[assignment] # it is emptied, and the others go on with theirs
        set_variables(self, variables)
        share(self, variables)

    monkeypatch.setattr(Stylesheet, "__init__", make_shared)
    monkeypatch.setattr(Stylesheet, "set_variables", set_and_share)
    monkeypatch.setattr(RuleSet, "__hash__", object.__hash__)  # by what it is as well, and ten times as fast
