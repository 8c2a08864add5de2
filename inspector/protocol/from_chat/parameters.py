"""The parameter that an error of the chat endpoint names -> the piece of the client's own request behind it.

The links of the request's translation know: `messages[3].content` is `input[2].content`. Where the named
piece has no source, the piece around it is looked up; several sources are told by what they have in common.
Without the links, or where they say nothing, there are the names alone: `messages` is `input`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from inspector.protocol.report import Kind, Report, Row, escape
from inspector.protocol.to_chat.refusals import parameter

# The parameters of Chat Completions that the client of the Responses API knows by other names, and its lists.
_NAMES = {
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "reasoning_effort": "reasoning.effort",
    "response_format": "text.format",
    "verbosity": "text.verbosity",
    "messages": "input",
    "tools": "tools",
}
_LISTS = ("messages", "tools")
_DEEP = 12  # tokens: what is inside a schema has no link of its own


def client_parameter(named: str, report: Report | None) -> str:
    """The client's name for `named`, which is itself where nothing better is known."""
    tokens = re.findall(r"[^.\[\]]+", named)[:_DEEP]
    if not tokens or named in _NAMES:
        return _NAMES.get(named, named)
    if report is not None:
        for length in range(len(tokens), 1 if tokens[0] in _LISTS else 0, -1):
            pointer = "".join(f"/{escape(token)}" for token in tokens[:length])
            if source := parameter(_source(report, pointer)):
                return source
    return _NAMES.get(tokens[0], named)


def _source(report: Report, pointer: str) -> str:
    """The pointer of what the piece of the payload was made of, `""` when nobody knows."""
    inside = f"{pointer}/"
    rows: list[tuple[Row, str]] = []
    for row in report:
        if row.source is not None and any(_is_in(target, pointer, inside) for target in row.targets):
            rows.append((row, row.source))
    # Not what was put there besides: a namespace's words, a tool that was offered twice.
    own = [
        source
        for row, source in rows
        if row.kind in (Kind.MAPPED, Kind.RENAMED)
        and all(_is_in(target, pointer, inside) for target in row.targets)
    ]
    return _common([each.split("/") for each in own or [source for _, source in rows]])


def _is_in(target: str, pointer: str, inside: str) -> bool:
    return target == pointer or target.startswith(inside)


def _common(paths: Sequence[Sequence[str]]) -> str:
    def agree(tokens: Iterable[str]) -> bool:
        return len(set(tokens)) == 1

    return "/".join(tokens[0] for tokens in takewhile(agree, zip(*paths, strict=False)))
