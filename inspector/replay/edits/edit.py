"""Edits by path, and JSON Patches: what `--set`, `--drop` and `--patch` mean.

    input[3].content[0].text=Say hi       what parses as JSON is JSON, anything else is text
    max_output_tokens=100                 a number; "100" in quotes is a text
    reasoning:={"effort": "low"}          JSON, and a problem where it is none

All paths name places of the request as it was captured, in whatever order they are given: first values are
set, then places dropped, then patches (RFC 6902) applied one after the other. Members on the way to a new
one are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import jsonpatch
import jsonpointer

from inspector.protocol.json_text import parse, to_bytes
from inspector.replay.edits.places import Place, read_leading_place, read_place, resolve, shown
from inspector.replay.edits.problem import EditProblem
from inspector.replay.edits.text import json_problem

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Set:
    """A value at a place, new or instead of another one."""

    place: Place
    value: Any


@dataclass(frozen=True, slots=True)
class Drop:
    """A place, and what is there, gone."""

    place: Place


@dataclass(frozen=True, slots=True)
class Patch:
    """The operations of a JSON Patch; `name` is where they came from, for a person."""

    name: str
    operations: tuple[Any, ...]


Edit = Set | Drop | Patch


def parse_set(text: str) -> Set:
    """`PATH=VALUE` or `PATH:=JSON`. Raises EditProblem."""
    place, rest = read_leading_place(text)
    if not rest:
        raise EditProblem(f"{shown(place)}: there is no value; write {shown(place)}=VALUE.")
    is_json = rest.startswith(":")
    given = rest[1 + is_json :]
    problem = json_problem(given, any_value=True)  # the parser reads NaN and 1e999, which JSON cannot write
    if problem is None:
        return Set(place, parse(given))
    if is_json:
        raise EditProblem(f"{shown(place)}: the value is no JSON: {problem.sentence}")
    return Set(place, given)


def parse_drop(text: str) -> Drop:
    """`PATH`. Raises EditProblem."""
    return Drop(read_place(text))


def parse_patch(text: str, name: str = "the patch") -> Patch:
    """A JSON Patch document. Raises EditProblem."""
    problem = json_problem(text, any_value=True)
    if problem is not None:
        raise EditProblem(f"{name}: line {problem.line}, column {problem.column}: {problem.sentence}")
    operations = parse(text)
    if not isinstance(operations, list):
        raise EditProblem(f"{name}: a JSON Patch is a list of operations.")
    for n, operation in enumerate(operations):
        try:
            jsonpatch.JsonPatch([operation])
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as error:
            raise EditProblem(f"{name}: operation {n}: {_sentence(error)}") from None
    return Patch(name, tuple(operations))


def apply(edits: Iterable[Edit], body: Body) -> dict[str, Any]:
    """The body with all edits made; the given one stays as it is. Raises EditProblem."""
    try:
        return _applied(list(edits), body)
    except RecursionError:
        raise EditProblem("The request, or a path into it, is nested too deeply to be changed.") from None


def _applied(edits: Sequence[Edit], body: Body) -> dict[str, Any]:
    drops = {resolve(body, edit.place) for edit in edits if isinstance(edit, Drop)}
    changed: Any = dict(body)
    for edit in edits:
        if isinstance(edit, Set):
            changed = _with(changed, resolve(changed, edit.place, may_be_new=True), edit.value)
    # From behind, so that the numbers of those before stay theirs; what lies in a dropped place goes with it.
    for place in sorted(drops, key=_order, reverse=True):
        if not any(place[:n] in drops for n in range(1, len(place))):
            changed = _without(changed, resolve(changed, place))
    for edit in edits:
        if isinstance(edit, Patch):
            changed = _patched(changed, edit)
    if not isinstance(changed, dict):
        raise EditProblem("The patch left no JSON object: a request body is one.")
    return changed


def _order(place: Sequence[str | int]) -> list[tuple[str, int]]:
    return [("", step) if isinstance(step, int) else (step, -1) for step in place]


def _with(value: Any, place: Sequence[str | int], new: Any) -> Any:
    """`value` with `new` at a place that was resolved in it; only what leads there is copied."""
    if not place:
        return new
    step, rest = place[0], place[1:]
    if isinstance(step, int):
        elements = list(value)
        elements[step : step + 1] = [_with(elements[step] if step < len(elements) else None, rest, new)]
        return elements
    members = dict(value) if isinstance(value, dict) else {}
    members[step] = _with(members.get(step), rest, new)
    return members


def _without(value: Any, place: Sequence[str | int]) -> Any:
    """`value` without a place that was resolved in it."""
    step, rest = place[0], place[1:]
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    if rest:
        copy[step] = _without(copy[step], rest)
    else:
        del copy[step]
    return copy


def _patched(body: Any, edit: Patch) -> Any:
    body = deepcopy(body)
    for n, operation in enumerate(edit.operations):
        told = f"{edit.name}: operation {n} ({operation['op']} {operation['path'] or 'of all'})"
        try:
            # What it adds becomes a part of the body, which a later operation may change.
            body = jsonpatch.JsonPatch([deepcopy(operation)]).apply(body, in_place=True)
        except jsonpatch.JsonPatchTestFailed:
            raise EditProblem(f"{told} does not hold: {_there(body, operation)}") from None
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as error:
            raise EditProblem(f"{told}: {_missing(body, operation) or _sentence(error)}") from None
    return body


def _there(body: Any, operation: Mapping[str, Any]) -> str:
    """What is where a test wants something else."""
    missing = _missing(body, operation)
    if missing is not None:
        return missing
    value = jsonpointer.JsonPointer(operation["path"]).resolve(body)
    return f"there is {to_bytes(value).decode()[:60]}, not {to_bytes(operation.get('value')).decode()[:60]}."


def _missing(body: Any, operation: Mapping[str, Any]) -> str | None:
    """What an operation needs and is not there, and what is."""
    is_new = operation["op"] in ("add", "move", "copy")
    for pointer, may_be_new in ((operation.get("from"), False), (operation["path"], is_new)):
        try:
            if pointer:
                resolve(body, read_place(pointer), may_be_new=may_be_new)
        except EditProblem as problem:
            return str(problem)
    return None


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())[:200].rstrip(".")
    return f"{text or type(error).__name__}."
