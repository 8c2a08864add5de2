"""Rules, held things and decisions, seen by several apps and a proxy."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.capture import connect
from inspector.capture.held.desk import Desk, Entry
from inspector.capture.holds import (
    DROPPED,
    RELEASED,
    Act,
    Decision,
    HoldError,
    Holds,
    Point,
    State,
    answered,
    failed,
)
from inspector.capture.reader import Reader
from inspector.capture.schema import MIGRATIONS, CaptureError
from inspector.capture.translated import asked, chat_request

HEADERS = (("authorization", "Bearer abcdefgh12345678"), ("x-own", "1"))


@pytest.fixture
def path(studio: Any) -> Path:
    """A capture that is being recorded into; its first exchange has a request body."""
    writer = studio.writer()
    studio.exchange(writer, {"input": "hi"}, [studio.completed()])
    assert writer.flush()
    return Path(studio.path)


@pytest.fixture
def app(path: Path) -> Iterator[Holds]:
    with closing(Holds(path, "one")) as holds:
        yield holds


@pytest.fixture
def other(path: Path) -> Iterator[Holds]:
    with closing(Holds(path, "other")) as holds:
        yield holds


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    with closing(Desk(path)) as desk:
        yield desk


Enter = Callable[..., int]


@pytest.fixture
def enter(app: Holds, desk: Desk) -> Enter:
    """A proxy holds something by a new rule of the app's."""

    def enter(point: Point = Point.REQUEST, **told: Any) -> int:
        rule = app.add("", point)
        [number] = [number for one, number in desk.rules() if one.id == rule.id]
        now = time.time()
        return desk.enter(Entry(1, rule, number, now, now + 60, **told))

    return enter


def test_everybody_sees_the_rules(app: Holds, other: Holds, desk: Desk):
    assert (app.changed(), other.changed(), other.changed(), desk.changed()) == (True, True, False, True)
    rule = app.add('request:"hi there"', Point.EVENT, types=["response.*"], seconds=5)
    assert other.changed()
    assert desk.changed()
    assert not desk.changed()
    [seen] = other.rules()
    assert (seen.filter, seen.point, seen.types, seen.seconds, seen.mine) == (
        'request:"hi there"', Point.EVENT, ("response.*",), 5.0, False,
    )  # fmt: skip
    assert (seen.app.name, seen.app.pid) == ("one", os.getpid())
    assert app.rules() == [rule]
    assert [(one.id, one.mine) for one, _ in desk.rules()] == [(rule.id, False)]
    assert (seen.takes("response.created"), seen.takes("error")) == (True, False)
    app.beat()
    assert not other.changed()  # a beat is no news
    assert other.remove(rule.id)
    assert not other.remove(rule.id)
    assert (app.changed(), app.rules()) == (True, [])


