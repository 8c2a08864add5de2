"""Fields of the chat payload that are not sent because the person says so: some endpoints refuse them.

Azure's endpoints of models that are not OpenAI's are reported to answer 400 to `prompt_cache_key`, which
Codex always sends (zed-industries/zed#52000, vectorize-io/hindsight#3518).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from inspector.protocol.report import Kind, Row

NEEDED = ("model", "messages")

_REASON = "left out, as you asked"


def check_names(names: Collection[str]) -> None:
    """ValueError with one sentence where a name is of a field that no chat request can do without."""
    for name in names:
        if name in NEEDED:
            raise ValueError(f"The field {name!r} cannot be left out: there is no chat request without it.")


def leave_out(names: Collection[str], payload: dict[str, Any], rows: list[Row]) -> None:
    """Take these fields out of the payload; what became nothing else is dropped."""
    gone = tuple(f"/{name}" for name in names if name not in NEEDED and payload.pop(name, None) is not None)
    if not gone:
        return
    kept: list[Row] = []
    for row in rows:
        targets = tuple(target for target in row.targets if not _is_in(target, gone))
        if targets == row.targets:
            kept.append(row)
        elif targets or row.kind is Kind.REJECTED:
            kept.append(row._replace(targets=targets))
        elif row.source is not None:
            kept.append(Row(Kind.DROPPED, row.source, (), _REASON, row.loss))
    rows[:] = kept


def _is_in(pointer: str, fields: tuple[str, ...]) -> bool:
    return any(pointer == field or pointer.startswith(f"{field}/") for field in fields)
