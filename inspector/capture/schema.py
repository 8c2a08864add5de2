"""The capture's file format: its mark, its tables, its migrations, and the refusal of files that are not ours."""

from __future__ import annotations

from pathlib import Path


class CaptureError(Exception):
    """A file cannot be used as a capture; the message is one sentence for a person. The file is untouched."""


def check_writable(path: Path) -> None:
    """Raises CaptureError unless a Writer can record into `path` (new, empty, or one of our captures)."""
    raise NotImplementedError
