"""What only the rooms above know: themes, actions and model families. Settings are checked against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inspector.settings.model import Settings
from inspector.settings.problem import close_ones


@dataclass(frozen=True, slots=True)
class Bound:
    """An action that has an id, the keys it has by itself, and what it does."""

    id: str
    keys: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is; of what is left out, any name will do.

    `family` takes the name of a model family, and raises ValueError, with a sentence, where there is none.
    """

    themes: tuple[str, ...] = ()
    bindings: tuple[Bound, ...] = ()
    family: Callable[[str], object] | None = None

    def misses(self, settings: Settings) -> Iterator[tuple[tuple[str, ...], str]]:
        """The place and the trouble of each setting that names what is not there."""
        if "theme" in settings.model_fields_set and self.themes and settings.theme not in self.themes:
            close = close_ones(settings.theme, self.themes)
            yield ("theme",), f"there is no theme {settings.theme!r}{close or _all(self.themes)}"
        ids = [bound.id for bound in self.bindings]
        for id in settings.keys if ids else ():
            if id not in ids:
                yield ("keys", id), f"there is no action {id!r}{close_ones(id, ids)}"
        for name, family in settings.families.items() if self.family else ():
            try:
                self.family(family)  # type: ignore[misc]  # not None: the loop says so
            except ValueError as error:
                yield ("families", name), str(error)


def _all(names: tuple[str, ...]) -> str:
    return f"; there are {', '.join(names)}"
