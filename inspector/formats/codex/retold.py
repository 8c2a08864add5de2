"""An answer as an event stream again, where a file holds no more of it than the items it came to.

Every event stands for something the file tells: the response, each of its items whole, the end with its
tokens. There are no deltas, since nobody knows where they were. Who reads in such a file says so in a remark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inspector.capture.model import Chunk, Headers, Leg, Message
from inspector.protocol import json_text, sse

Json = dict[str, Any]

HEADERS: Headers = (("content-type", "text/event-stream"),)
_OF_AN_ITEM = ("response.output_item.added", "response.output_item.done")
MOST = 2**14
"""Items of one answer."""
REMARK = "The file holds the items of the answer, not its events: the stream is retold from them."


def stream(
    response_id: str,
    model: str | None,
    items: Sequence[Any],
    tokens: Mapping[str, Any] | None,
    *,
    times: Sequence[float],
    over: bool = True,
) -> tuple[Message, list[Chunk]]:
    """The leg of such an answer, and its chunks, an event each.

    `tokens` as Codex names them; `over`: whether the answer came to its end. `times`, seconds after the
    exchange's start: of the beginning, of each item, and of the end. Raises ValueError, with words to stand
    after a colon, for items that no printer would write, or more than MOST.
    """
    if len(items) > MOST:
        raise ValueError(f"it has more than {MOST:,} items")
    begun, *whole, ended = times
    moments = [begun, *(at for at in whole for _ in _OF_AN_ITEM), ended]
    told = enumerate(_events(response_id, model, items, tokens, over=over))
    events = [_encoded({**event, "sequence_number": n}) for n, event in told]
    pairs = zip(moments, events, strict=False)  # without an end there is one event less
    chunks = [Chunk(Leg.RESPONSE, n, at, data) for n, (at, data) in enumerate(pairs)]
    return Message(HEADERS, b"".join(events), 200), chunks


def _events(
    response_id: str,
    model: str | None,
    items: Sequence[Any],
    tokens: Mapping[str, Any] | None,
    *,
    over: bool,
) -> Iterator[Json]:
    response: Json = {"id": response_id, "object": "response", **({"model": model} if model else {})}
    yield {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}}
    for index, item in enumerate(items):
        for kind in _OF_AN_ITEM:
            yield {"type": kind, "output_index": index, "item": item}
    if over:
        usage = _usage(tokens)
        ended: Json = {**response, "status": "completed", "output": list(items), **usage}
        yield {"type": "response.completed", "response": ended}


def _encoded(event: Json) -> bytes:
    return sse.encode(json_text.to_bytes(event).decode(), event=event["type"])


def _usage(tokens: Mapping[str, Any] | None) -> Json:
    """Codex's count of tokens in the words of the Responses API."""

    def count(name: str) -> int:
        told = (tokens or {}).get(name)
        return told if isinstance(told, int) else 0

    if not tokens:
        return {}
    sent, received = count("input_tokens"), count("output_tokens")
    return {
        "usage": {
            "input_tokens": sent,
            "input_tokens_details": {"cached_tokens": count("cached_input_tokens")},
            "output_tokens": received,
            "output_tokens_details": {"reasoning_tokens": count("reasoning_output_tokens")},
            "total_tokens": count("total_tokens") or sent + received,
        }
    }
