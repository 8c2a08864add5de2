"""What a person's settings can name: the themes, and every action that has an id."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from inspector.protocol.families import family_named
from inspector.settings import Bound, Known
from inspector.ui import screens, widgets
from inspector.ui.themes import DARK, LIGHT


def known(app: type[App[Any]]) -> Known:
    """What there is in `app`, in our screens and in our widgets."""
    themes = (DARK.name, LIGHT.name, *sorted(BUILTIN_THEMES))
    return Known(themes=themes, bindings=tuple(_bindings(app)), family=family_named)


def _bindings(app: type[App[Any]]) -> Iterator[Bound]:
    ours = list(_ours())
    all_screens = frozenset(owner.__name__ for owner in ours if issubclass(owner, Screen))
    for owner in (app, *ours):
        where = all_screens
        if issubclass(owner, Screen):  # one that is a part of others counts wherever they do
            where = frozenset(other.__name__ for other in ours if issubclass(other, owner))
        elif issubclass(owner, Input):  # letters are no keys there, and the others are its own first
            where = frozenset([owner.__name__])
        for binding in vars(owner).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id is not None:
                keys = tuple(key.strip() for key in binding.key.split(","))
                yield Bound(binding.id, keys, binding.tooltip or binding.description, where)


def _ours() -> Iterator[type[DOMNode]]:
    """The screens and widgets, in the order of their modules."""
    for room in (screens, widgets):
        for found in iter_modules(room.__path__, f"{room.__name__}."):
            module = import_module(found.name)
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, DOMNode) and value.__module__ == found.name:
                    yield value
