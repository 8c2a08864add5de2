"""Below which session a sub-agent's stands."""

from __future__ import annotations

import pytest

from inspector.capture.model import Exchange, Outcome
from inspector.ui.view.lineage import Lineage


def by(parent: str | None, agent: str | None = "collab_spawn", name: str | None = None) -> Exchange:
    return Exchange(
        1, 1, "POST", "u", "responses.create", "observe", 0.0, Outcome.COMPLETE,
        parent_session=parent, agent=agent, agent_name=name,
    )  # fmt: skip


@pytest.fixture
def lineage() -> Lineage:
    lineage = Lineage()
    lineage.learn("session:child", by("first", name="greeter"))
    lineage.learn("session:grandchild", by("child"))
    lineage.learn("session:first", by(None, None))
    return lineage


def test_agents_stand_side_by_side_below_the_first(lineage: Lineage):
    here = {"session:first", "session:child", "session:grandchild"}
    assert lineage.settled(here) == {"session:first": ["session:child", "session:grandchild"]}
    assert lineage.home("session:first", here) == "session:first"


def test_who_spawned_it_may_not_be_there(lineage: Lineage):
    assert lineage.settled({"session:child", "session:grandchild"}) == {
        "session:child": ["session:grandchild"]
    }
    assert lineage.settled({"session:first", "session:grandchild"}) == {}


def test_sessions_that_spawned_each_other_stand_alone():
    lineage = Lineage()
    for session, parent in (("a", "b"), ("b", "a"), ("c", "a"), ("d", "d")):
        lineage.learn(f"session:{session}", by(parent))
    assert lineage.settled({"session:a", "session:b", "session:c", "session:d"}) == {}


def test_the_kind_is_told_in_words(lineage: Lineage):
    assert lineage.kind("session:child") == "collab_spawn greeter"
    assert lineage.kind("session:first") == ""
    lineage.learn("session:x", by("first", agent=None))
    assert lineage.kind("session:x") == "agent"
    lineage.learn("session:y", by(None, "\x1b[2J" + "long" * 30))
    assert "\x1b" not in lineage.kind("session:y")
    assert len(lineage.kind("session:y")) <= 50
