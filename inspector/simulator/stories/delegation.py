"""One turn that hands a part of the work to a sub-agent, for any client that has the tools for that.

The sub-agent knows its task by being one: what Codex sends tells so in a header. A client without such tools
hears the last words at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inspector.protocol.codex import identify
from inspector.protocol.json_text import parse_object
from inspector.simulator.ask import Ask
from inspector.simulator.offered import search_call, spawn_call, wait_call
from inspector.simulator.reply import Call, Part, Reasoning, Text
from inspector.simulator.script import Answer


@dataclass(frozen=True, slots=True)
class Delegation:
    """`task` goes to a sub-agent called `name`, which answers `report`; `last_words` end the turn."""

    task: str = "Count the words of the greeting, and say nothing else."
    name: str = "counter"
    report: str = "Two words."
    last_words: str = "My helper counted two words."

    def __call__(self, ask: Ask) -> Answer:
        if identify(ask.received.headers).agent:
            return ask.say(Reasoning("**Counting**"), Text(self.report))
        due = len(ask.outputs)
        for number, parts in enumerate(self._responses(ask)):
            if due == number:
                return ask.say(*parts)
        return ask.say(Text(self.last_words))

    def _responses(self, ask: Ask) -> Iterator[Sequence[Part]]:
        """What the model says, a call a response; without those for which there is no tool."""
        found: tuple[tuple[str, Call | None], ...] = (
            ("Who could help me?", search_call(ask.tools, "spawn and wait for agents")),
            ("I'll have that counted.", spawn_call(ask.tools, self.task, self.name)),
            ("Now I wait.", wait_call(ask.tools, _agent_id(ask.outputs))),
        )
        for words, call in found:
            if call is not None:
                yield Text(words), call


def _agent_id(outputs: Sequence[str]) -> str | None:
    """The id that an older dialect gave to the sub-agent it started."""
    for output in outputs:
        told = (parse_object(output) or {}).get("agent_id")
        if isinstance(told, str):
            return told
    return None
