"""Values checked against pydantic models, the findings told by JSON pointer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from inspector.protocol.report import escape


class Problem(NamedTuple):
    """Something wrong with the piece at `pointer`, and the code that an API would answer with."""

    pointer: str
    message: str
    code: str = "invalid_type"


class Shape(BaseModel):
    """Base of the models: types as they are in JSON, no coercion, unknown members welcome."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)


def shape_problems(model: type[BaseModel], value: Any, at: str) -> list[Problem]:
    """What keeps the value at `at` from being a `model`: one problem a place, alternatives joined by "or"."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        found: dict[str, list[str]] = {}
        codes: dict[str, str] = {}
        for one in error.errors(include_url=False, include_context=False, include_input=False):
            pointer, missing = _pointer(value, one["loc"])
            codes[pointer] = (
                "missing_required_parameter" if missing else _CODES.get(one["type"], "invalid_type")
            )
            message = (
                "is required"
                if missing
                else _WORDS.get(one["type"], one["msg"].replace("Input should be ", "must be "))
            )
            if message not in found.setdefault(pointer, []):
                found[pointer].append(message)
        return [
            Problem(at + pointer, " or ".join(texts).replace("or must be", "or"), codes[pointer])
            for pointer, texts in found.items()
        ]
    return []


_WORDS = {
    "string_type": "must be a string",
    "int_type": "must be an integer",
    "float_type": "must be a number",
    "bool_type": "must be a boolean",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
}
"""pydantic's names of errors, in JSON's words."""

_CODES = {"literal_error": "invalid_value"}


def _pointer(value: Any, location: Sequence[str | int]) -> tuple[str, bool]:
    """A place in the value, and whether it is missing there; pydantic's names of alternatives left out."""
    pointer = ""
    for token in location:
        if not _has(value, token):
            return (f"{pointer}/{escape(str(token))}", True) if isinstance(value, dict) else (pointer, False)
        value = value[token]
        pointer += f"/{escape(str(token))}"
    return pointer, False


def _has(value: Any, token: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(token, int) and token < len(value)
    return isinstance(value, dict) and token in value
