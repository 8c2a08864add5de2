"""What the screen says while there is nothing to see yet: what to do, in lines that can be copied."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean
from inspector.ui.view.wrap import wrap


@dataclass(frozen=True, slots=True)
class Guide:
    """The lines to paste, and where they go. `lines` is "" when there is nothing to set up."""

    title: str
    lead: str
    lines: str = ""
    after: str = ""


def guide(*, listening: str | None, block: str | None, certificate: str | None, codex_home: str) -> Guide:
    """What to do with a proxy that runs (or does not); `block` are the lines for its config.toml."""
    if listening is None:
        return Guide("Nothing was recorded", "This capture holds no exchanges.")
    if block is None:
        lines = f"export HTTPS_PROXY={listening}\n"
        if certificate:
            lines += f"export CODEX_CA_CERTIFICATE={certificate}\n"
        return Guide("Waiting for the first request", "Start Codex from a shell with these lines:", lines,
                     "Only Azure and OpenAI hosts are opened; all else passes unread.")  # fmt: skip
    return Guide(
        "Waiting for the first request",
        f"Put this into {codex_home}:",
        block,
        "Then start Codex as always. Each request appears here as it is sent.",
    )


def guide_rows(found: Guide, width: int) -> list[Row]:
    """The guide as lines of the screen; nothing of what is to be copied is cut off."""
    rows = [row(Span(found.title, Tone.STRONG)), row(""), *_said(found.lead, width), row("")]
    for line in found.lines.rstrip("\n").split("\n") if found.lines else []:
        rows.extend(_setup_line(clean(line), width))
    if found.lines:
        rows.append(row(""))
        rows.append(row(Span("c", Tone.ACCENT), Span("  copies these lines", Tone.DIM)))
    if found.after:
        rows.extend((row(""), *_said(found.after, width)))
    return rows


def _said(text: str, width: int) -> list[Row]:
    cleaned = clean(text)
    return [row(Span(cleaned[start:end], Tone.DIM)) for start, end in wrap(cleaned, width)]


def _setup_line(line: str, width: int) -> list[Row]:
    """A line to paste; one too long goes on below."""
    first, *more = [line[start:end] for start, end in wrap(line, width - 4)] if line else [""]
    name, equals, value = first.partition(" = ")
    if equals:
        head = row(Span("  "), Span(name, Tone.KEY), Span(" = ", Tone.DIM), Span(value))
    else:
        head = row(Span("  "), Span(first, Tone.ACCENT if first.startswith("[") else Tone.TEXT))
    return [head, *(row(Span("    "), Span(rest)) for rest in more)]
