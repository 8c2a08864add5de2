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
from inspector.replay.past import past_of
from inspector.ui.replaying import Ready
from inspector.ui.view.measures import counted, size

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


def told(work: Minimising, tries: Path) -> tuple[str, bool]:
    """What came of it in a sentence or two, and whether that is what was wanted."""
    found = work.found
    if found.smallest is None:
        seen = found.answered and (found.answered.error or found.answered.status)
        return f"The request as it is does not show it: {seen or 'it was not answered'}", False
    if work.is_smaller:
        words = [f"Exchange {found.kept}: {_against(work)}, {_after(found, tries)}."]
    else:
        words = [f"Nothing of it could be left out, in {counted(found.sent, 'request')}."]
    if not found.smallest.minimal:
        words.append("The budget was spent before all was tried.")
    if not found.confirmed:
        words.append("Sent once more, it did not show it again: the failure comes and goes.")
    return " ".join(words), found.confirmed


def told_cancelled(work: Minimising, tries: Path) -> str:
    """What is left of a search that was cancelled."""
    found = work.found
    if not work.is_smaller:
        return f"Cancelled after {counted(found.sent, 'request')}: nothing could be left out until then."
    kept = f"exchange {found.kept}" if found.kept is not None else f"exchange {found.tried} of the tries"
    return f"Cancelled. The smallest so far is kept as {kept}: {_against(work)}, {_after(found, tries)}."


def _against(work: Minimising) -> str:
    assert work.found.smallest is not None
    before, after = outline(work.body), outline(work.found.smallest.body)
    counts = ", ".join(f"{old} {name} to {new}" for name, old, new in before.against(after))
    return f"{size(before.size)} to {size(after.size)}{counts and f' ({counts})'}"


def _after(found: Found, tries: Path) -> str:
    return f"after {counted(found.sent, 'request')}, which are in {tries.name}"
