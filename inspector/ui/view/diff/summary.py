"""What changed, in words: the lines on top of a difference, each with the section that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from inspector.capture.compared import Comparison
from inspector.protocol.azure import Operation
from inspector.protocol.compare.change import Change, HeaderChange, PieceChange, ValueChange
from inspector.protocol.compare.compaction import By, Compaction
from inspector.protocol.compare.dialect import Dialect
from inspector.protocol.compare.responses import ResponseDifference
from inspector.ui.view.cards import text_body
from inspector.ui.view.diff.pieces import key_of
from inspector.ui.view.diff.prefix import prefix_node
from inspector.ui.view.diff.words import MARKS, sentence
from inspector.ui.view.lost import name_of
from inspector.ui.view.measures import counted, size
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Span, Tone, row
from inspector.ui.view.text import one_line
from inspector.ui.view.words import status_line, trouble

_ORDER = (Change.ADDED, Change.VANISHED, Change.CHANGED, Change.MOVED)
_COMPACTED = {
    By.SERVER: "the server compacted the history",
    By.CLIENT: "Codex compacted the history",
    By.UNKNOWN: "the history was cut, and nothing stands for it",
}


def request_summary(comparison: Comparison) -> list[Node]:
    """What became of the request."""
    found = comparison.requests
    lines = [
        *_of_pieces("message" if found.dialect is Dialect.CHAT else "item", "items", found.items),
        *_of_pieces("tool", "tools", found.tools),
        *_of_values("setting", "settings", found.settings),
        *_of_headers(found.headers),
    ]
    if not lines:
        lines.append(_unchanged(comparison))
    if found.dialect is Dialect.CHAT or comparison.new.operation in (Operation.CREATE, Operation.COMPACT):
        lines.append(prefix_node(found, comparison.new.usage))
    if found.compaction is not None:
        lines.append(_compaction(found.compaction, found.items))
    return lines


def response_summary(comparison: Comparison) -> list[Node]:
    """What became of the answer."""
    found = comparison.responses
    lines = [
        *_ending(comparison),
        *_of_pieces("output item", "output", found.items),
        *_of_values("field", "fields", found.settings),
        *_of_headers(found.headers),
    ]
    if not lines:
        words = "The answers say the same." if _answered(found) else "Neither has an answer."
        lines.append(_line("summary:same", Span("=", Tone.GOOD), words))
    return lines


def is_summary(node: Node) -> bool:
    """Whether it is one of these lines."""
    return node.key.startswith("summary:")


def target_of(node: Node) -> str | None:
    """The key of the node that a line of the summary is about."""
    return next((link[3:] for link in node.links if link.startswith("to:")), None)


def _line(key: str, mark: Span, words: str, target: str | None = None, tone: Tone = Tone.TEXT) -> Node:
    links = frozenset([f"to:{target}"] if target else [])
    return Node(key, row(mark, Span(f" {words}", tone)), links=links)


def _of_pieces(one: str, section: str, pieces: Sequence[PieceChange]) -> Iterator[Node]:
    for change in _ORDER:
        found = [piece for piece in pieces if piece.change is change]
        if found:
            words = sentence(change, one, [piece.title for piece in found])
            yield _line(f"summary:{section}:{change}", MARKS[change], words, key_of(section, found[0]))


def _of_values(one: str, section: str, values: Iterable[ValueChange]) -> Iterator[Node]:
    told = [value for value in values if not value.routine]
    for change in _ORDER:
        names = [name_of(value.new or value.old or "") or "all of it" for value in told
                 if value.change is change]  # fmt: skip
        if names:
            yield _line(f"summary:{section}:{change}", MARKS[change], sentence(change, one, names), section)


def _of_headers(headers: Iterable[HeaderChange]) -> Iterator[Node]:
    told = [header for header in headers if not header.routine]
    for change in _ORDER:
        names = [header.name for header in told if header.change is change]
        if names:
            words = sentence(change, "header", names)
            yield _line(f"summary:headers:{change}", MARKS[change], words, "headers")


def _unchanged(comparison: Comparison) -> Node:
    """Nothing that counts; what differs in every request does not."""
    if comparison.requests.is_empty:
        words = "The two requests are the same."
    else:
        words = "Only what differs in every request is different."
    same = comparison.old.request_digest is not None
    if same and comparison.old.request_digest == comparison.new.request_digest:
        words = f"The body is the same: a repetition of #{comparison.old.id}."
    return _line("summary:same", Span("=", Tone.GOOD), words)


def _compaction(found: Compaction, items: Sequence[PieceChange]) -> Node:
    count = counted(len(found.removed), "item")
    words = f"{_COMPACTED[found.by]}: {count} removed, {size(found.removed_size)}"
    if found.summary is not None:
        words += f"; {size(found.summary_size)} stand for them"
    removed = found.removed[0] if found.removed else None
    about = next(
        (item for item in items if (item.new if found.summary else item.old) == (found.summary or removed)),
        None,
    )
    target = key_of("items", about) if about is not None else None
    return _line("summary:compaction", Span("✂", Tone.WARN), words, target)


def _ending(comparison: Comparison) -> Iterator[Node]:
    """How the two ended, where that is not the same; what went wrong in words."""
    old, new = comparison.old, comparison.new
    if (old.status, old.outcome) != (new.status, new.outcome):
        was, now = (
            status_line(one.status) if one.status != 200 or not trouble(one) else trouble(one)
            for one in (old, new)
        )
        yield _line("summary:status", MARKS[Change.CHANGED], f"{one_line(was)} → {one_line(now)}")
    elif (status := comparison.responses.status) is not None:
        words = f"status {one_line(str(status.before))} → {one_line(str(status.after))}"
        yield _line("summary:status", MARKS[Change.CHANGED], words)
    for word, exchange in (("before", old), ("now", new)):
        if said := trouble(exchange):
            head = row(Span("✗", Tone.BAD), Span(f" {word}: {one_line(said)}", Tone.TEXT))
            yield Node(f"summary:error:{word}", head, body=text_body(said))


def _answered(found: ResponseDifference) -> bool:
    return bool(found.items)
