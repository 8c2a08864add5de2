"""Places in a request body, as a person names them.

input[3].content[0].text      members by name, elements by number from 0
input[-1]                     from the end
tools[+]                      a new element at the end
metadata["a.key"]             any name at all, quoted as in JSON
/input/3/content/0/text       the same as a JSON pointer (RFC 6901); `-` is the new element
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from inspector.protocol.report import escape
from inspector.replay.edits.problem import EditProblem

Step = str | int | None
"""A member's name, an element's number (negative: from the end), None for a new element."""

Place = tuple[Step, ...]

_PLAIN = re.compile(r"[A-Za-z_$][\w$-]*")
_NUMBER = re.compile(r"\[(-?\d{1,9})\]")
_END = re.compile(r":?=")
_CLOSE = 0.8  # a name so much like another one was meant to be that one
_NAMES_TOLD = 12


def read_place(text: str) -> Place:
    """The place that a text names. EditProblem where it names none."""
    place, rest = read_leading_place(text)
    if rest:
        raise _unreadable(text, len(text) - len(rest))
    return place


def read_leading_place(text: str) -> tuple[Place, str]:
    """The place that a text begins with, and what follows it: nothing, or `=` or `:=` and more."""
    if text.startswith("/"):
        end = _END.search(text)
        pointer = text[: end.start()] if end else text
        return tuple(_token(token) for token in pointer[1:].split("/")), text[len(pointer) :]
    steps: list[Step] = []
    at = 0
    while at < len(text) and not _END.match(text, at):
        if text[at] == "[":
            step, at = _bracket(text, at)
        else:
            if bool(steps) != (text[at] == "."):
                raise _unreadable(text, at)
            name = _PLAIN.match(text, at + bool(steps))
            if name is None:
                raise _unreadable(text, at)
            step, at = name[0], name.end()
        steps.append(step)
    if not steps:
        raise EditProblem(f"{text[:60]!r} begins with no path: write one such as input[0].content[0].text.")
    return tuple(steps), text[at:]


def shown(place: Sequence[Step]) -> str:
    """A place as a person would write it; `read_place` reads it."""
    text = ""
    for step in place:
        if step is None:
            text += "[+]"
        elif isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def pointer_of(place: Sequence[Step]) -> str:
    """A place as a JSON pointer."""
    return "".join(f"/{'-' if step is None else escape(str(step))}" for step in place)


def path_of(pointer: str, body: Any) -> str:
    """A pointer into `body` as a path; what it does not lead to is taken for names."""
    if not pointer:
        return ""
    steps: list[Step] = []
    value = body
    for token in pointer[1:].split("/"):
        name = _unescaped(token)
        if isinstance(value, list):
            step: Step = int(name) if name.isdecimal() else name
            value = value[step] if isinstance(step, int) and step < len(value) else None
        else:
            step = name
            value = value.get(name) if isinstance(value, dict) else None
        steps.append(step)
    return shown(steps)


def resolve(body: Any, place: Place, *, may_be_new: bool = False) -> tuple[str | int, ...]:
    """The place with every step as it is in `body`: numbers from the start, pointers' tokens told apart.

    `may_be_new`: the last step need not be there, nor the members on the way to it, which will be objects.
    EditProblem says what is not there, and what is.
    """
    steps: list[str | int] = []
    value = body
    for n, step in enumerate(place):
        last = n == len(place) - 1
        if isinstance(value, list):
            number = _element(place[: n + 1], steps, value, step, may_be_new=may_be_new and last)
            steps.append(number)
            value = value[number] if number < len(value) else None
        elif isinstance(value, dict):
            name = _member(place[: n + 1], steps, value, step)
            steps.append(name)
            if name in value:
                value = value[name]
                continue
            _check_new(place, n, steps, value, may_be_new=may_be_new)
            return (*steps, *(str(one) for one in place[n + 1 :]))
        else:
            raise EditProblem(
                f"{shown(place[: n + 1])}: {shown(steps)} is {_kind(value)}, which has nothing inside."
            )
    return tuple(steps)


def _check_new(
    place: Place, n: int, steps: list[str | int], holder: dict[str, Any], *, may_be_new: bool
) -> None:
    """A member that is not there may be made by naming it, and what is to be in it."""
    name = steps[-1]
    on_the_way = n < len(place) - 1
    alike = get_close_matches(str(name), holder, n=1, cutoff=_CLOSE) if on_the_way else []
    if may_be_new and not alike and all(isinstance(step, str) for step in place[n + 1 :]):
        return
    where = shown(steps[:-1]) or "the request"
    names = [str(one) for one in holder]
    told = ", ".join(names[:_NAMES_TOLD]) + (
        f" and {len(names) - _NAMES_TOLD} more" if names[_NAMES_TOLD:] else ""
    )
    there = f"it has {told}" if names else "it is empty"
    raise EditProblem(
        f"{shown(place[: n + 1])}: {where} has no {json.dumps(name, ensure_ascii=False)}; {there}."
    )


def _element(place: Place, steps: list[str | int], holder: list[Any], step: Step, *, may_be_new: bool) -> int:
    where = shown(steps) or "the request"
    count = len(holder)
    if step is None or step == "-":
        if may_be_new:
            return count
        raise EditProblem(
            f"{shown(place)}: a new element is nothing yet; give it a value, with {where}[+]=VALUE."
        )
    number = int(step) if isinstance(step, int) or step.isdecimal() else None
    if number is None:
        raise EditProblem(
            f"{shown(place)}: {where} is a list; name an element by its number, such as {where}[0]."
        )
    if -count <= number < count:
        return number % count
    of = "the request has" if steps == ["input"] else f"{where} has"
    what = "input item" if steps == ["input"] else "element"
    there = (
        f"{count} {what}{'' if count == 1 else 's'}, the last is {where}[{count - 1}]"
        if count
        else f"no {what}s"
    )
    add = f"; {where}[+] adds one" if may_be_new else ""
    raise EditProblem(f"{shown((*steps, number))}: {of} {there}{add}.")


def _member(place: Place, steps: list[str | int], holder: dict[str, Any], step: Step) -> str:
    if isinstance(step, str):
        return step
    where = shown(steps) or "the request"
    example = shown((*steps, next(iter(holder), "name")))
    raise EditProblem(f"{shown(place)}: {where} is an object; name a member, such as {example}.")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return json.dumps(value)
    return "a text" if isinstance(value, str) else "a number"


def _bracket(text: str, at: int) -> tuple[Step, int]:
    if number := _NUMBER.match(text, at):
        return int(number[1]), number.end()
    if text.startswith("[+]", at):
        return None, at + 3
    if text.startswith('["', at):
        try:
            name, end = json.JSONDecoder().raw_decode(text, at + 1)
        except json.JSONDecodeError:
            raise _unreadable(text, at) from None
        if text.startswith("]", end):
            return name, end + 1
    raise _unreadable(text, at)


def _token(token: str) -> Step:
    """Numbers stay names until it is known what they are asked of."""
    return _unescaped(token)


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def _unreadable(text: str, at: int) -> EditProblem:
    return EditProblem(
        f"{text[:60]!r} is no path from character {at + 1} on: write input[0].content[0].text, tools[-1], "
        'metadata["a.key"], or a JSON pointer such as /input/0.'
    )
