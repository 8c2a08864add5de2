"""Embeddings without their thousands of numbers: how many there are, and the first few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.ui.view.measures import counted

FIRST = 4
_BYTES_EACH = 4  # of base64's little-endian floats


def is_vector(value: object) -> bool:
    """Whether it is an embedding, as numbers or packed as base64."""
    return (isinstance(value, str) and value != "") or (
        isinstance(value, list) and bool(value) and all(isinstance(one, int | float) for one in value)
    )


def spoken(vector: Any) -> str:
    """`1,536 numbers: 0.0123, -0.0456, ...`."""
    if isinstance(vector, str):
        size = (len(vector.rstrip("=")) * 3 // 4) // _BYTES_EACH
        return f"{counted(size, 'number')} in base64"
    first = ", ".join(f"{one:.4g}" for one in vector[:FIRST])
    return f"{counted(len(vector), 'number')}: {first}{', ...' if len(vector) > FIRST else ''}"


def shortened(value: Any) -> Any:
    """An answer with its embeddings told, not shown; any other value as it is."""
    data = value.get("data") if isinstance(value, Mapping) else None
    if not isinstance(data, list) or not any(_is_embedding(one) for one in data):
        return value
    told = [{**one, "embedding": spoken(one["embedding"])} if _is_embedding(one) else one for one in data]
    return {**value, "data": told}


def _is_embedding(value: object) -> bool:
    return isinstance(value, Mapping) and is_vector(value.get("embedding"))
