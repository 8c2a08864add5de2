"""Searching in the list that has the keys: as one types, then from hit to hit, unfolding what hides one."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from inspector.ui.screens.line import LineScreen
from inspector.ui.view.find import Hit, Search
from inspector.ui.widgets.pane import Pane
from inspector.ui.widgets.row_list import RowList

DRAWN = 0.03  # seconds in which what was told is on screen
BREATH = 0.012  # seconds that a search goes on before keys and drawing have their turn


class SearchActions(Screen[None]):
    """The part of a screen with lists that searches in them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "search", "Search", show=False, id="search.open", tooltip="Search in this pane"),
        Binding("n", "hit(1)", "Next hit", show=False, id="search.next", tooltip="To the next hit"),
        Binding("N", "hit(-1)", "Hit before", show=False, id="search.back", tooltip="To the hit before"),
    ]

    _searched: RowList | None = None
    _search: Search | None = None
    _as_shown = 0  # what the list showed when it was searched
    _text = ""  # searched for last

    def action_search(self) -> None:
        """Ask for a text, and search for it as it is typed."""
        found = self.focused
        if not isinstance(found, RowList):
            return
        if self._searched is not found:
            self._stop_seeking()
        self._searched = found
        before, place = dict(found.outline.folds), found.place

        def seek(text: str) -> None:
            self._put_back(found, before, place)
            self._begin(found, text, line)

        def close(text: str | None) -> None:
            if text is None:
                self._put_back(found, before, place)
            if not text:
                self._stop_seeking()

        line = LineScreen("search", self._text, hint="small letters match any case", on_change=seek)
        self.app.push_screen(line, close)

    def action_hit(self, by: int) -> None:
        """To the next hit in the list that has the keys; one that was not searched yet is searched now."""
        found = self.focused
        if not self._text or not isinstance(found, RowList):
            self.notify("Nothing is searched for yet: s does.", markup=False)
        elif found is self._searched and self._search is not None and found.shows == self._as_shown:
            self._go(found, self._search, by)
        else:
            self._stop_seeking()
            self._searched = found
            self._begin(found, self._text, None, by)

    def _begin(self, found: RowList, text: str, line: LineScreen | None, step: int = 0) -> None:
        self._text, self._search = text, None
        if text:

            async def seek() -> None:  # no coroutine yet: the next letter may come before it would begin
                await self._seek(found, text, line, step)

            self.run_worker(seek, group="search", exclusive=True)  # type: ignore[arg-type]  # they may be async
        else:
            self._stop_seeking()
            self._tell(found, "", line)

    async def _seek(self, found: RowList, text: str, line: LineScreen | None, step: int) -> None:
        """Search in short steps; go to the first hit as soon as it is certain which it is."""
        search = self._search = Search(found.outline.nodes, text, found.text_width)
        found.seek(search.sought)
        key, at = found.place
        number: int | None = None
        while not search.done:
            search.go_on(BREATH)
            if number is None and (search.done or (step >= 0 and search.is_ahead(key, at))):
                number = search.nearest(key, at, step)
                if number is not None:
                    self._show_hit(found, search.hits[number])
            self._tell(found, _count(search, number), line)
            _show_share(found, search)
            if search.slow is not None:
                await asyncio.sleep(DRAWN)  # the thread may hold up everything else for a while
                await asyncio.to_thread(len, search.slow)
            await asyncio.sleep(0)
        self._as_shown = found.shows
        if number is None and line is None:
            self.notify(f"Not found here: {text}", markup=False)

    def _go(self, found: RowList, search: Search, by: int) -> None:
        number = search.nearest(*found.place, by)
        if number is None:
            self.notify(f"Not found here: {search.text}", markup=False)
            return
        self._show_hit(found, search.hits[number])
        self._as_shown = found.shows
        self._tell(found, _count(search, number), None)

    def _show_hit(self, found: RowList, hit: Hit) -> None:
        """Put the cursor on it, unfolded as far as it takes."""
        if not all(found.outline.folds.get(key) for key in hit.folded):
            found.outline.folds.update(dict.fromkeys(hit.folded, True))
            found.grew()
        found.select(hit.key, hit.line, by_person=True)

    def _put_back(self, found: RowList, folds: dict[str, bool], place: tuple[str | None, int]) -> None:
        """As it was before it was searched."""
        key, line = place
        if found.outline.folds != folds:
            found.outline.folds.clear()
            found.outline.folds.update(folds)
            found.grew()
        if key is not None and found.place != place:
            found.select(key, line, by_person=True)

    def _stop_seeking(self) -> None:
        self.workers.cancel_group(self, "search")
        if self._searched is not None:
            self._searched.seek(None)
            _show_share(self._searched, None)
            self._tell(self._searched, "", None)
        self._search = None

    def _tell(self, found: RowList, words: str, line: LineScreen | None) -> None:
        if line is not None and line.is_current:
            line.say(words)
        if isinstance(found.parent, Pane):
            found.parent.tell_found(words)


def _show_share(found: RowList, search: Search | None) -> None:
    """How far a search is, in the title of its pane; nothing once it has ended."""
    if isinstance(found.parent, Pane):
        if search is None or search.done:
            found.parent.tell_progress()
        else:
            found.parent.tell_progress(int(search.share * 1000), 1000)


def _count(search: Search, number: int | None) -> str:
    """`3 of 17`, or how many so far."""
    if not search.hits and not search.done:
        return "searching …"
    count = f"{len(search.hits):,}{'' if search.done else ' …'}"
    if number is None:
        return "not found" if search.done else count
    return f"{number + 1:,} of {count}"
