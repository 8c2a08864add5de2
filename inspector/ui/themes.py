"""The two themes of the house, dark and light: one accent for where you are, one for what the translation
did.

Further variables than Textual's, used by the styles: `text-dim`, `text-faint`, `text-key`, `text-strong`,
the cursor's and the lit rows' grounds. `completed` derives them for any other theme, so that Textual's own
themes work as well.
"""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="inspector-dark",
    dark=True,
    primary="#6cb6ff",
    secondary="#6cb6ff",
    accent="#d9a86c",
    success="#7fb58a",
    warning="#e0b458",
    error="#ef7d7d",
    foreground="#c5cbd3",
    background="#14171b",
    surface="#1b1f25",
    panel="#1f242b",
    variables={
        "text-strong": "#eef1f5",
        "text-dim": "#7f8a97",
        "text-faint": "#5d6875",
        "text-key": "#9fb0c3",
        "cursor-background": "#26425e",
        "cursor-background-blurred": "#242a32",
        "lit-background": "#2a2419",
        "rule": "#272d35",
        "scroll-thumb": "#2e353e",
        "scroll-thumb-hover": "#4a5563",
        "banner-background": "#5c2326",
        "banner-foreground": "#ffe9e7",
        "footer-background": "#14171b",
        "footer-item-background": "#14171b",
        "footer-key-background": "#14171b",
        "footer-description-background": "#14171b",
        "footer-key-foreground": "#9fb0c3",
        "footer-description-foreground": "#7f8a97",
        "block-hover-background": "#1f242b",
    },
)

LIGHT = Theme(
    name="inspector-light",
    dark=False,
    primary="#1762b0",
    secondary="#1762b0",
    accent="#97590a",
    success="#2c7a43",
    warning="#8f6400",
    error="#b8292f",
    foreground="#2b323b",
    background="#fbfaf8",
    surface="#f3f1ee",
    panel="#eeece8",
    variables={
        "text-strong": "#0c1117",
        "text-dim": "#69727d",
        "text-faint": "#8b939c",
        "text-key": "#44566b",
        "cursor-background": "#cfe2f7",
        "cursor-background-blurred": "#e9e7e3",
        "lit-background": "#f8ecd6",
        "rule": "#dedbd5",
        "scroll-thumb": "#d6d3cd",
        "scroll-thumb-hover": "#aaa79f",
        "banner-background": "#b8292f",
        "banner-foreground": "#ffffff",
        "footer-background": "#fbfaf8",
        "footer-item-background": "#fbfaf8",
        "footer-key-background": "#fbfaf8",
        "footer-description-background": "#fbfaf8",
        "footer-key-foreground": "#44566b",
        "footer-description-foreground": "#69727d",
        "block-hover-background": "#eeece8",
    },
)


def further_variables(theme: Theme) -> dict[str, str]:
    """The variables that our styles use besides Textual's, for a theme that does not give them."""
    base = DARK if theme.dark else LIGHT
    foreground, ground = theme.foreground, theme.background
    if foreground is None or ground is None:
        return dict(base.variables)
    front, back = Color.parse(foreground), Color.parse(ground)

    def between(part: float) -> str:
        return back.blend(front, part).hex

    primary = Color.parse(theme.primary)
    accent = Color.parse(theme.accent or theme.primary)
    return {
        **base.variables,
        "text-strong": front.hex,
        "text-dim": between(0.55),
        "text-faint": between(0.38),
        "text-key": between(0.75),
        "cursor-background": back.blend(primary, 0.3).hex,
        "cursor-background-blurred": between(0.1),
        "lit-background": back.blend(accent, 0.15).hex,
        "rule": between(0.15),
        "scroll-thumb": between(0.2),
        "scroll-thumb-hover": between(0.35),
    }
