"""Sessions, turns and exchanges as an outline that grows."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.filter.surroundings import retries
from inspector.capture.model import Exchange, Made, Outcome, Usage
from inspector.settings import Column, Settings, Sort
from inspector.ui.view.columns import Look
from inspector.ui.view.outline import Outline
from inspector.ui.view.sessions import Sessions, exchange_of


def exchange(number: int, **changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": number, "revision": number, "method": "POST", "url": "https://a/responses",
        "operation": "responses.create", "mode": "observe", "started": float(number),
        "outcome": Outcome.COMPLETE, "status": 200, "session": "s", "turn": 1,
    }  # fmt: skip
    return Exchange(**{**told, **changes})


@pytest.fixture
def sessions() -> Sessions:
    return Sessions({"turn:1 s": "Fix it."}.get, lambda: 100.0, Look(Settings().columns))


def keys(sessions: Sessions) -> list[str]:
    return [node.key for node in Outline(sessions.nodes).visible]


def test_they_are_grouped_and_in_order_of_start(sessions: Sessions):
    sessions.take([exchange(1), exchange(3, turn=2), exchange(2, started=0.5)])
    sessions.take([exchange(4, session=None, turn=None, connection="c")])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:2", "exchange:1", "turn:2 s", "exchange:3",
                              "session:connection c", "exchange:4"]  # fmt: skip
    heads = [node.head(80, True).text for node in Outline(sessions.nodes).visible]
    assert heads[1].startswith("1 Fix it.")


def test_what_was_asked_has_a_column_once_it_is_not_the_plain_case(sessions: Sessions):
    sessions.take([exchange(1, model="gpt-5.1-codex-max")])
    assert Column.OPERATION not in sessions.look.columns
    (row,) = (node.head(84, False).text for node in sessions.groups["turn:1 s"].here)
    assert "gpt-5.1-codex-max" in row
    sessions.take([exchange(2, request_kind="compact")])
    assert sessions.look.columns == Settings().columns
    sessions.take([exchange(2, request_kind="turn")])
    assert sessions.look.columns == Settings().columns, "columns do not come and go"


def test_a_change_keeps_the_place(sessions: Sessions):
    sessions.take([exchange(1, outcome=Outcome.OPEN, status=None), exchange(2)])
    before = keys(sessions)
    sessions.take([exchange(1, status=429)])
    assert keys(sessions) == before
    assert sessions.exchanges[1].status == 429


def test_one_recognised_late_moves_and_its_empty_group_goes(sessions: Sessions):
    sessions.take([exchange(1, session=None, turn=None, connection="c")])
    sessions.take([exchange(1)])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1"]
    assert set(sessions.groups) == {"session:s", "turn:1 s"}


def test_neighbours_and_the_newest(sessions: Sessions):
    sessions.take([exchange(1), exchange(2), exchange(3, turn=2)])
    assert [sessions.neighbour(2, by) for by in (-1, 1)] == [1, 3]
    assert (sessions.neighbour(1, -1), sessions.neighbour(3, 1)) == (None, None)
    newest = sessions.newest()
    assert newest is not None
    assert newest.id == 3
    assert sessions.open_to(3) == ["session:s", "turn:2 s"]


def test_a_repeated_request_lies_below_what_it_repeats(sessions: Sessions):
    one, other = {"request_digest": "a"}, {"request_digest": "b"}
    captured = [exchange(1, status=429, **one), exchange(2, status=429, **one), exchange(3, **one),
                exchange(4, **other), exchange(5, **one)]  # fmt: skip
    assert retries(captured) == {2, 3}
    assert sessions.take(captured)
    below = sessions.groups["turn:1 s"].node.below()
    assert [node.key for node in below] == ["exchange:1", "exchange:4", "exchange:5"]
    assert [node.key for node in below[0].below()] == ["exchange:2", "exchange:3"]
    assert below[0].head(60, False).text.endswith("↻2 ✓")
    assert "↻" not in below[0].head(60, True).text
    assert sessions.open_to(3) == ["session:s", "turn:1 s", "exchange:1"]
    assert sessions.neighbour(1, 1) == 2


def test_a_digest_that_comes_late_folds(sessions: Sessions):
    sessions.take([exchange(1, request_digest="a"), exchange(2)])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1", "exchange:2"]
    assert sessions.take([exchange(2, request_digest="a")])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1"]
    assert not sessions.take([exchange(2, request_digest="a", event_count=3)])
    assert sessions.exchanges[2].event_count == 3


def test_narrowed_it_holds_what_is_shown_and_no_empty_group(sessions: Sessions):
    sessions.take([exchange(1), exchange(2, turn=2), exchange(3, turn=2), exchange(4, session="other")])
    sessions.narrow({2})
    assert keys(sessions) == ["session:s", "turn:2 s", "exchange:2"]
    assert sessions.count == 1
    newest = sessions.newest()
    assert newest is not None
    assert newest.id == 2
    sessions.take([exchange(5, turn=2)])
    assert "exchange:5" not in keys(sessions)
    assert sessions.change({5}, {2})
    assert keys(sessions) == ["session:s", "turn:2 s", "exchange:5"]
    assert not sessions.change({5}, {2})
    sessions.narrow(None)
    assert sessions.count == 5
    assert len(keys(sessions)) == 5 + 5


def test_a_retry_that_alone_is_shown_stands_by_itself(sessions: Sessions):
    sessions.take([exchange(number, request_digest="a") for number in (1, 2, 3)])
    sessions.narrow({2, 3})
    [node] = sessions.groups["turn:1 s"].node.below()
    assert (node.key, [each.key for each in node.below()]) == ("exchange:2", ["exchange:3"])


def test_by_another_column_than_time_there_are_no_groups(sessions: Sessions):
    sessions.take([exchange(1, ended=2.0, request_digest="a"), exchange(2, ended=5.0, session="other"),
                   exchange(3, ended=None, request_digest="a")])  # fmt: skip
    sessions.sort(Sort(Column.DURATION, descending=True))
    assert keys(sessions) == ["exchange:2", "exchange:1", "exchange:3"]
    assert sessions.take([exchange(3, ended=9.0)])
    assert keys(sessions) == ["exchange:3", "exchange:2", "exchange:1"]
    first = sessions.first()
    assert first is not None
    assert first.id == 3
    assert sessions.open_to(1) == []
    sessions.sort(Sort(Column.TIME, descending=True))
    assert keys(sessions)[:2] == ["session:other", "turn:1 other"]


def test_what_went_wrong_is_counted_as_it_changes(sessions: Sessions):
    sessions.take([exchange(1, status=500), exchange(2, error="odd"), exchange(3)])
    assert sessions.troubled == 2
    sessions.take([exchange(1), exchange(3, status=400)])
    assert sessions.troubled == 2
    assert sessions.groups["session:s"].node.head(80, True).text.split()[-2] == "✗"


def test_exchange_keys():
    assert (exchange_of("exchange:7"), exchange_of("turn:1 s")) == (7, None)


def agent(number: int, session: str = "helper", parent: str = "s", **changes: Any) -> Exchange:
    return exchange(number, **{"session": session, "parent_session": parent, "agent": "review", **changes})


def test_a_sub_agents_session_stands_where_it_began_in_the_one_it_works_for(sessions: Sessions):
    sessions.take([exchange(1), agent(2), exchange(3), exchange(4, turn=2), agent(5, "other", "helper")])
    assert keys(sessions) == [
        "session:s", "turn:1 s", "exchange:1", "exchange:3",
        "session:helper", "turn:1 helper", "exchange:2",
        "turn:2 s", "exchange:4", "session:other", "turn:1 other", "exchange:5",
    ]  # fmt: skip
    assert sessions.open_to(5) == ["session:s", "session:other", "turn:1 other"]
    assert [sessions.neighbour(2, by) for by in (-1, 1)] == [3, 4]
    rows = {node.key: node.head(140, True) for node in Outline(sessions.nodes).visible}
    assert rows["session:helper"].text.startswith("↳ review helper")
    assert "5 exchanges" in rows["session:s"].text
    assert "1 exchange " in rows["session:helper"].text
    assert rows["exchange:2"].text.startswith("✓ 200")


def test_the_columns_of_a_sub_agents_exchanges_stand_below_the_others(sessions: Sessions):
    usage = Usage(12_000, 0, 345, None)
    sessions.take([exchange(1, usage=usage), agent(2, usage=usage)])
    outline = Outline(sessions.nodes)
    indents = [outline.indent(depth) for depth in (2, 3)]
    wide, further = (
        sessions.groups[key].node.below()[0].head(100 - indent, True).text
        for key, indent in zip(("turn:1 s", "turn:1 helper"), indents, strict=True)
    )
    assert indents[0] + wide.index("12k") == indents[1] + further.index("12k")


def test_the_session_that_a_sub_agent_works_for_may_come_later(sessions: Sessions):
    sessions.take([agent(1, outcome=Outcome.OPEN, status=None)])
    assert keys(sessions) == ["session:helper", "turn:1 helper", "exchange:1"]
    assert sessions.open_to(1) == ["session:helper", "turn:1 helper"]
    sessions.take([exchange(2)])
    assert keys(sessions)[:3] == ["session:s", "session:helper", "turn:1 helper"]
    session = sessions.groups["session:s"].node
    assert "▶" in session.head(80, True).text
    sessions.take([agent(1, status=500)])
    assert "▶" not in session.head(80, True).text
    assert "✗" in session.head(80, True).text


def test_a_session_that_goes_leaves_its_sub_agents(sessions: Sessions):
    sessions.take([exchange(1), agent(2)])
    sessions.take([exchange(1, session="t")])
    assert keys(sessions) == ["session:helper", "turn:1 helper", "exchange:2",
                              "session:t", "turn:1 t", "exchange:1"]  # fmt: skip
    sessions.take([exchange(1), agent(2, parent="s")])
    assert keys(sessions)[0] == "session:s"
    sessions.take([agent(2, session="u", parent="nobody")])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1",
                              "session:u", "turn:1 u", "exchange:2"]  # fmt: skip


def test_a_filter_that_only_a_sub_agent_fits_keeps_its_place(sessions: Sessions):
    sessions.take([exchange(1), agent(2), exchange(3, session="t")])
    sessions.narrow({2})
    assert keys(sessions) == ["session:s", "session:helper", "turn:1 helper", "exchange:2"]
    sessions.narrow({1})
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1"]
    sessions.narrow(None)
    sessions.sort(Sort(Column.TIME, descending=True))
    assert keys(sessions)[:3] == ["session:t", "turn:1 t", "exchange:3"]
    sessions.sort(Sort(Column.STATUS, descending=True))
    assert keys(sessions) == ["exchange:1", "exchange:2", "exchange:3"]
    assert [node.head(80, True).text[:2] for node in sessions.nodes] == ["✓ ", "✓↳", "✓ "]


def test_replays_lie_below_what_they_were_made_of(sessions: Sessions):
    one = {"request_digest": "a"}
    sent_again = {"made": Made("replay"), **one}
    sessions.take([
        exchange(1, status=429, **one), exchange(2, parent=1, status=400, **sent_again), exchange(3, **one),
        exchange(4, parent=3, **sent_again), exchange(5, parent=2, **sent_again), exchange(6),
    ])  # fmt: skip
    below = sessions.groups["turn:1 s"].node.below()
    assert [node.key for node in below] == ["exchange:1", "exchange:6"]
    assert [node.key for node in below[0].below()] == [f"exchange:{n}" for n in (2, 3, 4, 5)]
    assert below[0].head(60, False).text.endswith("↻1 ✓ ↺3 ✓")
    assert below[0].below()[0].head(60, False).text.startswith("✗↺ ")
    assert sessions.open_to(5) == ["session:s", "turn:1 s", "exchange:1"]


def test_a_replay_stands_by_itself_where_its_original_is_not_shown(sessions: Sessions):
    sessions.take([exchange(1), exchange(2), exchange(3, parent=1), exchange(4, parent=99)])
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1", "exchange:2", "exchange:4"]
    sessions.narrow({2, 3})
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:2", "exchange:3"]
    sessions.narrow({1})
    assert keys(sessions) == ["session:s", "turn:1 s", "exchange:1"]


def test_a_turn_is_about_what_is_asked_not_about_what_prepares_it(sessions: Sessions):
    connect = {"operation": "responses.connect", "request_kind": "prewarm"}
    sessions.take([exchange(1, **connect)])
    assert sessions.groups["turn:1 s"].first == 1
    sessions.take([exchange(2, request_kind=None, turn=None)])
    sessions.take([exchange(2, request_kind="prewarm")])
    sessions.take([exchange(3, request_kind="turn"), exchange(4, request_kind="turn")])
    assert [sessions.groups[key].first for key in ("session:s", "turn:1 s")] == [3, 3]
