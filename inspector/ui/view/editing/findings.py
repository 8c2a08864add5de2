"""What there is to say of a JSON text as it is typed: what keeps it from being JSON, and what its API's model
has against it, each with its line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.replay.edits.remarks import remarks
from inspector.replay.edits.text import json_problem
from inspector.ui.view.editing.folding import Folds
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line

MOST = 4  # that are shown at once


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` and `column` from 1. With an error the text cannot be sent; a remark keeps nothing from it."""

    line: int
    column: int
    words: str
    is_error: bool = False


def request_findings(text: str, folds: Folds) -> list[Finding]:
    """Of a request body, for Responses or Chat Completions: an error alone, else remarks in their order."""
    found = value_findings(text, folds, any_value=False)
    if any(one.is_error for one in found):
        return found
    return sorted(
        (*found, *(Finding(one.line or 1, one.column or 1, one.sentence) for one in remarks(text))),
        key=lambda one: (one.line, one.column),
    )


def value_findings(text: str, folds: Folds, *, any_value: bool = True) -> list[Finding]:
    """Of any JSON, by no model: an error, or a fold that was typed into."""
    problem = json_problem(text, any_value=any_value)
    if problem is not None:
        return [Finding(problem.line, problem.column, problem.sentence, is_error=True)]
    if (at := folds.damaged(text)) is None:
        return []
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    words = "this stood for a folded text, and no longer does: it is sent as it reads here; ctrl+z undoes."
    return [Finding(line, column, words)]


def findings_rows(findings: Sequence[Finding], *, checked: bool) -> list[Row]:
    """The first of them, a row each, and how many more there are; a row of its own when there is none."""
    if not findings:
        return (
            [row(Span("✓ ", Tone.GOOD), Span("JSON, and nothing to remark", Tone.DIM))]
            if checked
            else [row()]
        )
    rows = [_row(one) for one in findings[: MOST if len(findings) <= MOST else MOST - 1]]
    if len(findings) > MOST:
        rows.append(row(Span(f"  and {len(findings) - MOST + 1} more", Tone.DIM)))
    return rows


def _row(finding: Finding) -> Row:
    sign = Span("✗ ", Tone.BAD) if finding.is_error else Span("⚠ ", Tone.WARN)
    place = f"line {finding.line}, column {finding.column}: "
    return row(sign, Span(place, Tone.KEY), Span(one_line(clean(finding.words)), Tone.TEXT))