def test_rules_go_with_their_app(app: Holds, other: Holds, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    app.add("")
    other.add("status:200", Point.RESPONSE)
    [(_, first), _] = desk.rules()
    app.close()
    assert [rule.app.name for rule in other.rules()] == ["other"]
    assert desk.living([first]) == frozenset()
    later = time.time() + 6
    monkeypatch.setattr("time.time", lambda: later)  # it has not beaten for so long
    assert (other.rules(), desk.rules()) == ([], [])
    other.beat()
    assert len(other.rules()) == len(desk.rules()) == 1


def test_rules_of_the_dead_are_taken_away(app: Holds, other: Holds, path: Path):
    app.add("")
    with closing(sqlite3.connect(path)) as connection:
        with connection:
            connection.execute("UPDATE hold_apps SET process = 'another', pid = 1")
        other.add("status:200", Point.RESPONSE)
        assert connection.execute("SELECT filter FROM hold_rules").fetchall() == [("status:200",)]


@pytest.mark.parametrize(
    ("arguments", "more", "words"),
    [
        (("nokey:1",), {}, "there is no key 'nokey'"),
        (("",), {"types": ["error"]}, "say nothing about a request"),
        (("",), {"seconds": 0.5}, "1 to 3600 seconds, not for 0.5"),
    ],
)
def test_what_is_no_rule(app: Holds, arguments: Any, more: Any, words: str):
    with pytest.raises(HoldError, match=words):
        app.add(*arguments, **more)
    assert app.rules() == []


def test_of_two_decisions_the_first_counts(app: Holds, other: Holds, desk: Desk, enter: Enter):
    number = enter(headers=HEADERS)
    [held] = other.held()
    assert (held.id, held.state, held.point, held.app) == (
        number, State.HELD, Point.REQUEST, f"one (process {os.getpid()})",
    )  # fmt: skip
    assert held.headers[0][1].startswith("Bearer [redacted ")
    assert other.body(number) == b'{"input": "hi"}'
    assert held.size == len(other.body(number))
    barrier, said = threading.Barrier(2), []

    def decide(holds: Holds, body: bytes) -> None:
        barrier.wait()
        said.append((body, holds.decide(number, Decision(Act.EDIT, body=body))))

    threads = [threading.Thread(target=decide, args=one) for one in ((app, b"1"), (other, b"2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [first] = [body for body, done in said if done]
    told = app.get(number)
    assert told.decision == Decision(Act.EDIT, body=first)
    assert told.decided_by == (app if first == b"1" else other).me
    assert desk.decisions([number])[number][0] == told.decision
    assert not desk.settle(number, State.TIME_UP)
    assert (app.get(number).state, app.held()) == (State.DECIDED, [])
    desk.carried_out(number)
    assert app.get(number).done is not None
    assert [one.id for one in app.of_exchange(1)] == [number]


def test_time_is_faster_than_a_decision(app: Holds, desk: Desk, enter: Enter):
    number = enter()
    assert desk.settle(number, State.TIME_UP)
    assert not app.decide(number, RELEASED)
    assert (app.get(number).state, app.get(number).decision) == (State.TIME_UP, None)
    with pytest.raises(KeyError):
        app.decide(number + 1, RELEASED)


def test_what_a_killed_proxy_held_is_held_no_more(app: Holds, enter: Enter, path: Path):
    number = enter(Point.EVENT, body=b"{}", event_type="error", silent_since=5.0)
    [held] = app.held()
    assert (held.event_type, held.silent_since, held.size, app.body(number)) == ("error", 5.0, 2, b"{}")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE recorders SET process = 'another', pid = 1")
    assert (app.held(), app.get(number).state) == ([], State.PROXY_GONE)
    assert not app.decide(number, RELEASED)


@pytest.mark.parametrize(
    ("point", "decision", "words"),
    [
        (Point.REQUEST, Decision(Act.EDIT), "is missing"),
        (Point.REQUEST, Decision(Act.EDIT, status=200, body=b""), "Only the body of a held request"),
        (Point.RESPONSE, Decision(Act.EDIT), "Nothing was changed"),
        (Point.RESPONSE, Decision(Act.EDIT, headers=(("a b", ""),)), "no name of a header"),
        (Point.RESPONSE, Decision(Act.EDIT, headers=(("a", "1\r\nb: 2"),)), "no header can have"),
        (Point.RESPONSE, Decision(Act.EDIT, headers=(("api-key", "abc"),)), "api-key has a secret"),
        (Point.RESPONSE, answered(100, b""), "no status that can be sent"),
        (Point.REQUEST, answered(204, b"x"), "A response of status 204 has no body"),
        (Point.RESPONSE, Decision(Act.EDIT, 304, body=b"x"), "A response of status 304 has no body"),
        (Point.REQUEST, Decision(Act.ANSWER, body=b""), "needs a status"),
        (Point.EVENT, answered(500, b"{}"), "A stream ends with a Response"),
    ],
)
def test_what_cannot_be_done(app: Holds, enter: Enter, point: Point, decision: Decision, words: str):
    number = enter(point)
    with pytest.raises(HoldError, match=words):
        app.decide(number, decision)
    assert app.get(number).state is State.HELD


@pytest.mark.parametrize("decision", [DROPPED, failed("no"), Decision(Act.EDIT, body=b"")])
def test_what_can_be_done_with_an_event(app: Holds, enter: Enter, decision: Decision):
    number = enter(Point.EVENT)
    assert app.decide(number, decision)
    assert app.get(number).decision == decision


def test_secrets_come_back_to_their_places(app: Holds, desk: Desk, enter: Enter):
    shown = app.get(enter(Point.RESPONSE, status=200, headers=HEADERS)).headers
    edited = (*shown[::-1], ("x-own", "2"))
    assert app.decide(app.held()[0].id, Decision(Act.EDIT, headers=edited))
    assert desk.with_secrets(HEADERS, edited) == (*HEADERS[::-1], ("x-own", "2"))


def test_a_file_that_takes_no_rules(app: Holds, path: Path, tmp_path: Path):
    with pytest.raises(CaptureError, match="There is no file"):
        Holds(tmp_path / "none.db")
    foreign = tmp_path / "flows.har"
    foreign.write_text('{"log":{}}')
    with pytest.raises(CaptureError, match="is not a capture"):
        Holds(foreign)
    older = tmp_path / "older.db"
    connect.create(older, MIGRATIONS[:3])
    with closing(Holds(older)) as holds:
        assert (holds.rules(), holds.held(), holds.of_exchange(1)) == ([], [], [])
        with pytest.raises(HoldError, match=r"A rule cannot be added: .* written by an older inspector"):
            holds.add("")
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(HoldError, match="there is no file"):
        app.add("")


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_capture_that_is_deleted_while_it_is_opened(path: Path, monkeypatch: pytest.MonkeyPatch, when: str):
    def deleted(_: Path) -> tuple[int, int]:
        found = identity(path)
        path.unlink()
        return found if when == "meanwhile" else identity(path)

    identity = connect.identity
    monkeypatch.setattr("inspector.capture.holds.identity", deleted)
    with pytest.raises(CaptureError, match="There is no file"):
        Holds(path)


def test_another_file_at_the_same_place(app: Holds, studio: Any, path: Path):
    app.add("")
    assert app.changed()
    for file in (path, *connect.sidecars(path)):
        file.unlink()
    connect.create(path)
    assert (app.rules(), app.changed()) == ([], True)
    app.add("status:200")
    assert [rule.filter for rule in app.rules()] == ["status:200"]


def test_what_became_of_an_edited_request_is_what_the_edit_became(
    app: Holds, desk: Desk, enter: Enter, path: Path
):
    number = enter()
    assert app.decide(number, Decision(Act.EDIT, body=b'{"model":"m","input":"edited"}'))
    desk.carried_out(number)
    with closing(Reader(path)) as reader:
        detail = reader.detail(1)
    assert asked(detail) == {"input": "hi"}
    translation = chat_request(detail)
    assert translation is not None
    assert translation.payload["messages"][-1]["content"] == "edited"
