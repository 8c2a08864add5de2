"""An imitated Azure that snippets are really run against, and requests to make snippets of."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from inspector.simulator.ask import Ask
from inspector.simulator.reply import Text
from inspector.simulator.script import Answer
from inspector.simulator.server import Simulator, running
from inspector.simulator.service import Service

KEY = "a-key-nobody-may-see-0123456789"


def _story(ask: Ask) -> Answer:
    return ask.say(Text("All of it in order ✓"))


@pytest.fixture(scope="module")
def azure() -> Iterator[Simulator]:
    with running(Service(_story)) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person sets before running a snippet."""
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", f"{KEY}-token")
    monkeypatch.setenv("PARAMETER_CODE", f"{KEY}-code")


WORDS = 'it\'s "quoted" $HOME `id` $(id) \\ !! %s {a,b} *\tGrüße 🎉 \u202e\x9b\x7f\u2028 JSON\nJSON\nEND'


def _responses(*, long: bool, **more: object) -> bytes:
    said = WORDS * (30 if long else 1)
    body = {
        "model": "gpt-5.5",
        "instructions": "Be brief.",
        "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": said}]}],
        "tools": [{"type": "custom", "name": "apply_patch", "format": {"type": "grammar", "x": [1.5, None]}}],
        "reasoning": {"effort": "low"},
        "client_metadata": {"x": True},
        **more,
    }
    return json.dumps(body, ensure_ascii=False, indent=1 if long else None).encode()


_CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": WORDS}], "stream": True, "odd": [None]}
BODIES = {
    "short": ("/responses", _responses(long=False, stream=True)),
    "long": ("/responses", _responses(long=True, stream=True)),
    "whole": ("/responses", _responses(long=False)),
    "chat": ("/chat/completions", json.dumps(_CHAT).encode()),
    "latin": ("/responses", '{"input": "Grüße"}'.encode("latin-1")),
    "nothing": ("/responses", b""),
    "deep": ("/responses", b'{"input": ' + b"[" * 150 + b"]" * 150 + b"}"),
    "half": ("/responses", b'{"input": "\\ud83d"}'),
    "endless": ("/responses", b'{"input": "x", "temperature": 1e999}'),
    "marked": ("/responses", b'\xef\xbb\xbf{\r\n\t"input": "x"}'),
    "text": ("/responses", b"line\x00\nJSON\n"),
}


@pytest.fixture
def bodies() -> dict[str, tuple[str, bytes]]:
    """Path and body of every request, by name."""
    return BODIES


@pytest.fixture(params=BODIES)
def sent(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """Path and body of a request."""
    return BODIES[request.param]
