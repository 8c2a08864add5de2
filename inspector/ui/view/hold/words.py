"""How a hold ended, and what may be done with it, in words."""

from __future__ import annotations

from inspector.capture.holds import Act, Held, State
from inspector.ui.view.measures import counted

HELD = "⏸"
"""Stands before what is held, wherever it is shown."""

_DONE = {
    Act.RELEASE: "released",
    Act.EDIT: "edited and released",
    Act.ANSWER: "answered",
    Act.DROP: "dropped",
}
_ENDED = {
    State.TIME_UP: "its time was up, it went on as it was",
    State.APP_GONE: "whoever set the rule is gone, it went on as it was",
    State.OVERFLOW: "more came behind it than is kept in memory, it went on as it was",
    State.CAPTURE_GONE: "the capture could not be read, it went on as it was",
    State.CLIENT_GONE: "the client has left",
    State.PROXY_GONE: "the proxy has ended",
}


def end_of(held: Held) -> str:
    """How it ended: `released by inspector hold (process 12)`; "" while it is held."""
    if held.decision is not None:
        return f"{_DONE[held.decision.act]} by {held.decided_by}"
    return _ENDED.get(held.state, "")


def ended_as(held: Held) -> str:
    """The same without who or why: `released`, `time up`."""
    return held.state.value.replace("-", " ") if held.decision is None else _DONE[held.decision.act]


def too_late(held: Held) -> str:
    """What to say to a person whose decision was not the first."""
    return f"Too late for number {held.id}: {end_of(held) or 'it is held no more'}."


def leaving(held: int) -> str:
    """What an app that is left does to so many things that its rules hold."""
    waits = counted(held, "thing waits", "things wait")
    return f"{HELD} {waits} by rules of this app: leaving lets go of {'it' if held == 1 else 'them all'}."
