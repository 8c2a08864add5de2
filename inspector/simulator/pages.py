"""A list as the API pages it: `limit` items from `after` or up to `before`, newest first unless told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.simulator import azure
from inspector.simulator.script import Answer, Headers, whole_json

DEFAULT, MOST = 20, 100


def page(items: Sequence[dict[str, Any]], query: Mapping[str, list[str]], around: Headers) -> Answer:
    """One page of `items`, which are in the order in which they came; 400 for what cannot be asked."""
    asked = {name: values[-1] for name, values in query.items()}
    limit = asked.get("limit", str(DEFAULT))
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST:
        message = f"Invalid 'limit': expected an integer from 1 to {MOST}, but got '{limit}' instead."
        return azure.invalid_request(message, param="limit", code="invalid_value")
    order = asked.get("order", "desc")
    if order not in ("asc", "desc"):
        message = f"Invalid value: '{order}'. Supported values are: 'asc' and 'desc'."
        return azure.invalid_request(message, param="order", code="invalid_value")
    listed = list(items) if order == "asc" else list(reversed(items))
    places = {item["id"]: n for n, item in enumerate(listed)}
    begin, end = 0, len(listed)
    for name in ("after", "before"):
        if (cursor := asked.get(name)) is None:
            continue
        if cursor not in places:
            return azure.invalid_request(f"Item with id '{cursor}' not found.", param=name)
        if name == "after":
            begin = places[cursor] + 1
        else:
            end = places[cursor]
    backwards = "before" in asked and "after" not in asked
    there = listed[begin:end]
    data = there[-int(limit) :] if backwards else there[: int(limit)]
    ends = (
        {"first_id": data[0]["id"], "last_id": data[-1]["id"]}
        if data
        else {"first_id": None, "last_id": None}
    )
    body = {"object": "list", "data": data, **ends, "has_more": len(data) < len(there)}
    return whole_json(body, headers=around)
