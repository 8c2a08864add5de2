"""How a hold ended, and what may be done with it, in words."""

from __future__ import annotations

from inspector.capture.holds import Act, Held, State

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


def too_late(held: Held) -> str:
    """What to say to a person whose decision was not the first."""
    return f"Too late for number {held.id}: {end_of(held) or 'it is held no more'}."
