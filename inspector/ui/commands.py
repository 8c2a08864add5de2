"""Every action that has a key where one is now: the one list of the command palette and of the help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.binding import ActiveBinding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from inspector.settings.key_names import written


@dataclass(frozen=True, slots=True)
class Command:
    """An action: its binding's id, the keys that it has now, what it is called and what it does."""

    id: str
    keys: tuple[str, ...]
    name: str
    about: str
    action: str
    active: ActiveBinding


def commands(screen: Screen[Any]) -> list[Command]:
    """Those of what has the keys, of the screen around it and of the app, as a key would find them."""
    found: dict[str, Command] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.id is None:
            continue
        known = found.get(binding.id)
        keys = (*(known.keys if known else ()), key)
        about = binding.tooltip or binding.description
        found[binding.id] = Command(binding.id, keys, binding.description, about, binding.action, active)
    return list(found.values())


def shown_keys(command: Command) -> str:
    """The keys as a person knows them: `j ↓`."""
    return " ".join(_SIGNS.get(key, written(key)) for key in command.keys)


_SIGNS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎", "escape": "esc"}


class Commands(Provider):
    """The same in the command palette."""

    async def discover(self) -> Hits:
        """All of them; how to get about in a list comes last, for that is known."""
        for command, run in sorted(self._runnable(), key=lambda found: found[0].id.startswith("list.")):
            yield DiscoveryHit(command.name, run, help=_told(command))

    async def search(self, query: str) -> Hits:
        """Those whose name or words fit."""
        matcher = self.matcher(query)
        for command, run in self._runnable():
            score = max(matcher.match(command.name), matcher.match(command.about))
            if score > 0:
                yield Hit(score, matcher.highlight(command.name), run, help=_told(command))

    def _runnable(self) -> Iterator[tuple[Command, partial[Any]]]:
        for command in commands(self.screen):
            yield command, partial(self.app.run_action, command.action, command.active.node)


def _told(command: Command) -> str:
    return f"{command.about}  ({shown_keys(command)})"
