"""What the screen says while there is nothing to see yet: what to do, in lines that can be copied."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.protocol.codex import config_block
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean


@dataclass(frozen=True, slots=True)
class Guide:
    """The lines to paste, and where they go. `lines` is "" when there is nothing to set up."""

    title: str
    lead: str
    lines: str = ""
    after: str = ""


def guide(*, listening: str | None, base_url: str | None, certificate: str | None, codex_home: str) -> Guide:
    """What to do with a proxy that runs (or does not)."""
    if listening is None:
        return Guide("Nothing was recorded", "This capture holds no exchanges.")
    if base_url is None:
        lines = f"export HTTPS_PROXY={listening}\n"
        if certificate:
            lines += f"export CODEX_CA_CERTIFICATE={certificate}\n"
        return Guide("Waiting for the first request", "Start Codex from a shell with these lines:", lines,
                     "Only Azure and OpenAI hosts are opened; all else passes unread.")  # fmt: skip
    return Guide(
        "Waiting for the first request",
        f"Put this into {codex_home}:",
        config_block(base_url),
        "Then start Codex as always. Each request appears here as it is sent.",
    )


def guide_rows(found: Guide) -> list[Row]:
    """The guide as lines of the screen."""
    rows = [row(Span(found.title, Tone.STRONG)), row(""), row(Span(clean(found.lead), Tone.DIM)), row("")]
    for line in found.lines.rstrip("\n").split("\n") if found.lines else []:
        name, equals, value = line.partition(" = ")
        if equals:
            rows.append(
                row(Span("  "), Span(clean(name), Tone.KEY), Span(" = ", Tone.DIM), Span(clean(value)))
            )
        else:
            rows.append(
                row(Span("  "), Span(clean(line), Tone.ACCENT if line.startswith("[") else Tone.TEXT))
            )
    if found.lines:
        rows.append(row(""))
        rows.append(row(Span("c", Tone.ACCENT), Span("  copies these lines", Tone.DIM)))
    if found.after:
        rows.extend((row(""), row(Span(found.after, Tone.DIM))))
    return rows
