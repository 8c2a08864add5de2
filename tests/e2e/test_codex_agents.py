"""The real Codex with sub-agents: whose requests are whose is on record, and the tree tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture.model import Exchange, Leg
from inspector.capture.reader import Reader
from inspector.settings import Settings
from inspector.simulator.server import running
from inspector.simulator.service import Service
from inspector.simulator.stories.delegation import Delegation
from inspector.ui.view.columns import Look
from inspector.ui.view.outline import Outline
from inspector.ui.view.sessions import Sessions

STORY = Delegation()


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return tmp_path / "agents.db"


@pytest.fixture
def record(inspector: Callable[..., Any], capture: Path, codex: Any) -> Callable[..., list[Exchange]]:
    """Records a command of Codex's; what it asked the model."""

    def record_one(command: list[str], mode: str = "observe") -> list[Exchange]:
        with running(Service(STORY)) as upstream:
            run = ("run", "--upstream", upstream.base_url, "--capture", capture, "--mode", mode, "--")
            done = inspector(*run, *command, env=codex.env)
        assert done.status == 0, done.err
        with closing(Reader(capture)) as reader:
            found = reader.exchanges()
        assert [each.error for each in found] == [None] * len(found)
        return [each for each in found if each.operation == "responses.create"]

    return record_one


def shown(exchanges: list[Exchange]) -> list[str]:
    """The rows of the tree, without what stands at their right edge."""
    sessions = Sessions(lambda _: None, lambda: 0.0, Look(Settings().columns))
    sessions.take(exchanges)
    outline = Outline(sessions.nodes)
    rows = (node.head(80, True).left for node in outline.visible)
    return [
        " " * depth + "".join(span.text for span in row)
        for row, depth in zip(rows, outline.depths, strict=True)
    ]


def test_a_sub_agent_is_seen_below_the_session_that_spawned_it_and_hears_its_task_over_a_bridge(
    codex: Any, record: Callable[..., list[Exchange]], capture: Path
) -> None:
    exchanges = record(codex.exec("gpt-6-sol", "Greet the world."), mode="bridge")
    assert codex.last_words == STORY.last_words
    (first,) = {each.session for each in exchanges if each.agent is None}
    asked = [each for each in exchanges if each.agent is not None]
    assert {(each.parent_session, each.agent, each.agent_name) for each in asked} == {
        (first, "collab_spawn", STORY.name)
    }
    assert {each.session for each in asked}.isdisjoint({first})
    tree = shown(exchanges)
    assert tree[0] == str(first)
    assert [row for row in tree if row.startswith(f" ↳ collab_spawn {STORY.name} ")]
    with closing(Reader(capture)) as reader:
        task, report = (
            json.loads(reader.body(each.id, Leg.UPSTREAM_REQUEST) or b"")["messages"][-1]
            for each in (asked[0], exchanges[-1])
        )
    assert task["role"] == report["role"] == "user"
    assert task["content"][-1]["text"] == STORY.task
    assert report["content"].endswith(f"\n{STORY.report}")


def test_a_review_is_a_sub_agent_whose_own_session_asks_nothing(
    codex: Any, record: Callable[..., list[Exchange]]
) -> None:
    exchanges = record(
        [codex.program, "exec", "--skip-git-repo-check", "-C", str(codex.work), "review", "Look at it."]
    )
    assert {each.agent for each in exchanges} == {"review"}
    (parent,) = {each.parent_session for each in exchanges}
    assert parent not in {each.session for each in exchanges}
    assert shown(exchanges)[0].startswith("↳ review ")
