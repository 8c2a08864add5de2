"""Keys one after the other, each where the one before has left the focus.

Textual hands a key to what has the focus at that moment, and looks for its binding when the key has come up
from there to the app, some queues later. What is typed faster than that (by quick fingers, a paste, a slow
line, a test) would meet the focus of before: of `/status:429` the letters would go to the list as keys. So a
key waits here until the one before it has been handled, with all that it has set off at once.

Steady keys leave the keys where they are, as those that move a cursor do, or letters in an input: behind one
another of its kind does not wait, so what is held down costs no more than before. A key of another kind first
waits for what they have set off.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import ClassVar

from textual.app import App, ReturnType
from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump

ROUNDS = 2  # the key itself; and what its action has posted, as an input does that is left
PATIENCE = 3.0
"""Seconds after which the next key goes its way in any case: one that is late is better than none."""


class KeyByKeyApp(App[ReturnType]):
    """An app that can be typed ahead."""

    STEADY: ClassVar[frozenset[str]] = frozenset()
    """The ids of bindings after which the keys go where they went before; `list.up`: of the kind `list`."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Event] = deque()
        self._settling: asyncio.Task[None] | None = None
        self._hurried: str | None = None  # the kind of steady keys whose effects may be on their way

    async def on_event(self, event: Event) -> None:
        """Keys and pastes stand in line; all else, and a key that has come back up, goes its way."""
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            await super().on_event(event)
        else:
            self._typed.append(event)
            await self._hand_on()

    async def _hand_on(self) -> None:
        """Hand on what was typed first, unless one is under way."""
        if not self._typed or self._settling is not None:
            return
        event = self._typed[0]
        way = (self.focused or self.screen).ancestors_with_self
        kind = self._steady_kind(event)
        if self._hurried not in (None, kind):
            kind = None
        else:
            self._typed.popleft()
            await super().on_event(event)
        self._hurried = kind
        if kind is None:
            self._settling = asyncio.create_task(self._settle(way))
        else:
            self.call_later(self._hand_on)

    def _steady_kind(self, event: Event) -> str | None:
        """The kind of a key behind which another goes the same way: a letter in an input is such a one."""
        if not isinstance(event, Key) or self.focused is None:
            return None
        if self.focused.check_consume_key(event.key, event.character):
            return "letter"
        active = self.screen.active_bindings.get(event.key)
        name = active.binding.id if active is not None else None
        return name.partition(".")[0] if name is not None and name in self.STEADY else None

    async def _settle(self, way: Sequence[MessagePump]) -> None:
        """Follow a key on its way up to the app, then wait for the screen that it has opened or laid open."""
        try:
            async with asyncio.timeout(PATIENCE):
                for _ in range(ROUNDS):
                    for pump in way:
                        await _caught_up(pump)
                known = {*way}
                while (on_top := self.screen_stack[-1:]) and on_top[0] not in known:
                    known.add(on_top[0])
                    await _caught_up(on_top[0])
        except TimeoutError:
            self.log.warning("A key took too long.")
        self._settling = None
        self.call_later(self._hand_on)


async def _caught_up(pump: MessagePump) -> None:
    """Wait until it has handled all that it was sent by now; one that is going has."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await done.wait()
