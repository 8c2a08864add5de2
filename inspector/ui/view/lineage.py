"""Which session spawned which: below which one a sub-agent's session stands in the list.

It stands below the first of those that led to it, as far as they are in the capture: where agents spawn
agents, all stand side by side below the session that a person talks to. A review's own session asks nothing,
so what it spawned stands by itself until the person goes on in it.
"""

from __future__ import annotations

from collections.abc import Container

from inspector.capture.model import Exchange
from inspector.ui.view.text import one_line

_LONGEST = 40


class Lineage:
    """Sub-agents' sessions by key: who spawned them, and what they are."""

    def __init__(self) -> None:
        self._spawners: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    def learn(self, session: str, exchange: Exchange) -> None:
        """What an exchange of that session tells."""
        if exchange.parent_session:
            self._spawners[session] = f"session:{exchange.parent_session}"
        if exchange.agent or exchange.parent_session:
            self._kinds[session] = kind_of(exchange)

    def kind(self, session: str) -> str:
        """`collab_spawn greeter`; "" of a session that is no sub-agent's. Cleaned."""
        return self._kinds.get(session, "")

    def home(self, session: str, here: Container[str]) -> str:
        """The session below which it stands, itself where it stands alone or they spawned each other."""
        found, seen = session, {session}
        while (spawner := self._spawners.get(found)) is not None and spawner in here:
            if spawner in seen:
                return session
            seen.add(spawner)
            found = spawner
        return found

    def settled(self, here: Container[str]) -> dict[str, list[str]]:
        """The sessions that stand below another one, by that one."""
        found: dict[str, list[str]] = {}
        for session in self._spawners:
            if session in here and (home := self.home(session, here)) != session:
                found.setdefault(home, []).append(session)
        return found


def kind_of(exchange: Exchange) -> str:
    """The kind of sub-agent that asks and its name, cleaned."""
    return one_line(
        " ".join(word for word in (exchange.agent or "agent", exchange.agent_name) if word), _LONGEST
    )
