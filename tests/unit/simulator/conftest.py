"""Replies that between them have every part and every end."""

from __future__ import annotations

import pytest

from inspector.simulator.reply import Call, Finish, Reasoning, Refusal, Reply, Text, Tokens


@pytest.fixture
def rich_reply() -> Reply:
    """Every kind of part, parallel calls among them, and text that is not ASCII."""
    return Reply(
        (
            Reasoning("**Thinking**\n\nA grüner plan."),
            Text("Words, then calls ✓\n"),
            Call("exec_command", '{"cmd": "ls -l"}'),
            Call("apply_patch", "*** Begin Patch\n*** Delete File: a\n*** End Patch\n", kind="custom"),
            Call("close_agent", '{"id": "7"}', namespace="multi_agent_v1"),
            Refusal("I can't do that."),
        ),
        tokens=Tokens(input=2000, cached=1024, output=90, reasoning=30, cache_write=500),
    )


@pytest.fixture(params=list(Finish), ids=[finish.name.lower() for finish in Finish])
def any_reply(request: pytest.FixtureRequest, rich_reply: Reply) -> Reply:
    """The rich reply with each of the ends."""
    return Reply(rich_reply.parts, request.param, rich_reply.tokens)
