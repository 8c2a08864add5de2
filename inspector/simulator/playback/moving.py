"""A recorded answer for a client that works in another folder, whose name stands where the old one stood.

A model names its folder all the time, in commands and patches, and on another machine there is none of that
name. Where a path comes in pieces (the deltas of a text or of arguments), the piece that it begins in gets
all of the new one. The rest stays, and the chunks are cut where they were, at the same events.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.protocol import sse
from inspector.protocol.json_text import parse_object, to_bytes

# What is written the same everywhere: in JSON, in JSON within JSON, in a shell. Others stay as they are.
_PLAIN = re.compile(r"(?:/[\w.@+%~=-]+)+")

Place = tuple[dict[str, Any], str]  # where a delta stands: the object, the member


@dataclass(frozen=True, slots=True)
class Move:
    """From one folder to another."""

    old: str
    new: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """The folder where it is named, and not one whose name only begins or ends like it."""
        # An escape's letter before it is none of a name's.
        return re.compile(rf"(?:(?<![\w.~-])|(?<=\\[nrt])){re.escape(self.old)}(?![\w-]|\.\w)")

    def text(self, text: str) -> str:
        """A text that is whole."""
        return self.pattern.sub(lambda _: self.new, text) if self.old in text else text


def move_between(recorded: str, live: str) -> Move | None:
    """None where there is nothing to move, or it could not be done everywhere alike."""
    if recorded == live or not all(_PLAIN.fullmatch(each) for each in (recorded, live)):
        return None
    return Move(recorded, live)


def moved(chunks: Sequence[bytes], move: Move, *, is_stream: bool) -> list[bytes]:
    """The chunks of a body, its content encoding undone; as many as before."""
    body = b"".join(chunks)
    pieces = list(_of_stream(body, move)) if is_stream else [(body, _moved(body, move))]
    return list(_recut(chunks, pieces))


def _moved(data: bytes, move: Move) -> bytes:
    return move.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _of_stream(body: bytes, move: Move) -> Iterator[tuple[bytes, bytes]]:
    """The blocks of a stream, each as it was and as it is."""
    decoder = sse.Decoder()
    events = [event for event in (*decoder.feed(body), *decoder.close()) if event.has_data]
    values = [parse_object(event.data) for event in events]
    split = _rejoined(values, move)
    at = 0
    for n, (event, value) in enumerate(zip(events, values, strict=True)):
        before = body[at : event.end]
        at = event.end
        if value is not None and n in split:
            yield before, before.replace(event.data.encode(), to_bytes(value), 1)
        else:
            yield before, _moved(before, move)
    yield body[at:], body[at:]


def _rejoined(values: Sequence[dict[str, Any] | None], move: Move) -> set[int]:
    """Moves what deltas say together, in `values`; the numbers of those that it changed."""
    said: dict[tuple[Any, ...], list[tuple[int, Place]]] = defaultdict(list)
    for n, value in enumerate(values):
        for key, place in _deltas(value or {}):
            said[key].append((n, place))
    changed: set[int] = set()
    for deltas in said.values():
        whole = "".join(within[name] for _, (within, name) in deltas)
        if move.old not in whole:
            continue
        spans = [match.span() for match in move.pattern.finditer(whole)]
        start = 0
        for n, (within, name) in deltas:
            end = start + len(within[name])
            piece = _piece(whole, start, end, spans, move.new)
            if piece != within[name]:
                within[name] = piece
                changed.add(n)
            start = end
    return changed


def _piece(whole: str, start: int, end: int, spans: Sequence[tuple[int, int]], new: str) -> str:
    """What stands between two places, new where a span begins, nothing where one goes on."""
    made, at = [], start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        made.append(whole[at : max(at, first)])
        if first >= start:
            made.append(new)
        at = min(end, last)
    return "".join([*made, whole[at:end]])


def _deltas(value: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], Place]]:
    """The places in an event, or in a chat's chunk, that go on with something, by what that is."""
    if isinstance(value.get("delta"), str):
        yield (value.get("type"), value.get("item_id"), value.get("content_index")), (value, "delta")
    for choice in _objects(value.get("choices")):
        delta = choice.get("delta")
        if isinstance(delta, dict):
            for name, piece in delta.items():
                if isinstance(piece, str):
                    yield (choice.get("index"), name), (delta, name)
            for call in _objects(delta.get("tool_calls")):
                made = call.get("function")
                if isinstance(made, dict) and isinstance(made.get("arguments"), str):
                    yield (choice.get("index"), "call", call.get("index")), (made, "arguments")


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _recut(chunks: Sequence[bytes], pieces: Sequence[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The new pieces cut where the chunks were: in the same piece, as far from its start as it has bytes."""
    body = b"".join(new for _, new in pieces)
    starts = [(0, 0)]
    for before, after in pieces:
        starts.append((starts[-1][0] + len(before), starts[-1][1] + len(after)))
    n = end = done = 0
    for chunk in chunks:
        end += len(chunk)
        while n + 1 < len(starts) - 1 and starts[n + 1][0] <= end:
            n += 1
        (old, new), (old_next, new_next) = starts[n], starts[n + 1]
        cut = new_next if end == old_next else new + min(end - old, new_next - new)
        yield body[done:cut]
        done = cut
    assert done == len(body)
