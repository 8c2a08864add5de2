"""What only the rooms above know: themes, actions and model families. Settings are checked against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inspector.settings.key_names import written
from inspector.settings.model import Settings
from inspector.settings.problem import close_ones


@dataclass(frozen=True, slots=True)
class Bound:
    """An action that has an id, the keys it has by itself, and what it does.

    `where`: the screens on which its keys count. Actions that share one cannot share a key.
    """

    id: str
    keys: tuple[str, ...] = ()
    about: str = ""
    where: frozenset[str] = frozenset()


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
        for id in (each for each in settings.keys if each in ids):
            yield from self._clashes(id, settings)
        for name, family in settings.families.items() if self.family else ():
            try:
                self.family(family)  # type: ignore[misc]  # not None: the loop says so
            except ValueError as error:
                yield ("families", name), str(error)

    def _clashes(self, id: str, settings: Settings) -> Iterator[tuple[tuple[str, ...], str]]:
        """A key given to the action that is another one's, too, once all are set."""
        bound = next(one for one in self.bindings if one.id == id)
        for other in self.bindings:
            theirs = settings.keys.get(other.id, other.keys)
            shared = [key for key in settings.keys[id] if key in theirs]
            if other.id != id and shared and bound.where & other.where:
                yield ("keys", id), f"{written(shared[0])!r} is the key of {other.id!r} as well"
                return


def _all(names: tuple[str, ...]) -> str:
    return f"; there are {', '.join(names)}"
