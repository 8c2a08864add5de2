"""Sessions written as data: prompts, what the model does about them beat by beat, and what goes wrong.

A beat is one response. A beat with a mishap goes wrong the first time it is asked for, or the first times,
and well the next, as the client's retry finds it. The same scenes tell the imitated model what to say and the
scripted client what its tools give back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from inspector.simulator import azure
from inspector.simulator.ask import Ask
from inspector.simulator.offered import patch_call, shell_call
from inspector.simulator.reply import Call, Finish, Reasoning, Text
from inspector.simulator.script import Answer, Close, Send, dropped


@dataclass(frozen=True, slots=True)
class Shell:
    """A command to run, and what the scripted client says that it printed."""

    command: str
    output: str
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch in apply_patch's format, and what the scripted client says about it."""

    text: str
    output: str


class Mishap(StrEnum):
    """What goes wrong with a beat's first attempts."""

    RATE_LIMITED = "429 with Retry-After"
    FILTERED = "stopped by the content filter in the middle"
    DROPPED = "the connection is dropped in the middle"
    UNENDED = "the stream ends in good order, without its terminal event"


@dataclass(frozen=True, slots=True)
class Beat:
    """One response: thought, then words, then calls; each may be missing."""

    thought: str = ""
    text: str = ""
    calls: tuple[Shell | Patch, ...] = ()
    mishap: Mishap | None = None
    mishaps: int = 1  # attempts that it happens to


@dataclass(frozen=True, slots=True)
class Scene:
    """One turn: a prompt and the beats that answer it; only the last has no calls."""

    prompt: str
    beats: tuple[Beat, ...]

    def beat(self, outputs: int) -> Beat:
        """The beat that is due after that many tool outputs."""
        for beat in self.beats:
            if outputs < max(1, len(beat.calls)):
                return beat
            outputs -= len(beat.calls)
        return self.beats[-1]


STRANGER = (
    "This is an imitation of Azure OpenAI: it knows its own story and nothing else. "
    "Your request arrived whole, and this is a real answer to it, so recording and translating it works."
)


class Played:
    """The story of these scenes. A prompt that is not in them gets a word of explanation and no tool call."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self._by_prompt = {scene.prompt: scene for scene in scenes}

    def __call__(self, ask: Ask) -> Answer:
        scene = self._by_prompt.get(ask.prompts[-1]) if ask.prompts else None
        if scene is None:
            return ask.say(Text(STRANGER))
        beat = scene.beat(len(ask.outputs))
        return _said(beat, ask) if ask.attempt >= beat.mishaps else _attempted(beat, ask)


def _attempted(beat: Beat, ask: Ask) -> Answer:
    match beat.mishap:
        case None:
            return _said(beat, ask)
        case Mishap.RATE_LIMITED:
            return azure.rate_limited(retry_after="2", seconds=2, seed=ask.session.encode())
        case Mishap.FILTERED:
            half = " ".join(beat.text.split()[: len(beat.text.split()) // 2])
            return ask.say(_thought(beat), Text(half), finish=Finish.CONTENT_FILTER)
        case Mishap.DROPPED:
            answer = _said(beat, ask)
            sends = sum(isinstance(step, Send) for step in answer.steps)
            return dropped(answer, sends * 2 // 3, Close())
        case Mishap.UNENDED:
            answer = _said(beat, ask)
            places = [n for n, step in enumerate(answer.steps) if isinstance(step, Send)]
            ending = 3 if ask.is_chat else 1  # the finish, the usage and [DONE]; or the terminal event
            return replace(answer, steps=answer.steps[: places[-ending]])


def _said(beat: Beat, ask: Ask) -> Answer:
    calls = (_call(call, ask) for call in beat.calls)
    return ask.say(_thought(beat), Text(beat.text) if beat.text else None, *calls)


def _thought(beat: Beat) -> Reasoning | None:
    return Reasoning(beat.thought) if beat.thought else None


def _call(call: Shell | Patch, ask: Ask) -> Call | None:
    if isinstance(call, Shell):
        return shell_call(ask.tools, call.command)
    return patch_call(ask.tools, call.text)
