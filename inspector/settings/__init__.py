"""The person's settings: one TOML file in the platform's config folder, which need not be there.

In reading order: `model` (what can be set, and what holds without), `key_names` (what a key is called),
`known` (what only the rooms above know), `problem` (what is wrong, where), `places` (on which line),
`reading` (the file to a value), `documented` (the file with everything in it, explained).
"""

from inspector.settings.known import Bound, Known
from inspector.settings.model import Column, Price, Settings, Sort
from inspector.settings.problem import Problem, SettingsError
from inspector.settings.reading import load, path

__all__ = [
    "Bound",
    "Column",
    "Known",
    "Price",
    "Problem",
    "Settings",
    "SettingsError",
    "Sort",
    "load",
    "path",
]
