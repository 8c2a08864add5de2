"""The smallest request that fails in the same way, searched from the app: what to expect, what was found."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inspector.capture.filter.language import Filter
from inspector.capture.library import new_capture_path
from inspector.capture.model import Exchange
from inspector.capture.reader import Reader
from inspector.replay.expectation import Expectation
from inspector.replay.minimise import Tried
from inspector.replay.minimising import Found, Minimising
from inspector.replay.outline import outline
from inspector.ui.replaying import Ready, past_of
from inspector.ui.view.measures import size

BUDGET = 60  # requests, where a person says nothing else; that of `inspector minimise`


@dataclass(frozen=True, slots=True)
class Search:
    """What a person wants found."""

    expect: Filter
    budget: int = BUDGET
    any_failure: bool = False

    def expectation(self) -> Expectation:
        """A fresh one: it learns from the first answer."""
        return Expectation(self.expect, any_failure=self.any_failure)


def likely(exchange: Exchange) -> str:
    """The filter that tells how an exchange failed; "" where it did not."""
    if exchange.status is not None and exchange.status >= 400:
        return f"status:{exchange.status}"
    return "has:error" if exchange.error else ""


def prepare_search(capture: Path, ready: Ready) -> tuple[Minimising, Path]:
    """The work, and the capture that its tries go to. In a thread. Raises as `prepare` does."""
    with closing(Reader(capture)) as reader:
        past = past_of(reader, ready.detail, None)
    wish = ready.wish
    work = Minimising(capture, ready.detail, wish.boundary, wish.destination, past=past)
    return work, new_capture_path(datetime.now())


def so_far(tried: Tried) -> str:
    """How far it is, for the list's title."""
    return f"minimising {tried.sent} of {tried.budget}  {size(tried.size)}"


def told(work: Minimising, found: Found, tries: Path) -> tuple[str, bool]:
    """What came of it in a sentence or two, and whether that is what was wanted."""
    if found.smallest is None:
        seen = found.answered and (found.answered.error or found.answered.status)
        return f"The request as it is does not show it: {seen or 'it was not answered'}", False
    before, after = outline(work.body), outline(found.smallest.body)
    if found.kept is None:
        return f"Nothing of it could be left out, in {found.sent} requests.", True
    counts = ", ".join(f"{old} {name} to {new}" for name, old, new in before.against(after))
    words = [f"Exchange {found.kept}: {size(before.size)} to {size(after.size)}{counts and f' ({counts})'},"
             f" after {found.sent} requests, which are in {tries.name}."]  # fmt: skip
    if not found.smallest.minimal:
        words.append("The budget was spent before all was tried.")
    if not found.confirmed:
        words.append("Sent once more, it did not show it again: the failure comes and goes.")
    return " ".join(words), found.confirmed
