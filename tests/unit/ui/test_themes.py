"""Colours: enough contrast to be read, in our themes and with the variables made for others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import inspector.ui
from inspector.ui.themes import DARK, LIGHT, further_variables

TEXTS = ("text-strong", "text-dim", "text-key")
GROUNDS = ("cursor-background", "cursor-background-blurred", "lit-background")


def contrast(front: object, ground: object) -> float:
    """The ratio of WCAG 2: 1 for equal colours, 21 for black on white."""
    lighter, darker = sorted((luminance(Color.parse(str(one))) for one in (front, ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: Color) -> float:
    parts = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_words_can_be_read_on_every_ground(theme: Theme):
    assert theme.foreground is not None
    grounds = [theme.background, theme.surface, theme.panel, *(theme.variables[name] for name in GROUNDS)]
    fronts = [theme.foreground, theme.variables["text-strong"], theme.variables["text-key"]]
    for ground in grounds:
        for front in fronts:
            assert contrast(front, ground) >= 4.5, f"{front} on {ground}: {contrast(front, ground):.1f}"
    marks = [theme.primary, theme.accent, theme.success, theme.warning, theme.error]
    for front in (*marks, theme.variables["text-dim"]):
        found = contrast(front, theme.background)
        assert found >= 4.5, f"{front} on the background: {found:.2f}"


@pytest.mark.parametrize("theme", BUILTIN_THEMES.values(), ids=lambda theme: theme.name)
def test_other_themes_get_variables_that_differ_from_their_ground(theme: Theme):
    made = further_variables(theme)
    assert made.keys() == DARK.variables.keys()
    if theme.foreground is None or theme.background is None:
        return
    if Color.parse(theme.background).ansi is None:
        for name in TEXTS:
            assert contrast(made[name], theme.background) > 2, name


def test_our_themes_define_every_variable_that_our_styles_use():
    used: set[str] = set()
    for path in Path(inspector.ui.__file__).parent.rglob("*.tcss"):
        used |= set(re.findall(r"\$([a-z-]+)", path.read_text()))
    textual = set(BUILTIN_THEMES["textual-dark"].to_color_system().generate())
    assert used - textual <= DARK.variables.keys()
    assert DARK.variables.keys() == LIGHT.variables.keys()
