"""What `inspector serve` tells: each request with the exchange whose answer it got, and what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from inspector.cli.printing import print_json_line, print_note

if TYPE_CHECKING:
    from inspector.simulator.playback.deck import Deck
    from inspector.simulator.playback.player import Told

_LONGEST = 200  # characters of an address that nothing is served at


class Account:
    """Lines on stderr; `as_json`: JSON lines on stdout besides."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._answered = 0
        self._unmatched = 0
        self._passed = 0
        self._moved: set[str] = set()

    def tell(self, told: Told) -> None:
        """A request, as its answer begins."""
        self._answered += told.exchange is not None
        self._passed += told.passed
        self._unmatched += told.status == 400 and told.exchange is None and not told.passed
        with suppress(OSError):  # whether somebody reads this or not, the client gets its answer
            if told.moved_from is not None and told.moved_from not in self._moved:
                self._moved.add(told.moved_from)
                print_note(f"{told.moved_from} of the recording is the client's folder in what it gets")
            print_note(_line(told))
            if self._as_json:
                print_json_line(_json(told))

    def end(self, deck: Deck, failures: Sequence[Exception] = ()) -> None:
        """Nothing more is served. `failures` are ours."""
        for failure in failures:
            print_note(f"a request could not be answered: {failure!r}")
        never = deck.never_asked
        left = f"never asked for: {numbers(never)}" if never else "all were asked for"
        answered, held = _counted(self._answered, "request"), _counted(len(deck.exchanges), "exchange")
        passed = f", {self._passed} passed on" if self._passed else ""
        print_note(f"{answered} answered from {held}{passed}, {self._unmatched} that fitted none; {left}")
        if self._as_json:
            summary = {
                "answered": self._answered,
                "passed": self._passed,
                "unmatched": self._unmatched,
                "never_asked": never,
            }
            print_json_line({"summary": summary})


def _line(told: Told) -> str:
    what = told.operation or f"{told.method} {told.target}"
    asked = f"{datetime.fromtimestamp(told.at):%H:%M:%S} {what[:_LONGEST]}{'…' * (len(what) > _LONGEST)}"
    if told.exchange is None:
        return f"{asked}: {'passed on, ' if told.passed else ''}{told.status}: {told.why}"
    remarks = [f"time {told.times} that it is given"] if told.times > 1 else []
    remarks += [f"other than recorded: {', '.join(told.unlike)}"] if told.unlike else []
    remarks += ["breaks off, as recorded"] if told.cut else []
    return "; ".join((f"{asked}: exchange {told.exchange}, {told.status}", *remarks))


def _json(told: Told) -> dict[str, Any]:
    return {
        "at": datetime.fromtimestamp(told.at).astimezone().isoformat(timespec="milliseconds"),
        "method": told.method,
        "target": told.target,
        "operation": told.operation or None,
        "status": told.status,
        "exchange": told.exchange,
        "times": told.times,
        "unlike": list(told.unlike),
        "breaks_off": told.cut,
        "moved_from": told.moved_from,
        "why": told.why,
        "passed": told.passed,
        "nearest": told.nearest,
        "differences": list(told.differences),
    }


def numbers(of: Sequence[int]) -> str:
    """`1 to 4, 7`."""
    runs: list[list[int]] = []
    for number in sorted(of):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
