"""A request in the person's own editor: what they typed is never lost, and is JSON in the end."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from inspector.cli.printing import print_note
from inspector.protocol.compare.canonical import same
from inspector.protocol.json_text import parse
from inspector.replay.edits.remarks import remarks
from inspector.replay.edits.text import json_problem
from inspector.ui.view.pretty import pretty


def edited_by_hand(body: dict[str, Any]) -> dict[str, Any]:
    """The body as the person left it. Click errors where they left it as it was, or gave up.

    What is no JSON is told by line and column, and opened again; at a terminal also what the API's model has
    against it that it did not have before.
    """
    before = _text(body)
    text = before
    while True:
        typed = click.edit(text, extension=".json")
        if typed is None or typed == before:
            raise click.ClickException("the request was left as it was, so nothing was sent")
        text = typed
        problem = json_problem(text)
        if problem is None:
            if not (_remarked(text, body) and sys.stdin.isatty() and _again()):
                break
            continue
        print_note(f"line {problem.line}, column {problem.column}: {problem.sentence}")
        if not _again():
            raise click.ClickException(f"nothing was sent; what was typed is in {_kept(text)}")
    changed: dict[str, Any] = parse(text)
    if same(body, changed):
        raise click.ClickException("the request was left as it was, so nothing was sent")
    return changed


@contextmanager
def typed_is_kept(body: dict[str, Any] | None) -> Iterator[None]:
    """Where it comes to nothing in here, the body that was typed is put into a file; None: none was."""
    try:
        yield
    except (click.ClickException, click.Abort):
        if body is not None:
            print_note(f"nothing was sent; what was typed is in {_kept(_text(body))}")
        raise


def _remarked(text: str, body: dict[str, Any]) -> bool:
    """Tells what there is to remark on; whether there is."""
    known = {remark.sentence for remark in remarks(body)}
    found = [remark for remark in remarks(text) if remark.sentence not in known]
    for remark in found:
        print_note(f"line {remark.line}, column {remark.column}: {remark.sentence}")
    return bool(found)


def _again() -> bool:
    try:
        return click.confirm("Edit it again?", default=True, err=True)
    except click.Abort:  # nobody is there to answer
        return False


def _text(body: dict[str, Any]) -> str:
    return pretty(body).encode("utf-8", "replace").decode() + "\n"


def _kept(text: str) -> str:
    """The file that a text is kept in, which nobody else can read."""
    number, name = tempfile.mkstemp(prefix="inspector-edit-", suffix=".json")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    return name
