"""One turn with every kind of tool call, for any client, in whichever dialect it speaks; then the last words.

Words beside a command, a patch, a search for more tools, a tool of a namespace, three calls at once, an
image. What a client has no tool for is left out. The real Codex plays it: what it runs and patches can be
seen on disk afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.simulator.ask import Ask
from inspector.simulator.offered import Tool, agents_call, image_call, patch_call, search_call, shell_call
from inspector.simulator.reply import Call, Part, Reasoning, Text
from inspector.simulator.script import Answer

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A PNG of one pixel, in base64."""


@dataclass(frozen=True, slots=True)
class ToolSession:
    """`last_words` end it; a client without a shell hears nothing else."""

    command: str = "printf 'hello\\n' > greeting.txt && cat greeting.txt"
    patch: str = "*** Begin Patch\n*** Update File: greeting.txt\n@@\n-hello\n+hello, world\n*** End Patch\n"
    at_once: tuple[str, ...] = (
        f"printf %s '{DOT}' | base64 -d > dot.png && wc -c < dot.png",
        "tr a-z A-Z < greeting.txt > loud.txt && cat loud.txt",
        "wc -w < greeting.txt",
    )
    image: str = "dot.png"
    last_words: str = "The greeting now reaches the whole world."

    def __call__(self, ask: Ask) -> Answer:
        due = len(ask.outputs)
        for parts in self._responses(ask.tools):
            calls = sum(isinstance(part, Call) for part in parts)
            if due < calls:
                return ask.say(*parts)
            due -= calls
        return ask.say(Text(self.last_words))

    def _responses(self, tools: tuple[Tool, ...]) -> Iterator[tuple[Part, ...]]:
        """What the model says, response by response; without calls where there is no tool for them."""
        yield from _with(
            shell_call(tools, self.command),
            Reasoning("**Looking first**\n\nI make the file and look at what is in it."),
            Text("I'll start with the file."),
        )
        yield from _with(patch_call(tools, self.patch), Reasoning("**Patching**\n\nOne line is enough."))
        yield from _with(search_call(tools, "spawn, list and close agents"))
        yield from _with(agents_call(tools), Text("Is anybody else at work here?"))
        calls = [call for command in self.at_once if (call := shell_call(tools, command))]
        if calls:
            yield (Text("Three things at once."), *calls)
        yield from _with(image_call(tools, self.image))


def _with(call: Call | None, *before: Part) -> Iterator[tuple[Part, ...]]:
    if call is not None:
        yield (*before, call)
