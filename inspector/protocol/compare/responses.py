"""Two responses: what differs in what the model said and did, past what differs in every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from inspector.protocol.compare.change import Change, HeaderChange, PieceChange, ValueChange
from inspector.protocol.compare.headers import Headers, compare_headers
from inspector.protocol.compare.ignore import Ignore
from inspector.protocol.compare.items import items_of
from inspector.protocol.compare.pieces import Piece, compare_pieces, in_place
from inspector.protocol.compare.values import value_difference

RUN_SPECIFIC = Ignore(
    members=(
        "/id",
        "/created_at",
        "/completed_at",
        "/previous_response_id",
        "/prompt_cache_key",
        "/output/*/id",
        "/output/*/call_id",
        "/output/*/encrypted_content",
        "/output/*/content/*/logprobs",
    ),
    json_texts=("/output/*/arguments",),
)
"""What differs in every run: identifiers, times, blobs; and how a model spaces the JSON of its arguments."""


@dataclass(frozen=True)
class ResponseDifference:
    """Every output item of both responses; of the rest what changed. `status` is among `settings` too."""

    items: tuple[PieceChange, ...]
    settings: tuple[ValueChange, ...]
    usage: tuple[ValueChange, ...]
    headers: tuple[HeaderChange, ...]

    @cached_property
    def is_empty(self) -> bool:
        """Nothing changed, the usage aside."""
        return (
            not self.settings and not self.headers and all(item.change is Change.KEPT for item in self.items)
        )

    @property
    def status(self) -> ValueChange | None:
        """The change of the response's status; None if it is the same."""
        return next((one for one in self.settings if "/status" in (one.old, one.new)), None)

    def to_json(self) -> dict[str, Any]:
        """As the commands print it."""
        return {
            "items": [item.to_json() for item in self.items],
            "settings": [setting.to_json() for setting in self.settings],
            "usage": [count.to_json() for count in self.usage],
            "headers": [header.to_json() for header in self.headers],
        }


def compare_responses(
    old: Any,
    new: Any,
    *,
    old_headers: Headers = (),
    new_headers: Headers = (),
    ignore: Ignore = RUN_SPECIFIC,
) -> ResponseDifference:
    """Compare two Responses (the final objects), any JSON."""
    old, new = ignore.applied(old), ignore.applied(new)
    return ResponseDifference(
        items=compare_pieces(_items(old), _items(new), in_place),
        settings=value_difference(_without(old), _without(new)),
        usage=value_difference(_member(old, "usage"), _member(new, "usage"), "/usage", "/usage"),
        headers=compare_headers(old_headers, new_headers, ignore),
    )


def _items(body: Any) -> Sequence[Piece]:
    return items_of(_member(body, "output"), "/output")


def _without(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {name: member for name, member in body.items() if name not in ("output", "usage")}


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
