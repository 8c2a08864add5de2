"""Files of one body."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.formats.importing import HEAD, Input, Item
from inspector.formats.registry import recognise


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], tuple[str, list[Item]]]:
    """Which format a file with this content is taken for, and what it is read as."""

    def of(content: bytes) -> tuple[str, list[Item]]:
        path = tmp_path / "body.txt"
        path.write_bytes(content)
        found = recognise(path)
        assert found.recognises(content[:HEAD], path)
        return found.name, list(found.read(Input(path.name, path, len(content)), lambda _: None))

    return of
