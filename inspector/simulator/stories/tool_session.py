"""One turn with two tool calls, for any client: a shell command, a patch, the last words.

The real Codex plays it in each of its dialects: what it runs and patches can be seen on disk afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from inspector.simulator.ask import Ask
from inspector.simulator.offered import patch_call, shell_call
from inspector.simulator.reply import Reasoning, Text
from inspector.simulator.script import Answer


@dataclass(frozen=True, slots=True)
class ToolSession:
    """`command`, `patch`, `last_words`: one response each; just words for a client without a shell."""

    command: str = "printf 'hello\\n' > greeting.txt && cat greeting.txt"
    patch: str = "*** Begin Patch\n*** Update File: greeting.txt\n@@\n-hello\n+hello, world\n*** End Patch\n"
    last_words: str = "The greeting now reaches the whole world."

    def __call__(self, ask: Ask) -> Answer:
        run = shell_call(ask.tools, self.command)
        patch = patch_call(ask.tools, self.patch)
        if run is None or patch is None:
            return ask.say(Text(self.last_words))
        match len(ask.outputs):
            case 0:
                thought = Reasoning("**Looking first**\n\nI make the file and look at what is in it.")
                return ask.say(thought, Text("I'll start with the file."), run)
            case 1:
                return ask.say(Reasoning("**Patching**\n\nOne line is enough."), patch)
            case _:
                return ask.say(Text(self.last_words))
