"""The files of other programs that a capture is made of: how far they are read, and what nobody can read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from inspector.capture.model import Damage, Import
from inspector.ui.view.cards import text_body
from inspector.ui.view.measures import counted, size
from inspector.ui.view.outline import Node
from inspector.ui.view.rows import Row, Span, Tone, row
from inspector.ui.view.text import clean, one_line

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class FilesRead:
    """In the order in which they are read; `living` are the recorders that still write, and `begins` says
    that one of them reads files, be none named yet.
    """

    imports: tuple[Import, ...] = ()
    living: frozenset[int] = frozenset()
    begins: bool = False

    @property
    def name(self) -> str:
        """`big.mitm`, `big.mitm +2`; "" where there are none."""
        if not self.imports:
            return ""
        more = f" +{len(self.imports) - 1}" if len(self.imports) > 1 else ""
        return f"{spoken(self.imports[0].file)}{more}"

    @property
    def stem(self) -> str:
        """What a file that is made of them may be called, without a suffix; "" where there are none."""
        if not self.imports:
            return ""
        return re.sub(r"[^\w.+-]", "-", Path(spoken(self.imports[0].file)).stem)

    @property
    def formats(self) -> str:
        """What they are in, as in `mitmproxy, har`; "" where there are none."""
        return ", ".join(dict.fromkeys(each.format for each in self.imports))

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(each.size for each in self.imports)

    @property
    def goes_on(self) -> bool:
        """Whether one is being read."""
        return (self.begins and not self.imports) or any(self._is_read_now(each) for each in self.imports)

    @property
    def share(self) -> tuple[int, int] | None:
        """Bytes read, of how many, of all that are read together; None when nothing is."""
        if not self.goes_on or not self.imports:
            return None
        ours = [each for each in self.imports if each.recorder in self.living]
        return sum(min(each.done, each.size) for each in ours), max(1, sum(each.size for each in ours))

    @property
    def unread(self) -> int:
        """Places that could not be read; a file that was not read to its end is one more."""
        return sum(len(each.damage) + self._was_stopped(each) for each in self.imports)

    def remark(self, key: str) -> str | None:
        """What there is to know once all is read: where something is missing. `key`: shows the list of it."""
        if self.goes_on or not self.unread:
            return None
        said = [f"{_name(each)} was not read to its end." for each in self.imports if self._was_stopped(each)]
        hurt = [each for each in self.imports if each.damage]
        if hurt:
            places = counted(sum(len(each.damage) for each in hurt), "place")
            of = _name(hurt[0]) if len(hurt) == 1 else f"{len(hurt)} files"
            said.append(f"{places} of {of} could not be read.")
        return f"{' '.join(said)} {key} lists what is missing."

    def nodes(self) -> list[Node]:
        """The files, each with what is damaged: the byte, and a sentence."""
        return [
            Node(
                f"file:{each.id}",
                self._head(each),
                branches=[_damage(f"damage:{each.id}:{n}", one) for n, one in enumerate(each.damage)],
                opened=True,
            )
            for each in self.imports
        ]

    def _head(self, each: Import) -> Row:
        name = Span(one_line(spoken(each.file)), Tone.STRONG)
        form = Span(f"  {clean(each.format)}", Tone.DIM)
        edge = (
            Span(f"{counted(each.found, 'exchange')}  ", Tone.DIM),
            Span(size(each.size), Tone.DIM),
        )
        if self._is_read_now(each):
            return row(Span("◌ ", Tone.LIVE), name, form, Span("  being read", Tone.LIVE), right=edge)
        if self._was_stopped(each):
            words = f"  stopped at byte {each.done:,}"
            return row(Span("⚠ ", Tone.WARN), name, form, Span(words, Tone.WARN), right=edge)
        if each.damage:
            words = f"  {counted(len(each.damage), 'place')} unread"
            return row(Span("⚠ ", Tone.WARN), name, form, Span(words, Tone.WARN), right=edge)
        return row(Span("✓ ", Tone.GOOD), name, form, right=edge)

    def _is_read_now(self, each: Import) -> bool:
        return each.ended is None and each.recorder in self.living

    def _was_stopped(self, each: Import) -> bool:
        return each.ended is None and each.recorder not in self.living


def spoken(file: str) -> str:
    """The name of a file that was read; what came through a pipe has none."""
    return "standard input" if file == "-" else file


def _name(each: Import) -> str:
    """As it is: whoever draws the sentence makes it safe to look at."""
    return spoken(each.file)[:_LONGEST_NAME]


def _damage(key: str, damage: Damage) -> Node:
    where = "no one place" if damage.offset is None else f"byte {damage.offset:,}"
    return Node(key, row(Span(where, Tone.KEY)), body=text_body(damage.text), opened=True)
