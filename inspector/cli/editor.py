"""A request in the person's own editor: what they typed is never lost, and is JSON in the end."""

from __future__ import annotations

import os
import tempfile
from typing import Any

import click

from inspector.protocol.compare.canonical import same
from inspector.protocol.json_text import parse
from inspector.replay.edits.text import json_problem
from inspector.ui.view.pretty import pretty


def edited_by_hand(body: dict[str, Any]) -> dict[str, Any]:
    """The body as the person left it. Click errors where they left it as it was, or gave up."""
    text = pretty(body).encode("utf-8", "replace").decode() + "\n"
    before = text
    while True:
        typed = click.edit(text, extension=".json")
        if typed is None or typed == before:
            raise click.ClickException("the request was left as it was, so nothing was sent")
        text = typed
        problem = json_problem(text)
        if problem is None:
            break
        click.echo(f"line {problem.line}, column {problem.column}: {problem.sentence}", err=True)
        if not _again():
            raise click.ClickException(f"nothing was sent; what was typed is in {_kept(text)}")
    changed: dict[str, Any] = parse(text)
    if same(body, changed):
        raise click.ClickException("the request was left as it was, so nothing was sent")
    return changed


def _again() -> bool:
    try:
        return click.confirm("Edit it again?", default=True, err=True)
    except click.Abort:  # nobody is there to answer
        return False


def _kept(text: str) -> str:
    """The file that a text is kept in, which nobody else can read."""
    number, name = tempfile.mkstemp(prefix="inspector-edit-", suffix=".json")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    return name
