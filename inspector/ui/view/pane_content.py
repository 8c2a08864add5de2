"""What a pane holds: its items, its two raw forms, and the words of its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from inspector.ui.view.outline import Node, Sheet
from inspector.ui.view.pretty import JsonRows, pretty
from inspector.ui.view.text import decode
from inspector.ui.view.wrap import TextRows


class Form(Enum):
    """How a pane shows what it holds."""

    ITEMS = ""
    JSON = "json"
    RAW = "raw"


class Passed:
    """Bytes of a body that may still be growing, as text; made when somebody looks, which is rare."""

    def __init__(self, body: bytearray) -> None:
        """What there is of the body by now: it may only be added to."""
        self._body = body
        self._size = len(body)

    @cached_property
    def text(self) -> str:
        """As text, a mark for each byte that is none."""
        return decode(bytes(self._body[: self._size]))


@dataclass(slots=True)
class PaneContent:
    """One pane's content; `value` is the JSON behind it, `raw` the text as it passed, None for neither."""

    nodes: Sequence[Node]
    title: str = ""  # the counts after the pane's name
    count: int = 0  # the one that a tab has room for
    losses: int = 0
    value: Any = None
    raw: str | Passed | None = None
    note: str = ""  # a word after the pane's name: "derived"
    label: str = ""  # the pane's name, where it is another than usual

    def forms(self) -> list[Form]:
        """The forms that there are, in the order in which one goes through them."""
        there = [Form.ITEMS]
        if self.value is not None:
            there.append(Form.JSON)
        if self.raw is not None:
            there.append(Form.RAW)
        return there

    def text(self, form: Form) -> str | None:
        """The whole as text: JSON, or as it passed where that is what is shown, or all there is."""
        if self.value is not None and form is not Form.RAW:
            return pretty(self.value)
        return self.raw.text if isinstance(self.raw, Passed) else self.raw

    def in_form(self, form: Form) -> Sequence[Node]:
        """The nodes to show."""
        if form is Form.JSON:
            return [Sheet("json", lambda width: JsonRows(pretty(self.value), width))]
        if form is Form.RAW:
            return [Sheet("raw", lambda width: TextRows(self.text(Form.RAW) or "", width))]
        return self.nodes
